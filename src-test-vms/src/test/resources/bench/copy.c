/*
 * What it costs to serve 256 KiB of a file over loopback TCP, by a server that does nothing else:
 * the bound for any target that moves the bytes in the same way ("What a copy costs" in
 * docs/performance.md). Server and client are pinned to one core each.
 *
 *     cc -O2 -o copy copy.c && ./copy FILE WAY DEPTH SECONDS
 *
 * FILE is made, 1 GiB, where it does not exist; put it on a tmpfs. WAY is one of
 *
 *     memory    send what lies in memory; the file is not read
 *     copy      pread, then send
 *     halves    pread and send 128 KiB, twice
 *     map       send from a mapping whose page table was filled before
 *     sendfile
 *     write     receive 256 KiB, then pwrite
 *
 * DEPTH requests are under way at any time, at random places. Prints the requests per second and the
 * CPU time of the server for each.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { HEADER = 48, PAYLOAD = 256 * 1024, BLOCKS = 4096, MOST_DEPTH = 64 };

static const off_t FILE_SIZE = (off_t)PAYLOAD * BLOCKS;

enum way { MEMORY, COPY, HALVES, MAP, SENDFILE, WRITE, WAYS };

static const char *const names[WAYS] = {"memory", "copy", "halves", "map", "sendfile", "write"};

/* A header says where in the file; an answer repeats it. */
union header {
	off_t offset;
	char bytes[HEADER];
};

static char payload[PAYLOAD] __attribute__((aligned(4096)));

static void die(const char *what) {
	perror(what);
	_exit(1);
}

static void pin(int core) {
	cpu_set_t set;
	CPU_ZERO(&set);
	CPU_SET(core, &set);
	if (sched_setaffinity(0, sizeof set, &set) < 0)
		die("pinning to a core");
}

/* Waits for the socket to take or have bytes, without a timeout. */
static void await(int fd, uint32_t events) {
	static int epoll = -1;
	struct epoll_event event = {.events = events};
	int operation = EPOLL_CTL_MOD;
	if (epoll < 0) {
		epoll = epoll_create1(0);
		operation = EPOLL_CTL_ADD;
	}
	if (epoll_ctl(epoll, operation, fd, &event) < 0 || epoll_wait(epoll, &event, 1, -1) < 0)
		die("epoll");
}

/* Takes what an I/O call returned: the bytes, or 0 after waiting, if it would have blocked. */
static size_t done(ssize_t result, int fd, uint32_t events, const char *what) {
	if (result >= 0)
		return (size_t)result;
	if (errno != EAGAIN)
		die(what);
	await(fd, events);
	return 0;
}

static void send_all(int fd, const char *bytes, size_t length, int flags) {
	for (size_t sent = 0; sent < length;)
		sent += done(send(fd, bytes + sent, length - sent, flags), fd, EPOLLOUT, "send");
}

/* Returns whether all came, rather than the end of the connection. */
static int receive_all(int fd, char *bytes, size_t length) {
	for (size_t have = 0; have < length;) {
		ssize_t got = recv(fd, bytes + have, length - have, 0);
		if (got == 0)
			return 0;
		have += done(got, fd, EPOLLIN, "recv");
	}
	return 1;
}

static void answer_read(enum way way, int fd, int file, const char *map, const union header *at) {
	size_t step = way == HALVES ? PAYLOAD / 2 : PAYLOAD;
	const char *from = way == MAP ? map + at->offset : payload;
	if (way == MEMORY) {
		struct iovec both[2] = {{(void *)at->bytes, HEADER}, {payload, PAYLOAD}};
		size_t sent = done(writev(fd, both, 2), fd, EPOLLOUT, "writev");
		if (sent < HEADER) {
			send_all(fd, at->bytes + sent, HEADER - sent, MSG_MORE);
			sent = HEADER;
		}
		send_all(fd, payload + (sent - HEADER), PAYLOAD - (sent - HEADER), 0);
		return;
	}
	if (way == SENDFILE) {
		off_t place = at->offset;
		send_all(fd, at->bytes, HEADER, MSG_MORE);
		for (size_t left = PAYLOAD; left > 0;)
			left -= done(sendfile(fd, file, &place, left), fd, EPOLLOUT, "sendfile");
		return;
	}
	for (size_t sent = 0; sent < PAYLOAD; sent += step) {
		if (way != MAP && pread(file, payload, step, at->offset + (off_t)sent) != (ssize_t)step)
			die("pread");
		if (sent == 0)
			send_all(fd, at->bytes, HEADER, MSG_MORE);
		send_all(fd, from + (way == MAP ? sent : 0), step, 0);
	}
}

static void serve(enum way way, int fd, int file) {
	union header requests[MOST_DEPTH];
	size_t have = 0;
	char *map = NULL;
	if (way == MAP) {
		map = mmap(NULL, FILE_SIZE, PROT_READ, MAP_SHARED | MAP_POPULATE, file, 0);
		if (map == MAP_FAILED)
			die("mmap");
	}
	if (way == WRITE) {
		while (receive_all(fd, requests[0].bytes, HEADER) && receive_all(fd, payload, PAYLOAD)) {
			if (pwrite(file, payload, PAYLOAD, requests[0].offset) != PAYLOAD)
				die("pwrite");
			send_all(fd, requests[0].bytes, HEADER, 0);
		}
		return;
	}
	for (;;) {
		ssize_t got = recv(fd, (char *)requests + have, sizeof requests - have, 0);
		if (got == 0 || (got < 0 && errno == ECONNRESET))
			return;
		have += done(got, fd, EPOLLIN, "recv");
		size_t whole = have / HEADER;
		for (size_t i = 0; i < whole; i++)
			answer_read(way, fd, file, map, &requests[i]);
		have %= HEADER;
		memmove(requests, requests + whole, have);
	}
}

