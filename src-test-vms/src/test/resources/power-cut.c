/*
 * A disk whose power can be cut, for a process that is started with this library in LD_PRELOAD.
 * What the process has written is in the disk's cache; what it had written when it began an fsync
 * or fdatasync that succeeded is on stable storage as well.
 *
 * HOLDFAST_POWER_DISK          absolute path without links; the disk, its cache included
 * HOLDFAST_POWER_STABLE        a file as long as the disk: its stable storage, kept by this library
 * HOLDFAST_POWER_MICROSECONDS  from the beginning of an fsync until anything of it is stable
 *
 * Whole disks are compared, so it does not matter by which call the process writes; a sync by any
 * other call than these two is not seen, and what it covers counts as lost. Writes by pwrite and
 * pwritev are in stable storage wholly or not at all, as are the 512 bytes of a sector in any case.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { SECTOR = 512 };

typedef ssize_t (*pwrite_call)(int, const void *, size_t, off64_t);
typedef ssize_t (*pwritev_call)(int, const struct iovec *, int, off64_t);
typedef int (*sync_call)(int);

/* Held shared by writes, exclusively while the cache is looked at. */
static pthread_rwlock_t cache = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;

/* One sync at a time; guards what follows. */
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static int disk = -1; /* never closed: that would drop the process's locks on the file */
static int stable = -1;
static char *seen;
static char *kept;
static size_t size;

static void broken(const char *what) {
  dprintf(2, "power cut: %s: %s\n", what, strerror(errno));
  abort();
}

static int is_disk(int fd) {
  const char *wanted = getenv("HOLDFAST_POWER_DISK");
  char link[64];
  char path[PATH_MAX];
  int before = errno;
  if (wanted == NULL) {
    return 0;
  }
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  path[length > 0 ? length : 0] = '\0';
  errno = before;
  return strcmp(path, wanted) == 0;
}

static void *next(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (found == NULL) {
    broken(name);
  }
  return found;
}

static void open_both(void) {
  disk = open(getenv("HOLDFAST_POWER_DISK"), O_RDONLY | O_CLOEXEC);
  stable = open(getenv("HOLDFAST_POWER_STABLE"), O_RDWR | O_CLOEXEC);
  off64_t end = disk < 0 || stable < 0 ? -1 : lseek64(stable, 0, SEEK_END);
  if (end <= 0 || end % SECTOR != 0) {
    broken("disk and stable storage cannot be opened");
  }
  size = (size_t)end;
  seen = malloc(size);
  kept = malloc(size);
  if (seen == NULL || kept == NULL) {
    broken("no memory");
  }
}

static void read_all(int fd, char *into) {
  for (size_t at = 0; at < size;) {
    ssize_t got = pread64(fd, into + at, size - at, (off64_t)at);
    if (got <= 0) {
      broken("a read came up short");
    }
    at += (size_t)got;
  }
}

/* Sector by sector, so that the end of the process cannot tear one. */
static void keep(void) {
  pwrite_call real = (pwrite_call)next("pwrite64");
  read_all(stable, kept);
  for (size_t at = 0; at < size; at += SECTOR) {
    if (memcmp(seen + at, kept + at, SECTOR) != 0 &&
        real(stable, seen + at, SECTOR, (off64_t)at) != SECTOR) {
      broken("stable storage");
    }
  }
}

static void pass_time(void) {
  const char *text = getenv("HOLDFAST_POWER_MICROSECONDS");
  long wanted = text == NULL ? 0 : atol(text);
  struct timespec pause = {wanted / 1000000, wanted % 1000000 * 1000};
  nanosleep(&pause, NULL);
}

static int sync_disk(int fd, sync_call real) {
  pthread_mutex_lock(&turn);
  if (disk < 0) {
    open_both();
  }
  pthread_rwlock_wrlock(&cache);
  read_all(disk, seen);
  pthread_rwlock_unlock(&cache);
  pass_time();
  int result = real(fd);
  int error = errno;
  if (result == 0) {
    keep();
  }
  pthread_mutex_unlock(&turn);
  errno = error;
  return result;
}

int fsync(int fd) {
  sync_call real = (sync_call)next("fsync");
  return is_disk(fd) ? sync_disk(fd, real) : real(fd);
}

int fdatasync(int fd) {
  sync_call real = (sync_call)next("fdatasync");
  return is_disk(fd) ? sync_disk(fd, real) : real(fd);
}

static ssize_t write_whole(const char *name, int fd, const void *bytes, size_t count, off64_t at) {
  pwrite_call real = (pwrite_call)next(name);
  if (!is_disk(fd)) {
    return real(fd, bytes, count, at);
  }
  pthread_rwlock_rdlock(&cache);
  ssize_t written = real(fd, bytes, count, at);
  int error = errno;
  pthread_rwlock_unlock(&cache);
  errno = error;
  return written;
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  return write_whole("pwrite64", fd, bytes, count, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
  return write_whole("pwrite", fd, bytes, count, at);
}

static ssize_t write_parts(const char *name, int fd, const struct iovec *parts, int count,
                           off64_t at) {
  pwritev_call real = (pwritev_call)next(name);
  if (!is_disk(fd)) {
    return real(fd, parts, count, at);
  }
  pthread_rwlock_rdlock(&cache);
  ssize_t written = real(fd, parts, count, at);
  int error = errno;
  pthread_rwlock_unlock(&cache);
  errno = error;
  return written;
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) {
  return write_parts("pwritev64", fd, parts, count, at);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  return write_parts("pwritev", fd, parts, count, at);
}
