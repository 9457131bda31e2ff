/*
 * What loopback TCP itself allows: answers every request with as many bytes as it asks for, and
 * does nothing else.
 *
 * A request is a header of 48 bytes and the payload that its first four bytes (big endian) announce;
 * the next four say how long the payload of the answer shall be. An answer is a header of 48 bytes,
 * which begins with that length, and that many zero bytes. Answers keep the order of the requests.
 * Prints the port it listens on, and ends when its standard input does.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { HEADER = 48, RECEIVE = 256 * 1024, QUEUE = 4096, PIECES = 64, MOST_PAYLOAD = 1 << 24 };

/* An answer as it goes out; one for each length that has been asked for. */
struct answer {
	struct answer *next;
	size_t length;
	char bytes[];
};

struct connection {
	int fd;
	uint32_t events;
	size_t skip;              /* bytes of a request's payload still to come */
	size_t partial;           /* bytes of a header that have come */
	char header[HEADER];
	struct answer *queue[QUEUE];
	unsigned first, size;
	size_t sent;              /* of the first in the queue */
};

static char received[RECEIVE];
static struct answer *answers;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static uint32_t number(const char *at)
{
	uint32_t raw;
	memcpy(&raw, at, sizeof raw);
	return ntohl(raw);
}

static struct answer *answer_of(uint32_t payload)
{
	struct answer *a;
	uint32_t raw = htonl(payload);

	for (a = answers; a; a = a->next)
		if (a->length == HEADER + (size_t)payload)
			return a;
	if (payload > MOST_PAYLOAD || !(a = calloc(1, sizeof *a + HEADER + payload))) {
		fprintf(stderr, "no answer of %u bytes\n", payload);
		exit(1);
	}
	a->length = HEADER + (size_t)payload;
	memcpy(a->bytes, &raw, sizeof raw);
	a->next = answers;
	return answers = a;
}

static void request(struct connection *c, const char *header)
{
	if (c->size == QUEUE) {
		fprintf(stderr, "more than %d requests in flight\n", QUEUE);
		exit(1);
	}
	c->skip = number(header);
	c->queue[(c->first + c->size++) % QUEUE] = answer_of(number(header + 4));
}

static void take(struct connection *c, const char *at, size_t left)
{
	while (left) {
		if (c->skip) {
			size_t n = c->skip < left ? c->skip : left;
			c->skip -= n, at += n, left -= n;
		} else if (!c->partial && left >= HEADER) {
			request(c, at);
			at += HEADER, left -= HEADER;
		} else {
			size_t n = HEADER - c->partial < left ? HEADER - c->partial : left;
			memcpy(c->header + c->partial, at, n);
			c->partial += n, at += n, left -= n;
			if (c->partial == HEADER) {
				c->partial = 0;
				request(c, c->header);
			}
		}
	}
}

/* 0 when the connection has gone. Answers wait until the request's payload is there. */
static int give(struct connection *c)
{
	for (;;) {
		unsigned ready = c->skip && c->size ? c->size - 1 : c->size, i;
		struct iovec v[PIECES];
		ssize_t n;

		for (i = 0; i < ready && i < PIECES; i++) {
			struct answer *a = c->queue[(c->first + i) % QUEUE];
			size_t from = i ? 0 : c->sent;
			v[i] = (struct iovec){ a->bytes + from, a->length - from };
		}
		if (!i)
			return 1;
		n = writev(c->fd, v, (int)i);
		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		for (c->sent += (size_t)n; c->size && c->sent >= c->queue[c->first]->length; c->size--) {
			c->sent -= c->queue[c->first]->length;
			c->first = (c->first + 1) % QUEUE;
		}
	}
}

static int serve(int epoll, struct connection *c)
{
	ssize_t n = recv(c->fd, received, sizeof received, MSG_DONTWAIT);
	uint32_t events;
	struct epoll_event e;

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		return 0;
	if (n > 0)
		take(c, received, (size_t)n);
	if (!give(c))
		return 0;
	events = EPOLLIN | (c->size > (c->skip ? 1 : 0) ? EPOLLOUT : 0);
	if (events != c->events) {
		c->events = events;
		e = (struct epoll_event){ .events = events, .data.ptr = c };
		epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &e);
	}
	return 1;
}

int main(void)
{
	static int listener_mark, input_mark;
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof a;
	int one = 1, epoll = epoll_create1(0), listener = socket(AF_INET, SOCK_STREAM, 0);
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = &listener_mark };

	if (epoll < 0 || listener < 0 || bind(listener, (struct sockaddr *)&a, length) || listen(listener, 64)
	    || getsockname(listener, (struct sockaddr *)&a, &length))
		die("listen");
	epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &e);
	e.data.ptr = &input_mark;
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, STDIN_FILENO, &e))
		die("standard input must be a pipe");
	printf("port %d\n", ntohs(a.sin_port));
	fflush(stdout);
	for (;;) {
		struct epoll_event got[16];
		int n = epoll_wait(epoll, got, 16, -1), i;

		for (i = 0; i < n; i++) {
			struct connection *c = got[i].data.ptr;
			if (got[i].data.ptr == &input_mark)
				return 0;
			if (got[i].data.ptr == &listener_mark) {
				if (!(c = calloc(1, sizeof *c)))
					die("calloc");
				c->events = EPOLLIN;
				e = (struct epoll_event){ .events = EPOLLIN, .data.ptr = c };
				if ((c->fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) < 0
				    || setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one)
				    || epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &e))
					die("accept");
			} else if (!serve(epoll, c)) {
				close(c->fd);
				free(c);
			}
		}
	}
}
