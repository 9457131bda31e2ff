/*
 * A disk that takes its time to make writes stable, for a process that is started with this library
 * in LD_PRELOAD.
 *
 * HOLDFAST_SLOW_FILE          absolute path without links; the disk
 * HOLDFAST_SLOW_MILLISECONDS  added to every fdatasync and fsync of it
 * HOLDFAST_SLOW_FAILS         when set, these end with EIO then
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/* Nonzero when the call is to fail. */
static int wait_for(int fd) {
  const char *slow = getenv("HOLDFAST_SLOW_FILE");
  const char *milliseconds = getenv("HOLDFAST_SLOW_MILLISECONDS");
  char link[64];
  char path[PATH_MAX];
  int before = errno;
  if (slow == NULL || milliseconds == NULL) {
    return 0;
  }
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  path[length > 0 ? length : 0] = '\0';
  int fails = 0;
  if (strcmp(path, slow) == 0) {
    long wanted = atol(milliseconds);
    struct timespec pause = {wanted / 1000, wanted % 1000 * 1000000};
    nanosleep(&pause, NULL);
    fails = getenv("HOLDFAST_SLOW_FAILS") != NULL;
  }
  errno = fails ? EIO : before;
  return fails;
}

int fsync(int fd) {
  static int (*real)(int);
  if (real == NULL) {
    real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  }
  return wait_for(fd) != 0 ? -1 : real(fd);
}

int fdatasync(int fd) {
  static int (*real)(int);
  if (real == NULL) {
    real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  }
  return wait_for(fd) != 0 ? -1 : real(fd);
}
