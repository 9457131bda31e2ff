/*
 * A disk that fails under the reservation tables of one directory, for a process that is started
 * with this library in LD_PRELOAD. It stands between the process and the C library, so the kernel's
 * answer is the only thing that is not real.
 *
 * HOLDFAST_FAILING_DIRECTORY  absolute path without links; tables are FILE.reservations in it
 * HOLDFAST_FAILING_STEP       a file; while it exists, the step it names ends with EIO:
 *     write           of the new table's temp file
 *     fsync           of the temp file
 *     rename          of the temp file to its name
 *     directory       fsync of the directory
 *     directory-once  the same, but the first one removes the file
 *
 * Each failure is told on standard error.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static const char TEMPORARY[] = ".reservations.new";

/* The step that is to fail; empty when none is. */
static void chosen(char *step, size_t size) {
  const char *file = getenv("HOLDFAST_FAILING_STEP");
  step[0] = '\0';
  int fd = file == NULL ? -1 : open(file, O_RDONLY | O_CLOEXEC);
  if (fd >= 0) {
    ssize_t length = read(fd, step, size - 1);
    step[length > 0 ? length : 0] = '\0';
    close(fd);
  }
}

static int is_temporary(const char *path) {
  const char *directory = getenv("HOLDFAST_FAILING_DIRECTORY");
  size_t length = strlen(path);
  size_t end = sizeof TEMPORARY - 1;
  return directory != NULL && strncmp(path, directory, strlen(directory)) == 0 && length > end &&
         strcmp(path + length - end, TEMPORARY) == 0;
}

static int is_directory(const char *path) {
  const char *directory = getenv("HOLDFAST_FAILING_DIRECTORY");
  return directory != NULL && strcmp(path, directory) == 0;
}

static void path_of(int fd, char *path, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, size - 1);
  path[length > 0 ? length : 0] = '\0';
}

static int fail(const char *step, const char *path) {
  dprintf(2, "failing disk: %s of %s\n", step, path);
  errno = EIO;
  return -1;
}

static int write_fails(int fd) {
  char step[32];
  char path[PATH_MAX];
  int before = errno;
  chosen(step, sizeof step);
  if (strcmp(step, "write") == 0) {
    path_of(fd, path, sizeof path);
    if (is_temporary(path)) {
      return fail(step, path);
    }
  }
  errno = before;
  return 0;
}

static int sync_fails(int fd) {
  char step[32];
  char path[PATH_MAX];
  int before = errno;
  chosen(step, sizeof step);
  if (step[0] != '\0') {
    path_of(fd, path, sizeof path);
    if (strcmp(step, "fsync") == 0 && is_temporary(path)) {
      return fail(step, path);
    }
    if (strncmp(step, "directory", strlen("directory")) == 0 && is_directory(path)) {
      if (strcmp(step, "directory-once") == 0) {
        unlink(getenv("HOLDFAST_FAILING_STEP"));
      }
      return fail(step, path);
    }
  }
  errno = before;
  return 0;
}

ssize_t write(int fd, const void *bytes, size_t size) {
  static ssize_t (*real)(int, const void *, size_t);
  if (real == NULL) {
    real = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
  }
  return write_fails(fd) != 0 ? -1 : real(fd, bytes, size);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) {
  static ssize_t (*real)(int, const void *, size_t, off64_t);
  if (real == NULL) {
    real = (ssize_t(*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
  }
  return write_fails(fd) != 0 ? -1 : real(fd, bytes, size, at);
}

int fsync(int fd) {
  static int (*real)(int);
  if (real == NULL) {
    real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  }
  return sync_fails(fd) != 0 ? -1 : real(fd);
}

int fdatasync(int fd) {
  static int (*real)(int);
  if (real == NULL) {
    real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  }
  return sync_fails(fd) != 0 ? -1 : real(fd);
}

int rename(const char *from, const char *to) {
  static int (*real)(const char *, const char *);
  char step[32];
  if (real == NULL) {
    real = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
  }
  chosen(step, sizeof step);
  return strcmp(step, "rename") == 0 && is_temporary(from) ? fail(step, from) : real(from, to);
}