static double seconds_since(const struct timespec *start) {
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

/* xorshift, always from the same seed: every run asks for the same blocks. */
static void next(union header *request) {
	static uint64_t state = 88172645463325252u;
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	request->offset = (off_t)(state % BLOCKS) * PAYLOAD;
}

static long read_for(int fd, int depth, double seconds, const struct timespec *start) {
	union header request = {.offset = 0};
	long ended = 0;
	size_t have = 0;
	for (int i = 0; i < depth; i++) {
		next(&request);
		send_all(fd, request.bytes, HEADER, 0);
	}
	while (seconds_since(start) < seconds) {
		ssize_t got = recv(fd, payload, sizeof payload, 0);
		if (got == 0)
			die("the server has gone");
		for (have += done(got, fd, EPOLLIN, "recv"); have >= HEADER + PAYLOAD; ended++) {
			have -= HEADER + PAYLOAD;
			next(&request);
			send_all(fd, request.bytes, HEADER, 0);
		}
	}
	return ended;
}

static long write_for(int fd, int depth, double seconds, const struct timespec *start) {
	union header request = {.offset = 0};
	char answers[MOST_DEPTH * HEADER];
	long begun = 0, ended = 0;
	size_t sent = 0, have = 0; /* of the request on its way, and of the answers */
	while (seconds_since(start) < seconds) {
		int moved = 0, wants = begun - ended < depth || sent > 0;
		if (wants) {
			if (sent == 0) {
				next(&request);
				begun++;
			}
			size_t head = sent < HEADER ? HEADER - sent : 0, body = HEADER + PAYLOAD - sent - head;
			struct iovec both[2] = {{request.bytes + HEADER - head, head},
			                        {payload + PAYLOAD - body, body}};
			ssize_t result = writev(fd, both, 2);
			if (result < 0 && errno != EAGAIN)
				die("writev");
			sent = result < 0 ? sent : (sent + (size_t)result) % (HEADER + PAYLOAD);
			moved = result > 0;
		}
		ssize_t got = recv(fd, answers + have, sizeof answers - have, 0);
		if (got == 0 || (got < 0 && errno != EAGAIN))
			die("the server has gone");
		if (got > 0) {
			have += (size_t)got;
			ended += (long)(have / HEADER);
			have %= HEADER;
			moved = 1;
		}
		if (!moved)
			await(fd, wants ? EPOLLIN | EPOLLOUT : EPOLLIN);
	}
	return ended;
}

static int open_file(const char *path) {
	int file = open(path, O_RDWR | O_CREAT, 0600);
	if (file < 0)
		die(path);
	memset(payload, 7, sizeof payload);
	for (off_t at = lseek(file, 0, SEEK_END); at < FILE_SIZE; at += PAYLOAD)
		if (pwrite(file, payload, PAYLOAD, at) != PAYLOAD)
			die(path);
	return file;
}

static void prepare(int fd) {
	int on = 1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	fcntl(fd, F_SETFL, O_NONBLOCK);
}

int main(int count, char **words) {
	int way = 0, depth = count == 5 ? atoi(words[3]) : 0;
	double seconds = count == 5 ? atof(words[4]) : 0;
	while (count == 5 && way < WAYS && strcmp(words[2], names[way]) != 0)
		way++;
	if (count != 5 || way == WAYS || depth < 1 || depth > MOST_DEPTH || seconds <= 0) {
		fprintf(stderr, "usage: %s FILE memory|copy|halves|map|sendfile|write DEPTH(1-%d) SECONDS\n",
		        words[0], MOST_DEPTH);
		return 2;
	}
	int file = open_file(words[1]);
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;
	if (bind(listener, (void *)&address, length) < 0 || listen(listener, 1) < 0 ||
	    getsockname(listener, (void *)&address, &length) < 0)
		die("listen");
	pid_t server = fork();
	if (server == 0) {
		pin(0);
		int fd = accept(listener, NULL, NULL);
		prepare(fd);
		serve((enum way)way, fd, file);
		_exit(0);
	}
	pin(1);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (server < 0 || connect(fd, (void *)&address, length) < 0)
		die("connect");
	prepare(fd);
	struct timespec start;
	clock_gettime(CLOCK_MONOTONIC, &start);
	long ended = (way == WRITE ? write_for : read_for)(fd, depth, seconds, &start);
	double took = seconds_since(&start);
	kill(server, SIGTERM);
	waitpid(server, NULL, 0);
	struct rusage used;
	getrusage(RUSAGE_CHILDREN, &used);
	double cpu = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 +
	             (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
	printf("%s x %d: %.0f per second, %.0f us of the server for each\n", names[way], depth,
	       (double)ended / took, cpu / (double)ended);
	return 0;
}
