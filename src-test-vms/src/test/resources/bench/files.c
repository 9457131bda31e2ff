/*
 * Whether the kernel takes longer for a block of many files than for one of a single file, both in
 * the page cache: the control measurement to growth in LUNs ("Growth" in docs/performance.md).
 *
 *     cc -O2 -o files files.c && ./files DIRECTORY read|write FILES
 *
 * FILES files, 64 MiB together, are made in DIRECTORY, which should be on a tmpfs, and removed. Two
 * million random blocks of 4 KiB are read (pread) or written (pwrite). Prints the CPU time for each,
 * user and system.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { BLOCK = 4096, ALL_BYTES = 64 << 20, BLOCKS = 2000000, MOST_FILES = 1024 };

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static double cpu_micros(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 + used.ru_utime.tv_usec +
         used.ru_stime.tv_usec;
}

static uint32_t drawn(uint64_t *state, uint32_t below) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return (uint32_t)((*state >> 32) * below >> 32);
}

int main(int count, char **words) {
  int files = count == 4 ? atoi(words[3]) : 0;
  if (files < 1 || files > MOST_FILES || (strcmp(words[2], "read") && strcmp(words[2], "write"))) {
    fprintf(stderr, "usage: files DIRECTORY read|write FILES (1 to %d)\n", MOST_FILES);
    return 64;
  }
  int reads = strcmp(words[2], "read") == 0;
  int descriptors[MOST_FILES];
  static char block[BLOCK];
  uint32_t blocks = ALL_BYTES / BLOCK / files;
  for (int i = 0; i < files; i++) {
    char path[4096];
    snprintf(path, sizeof path, "%s/files-%d-%d", words[1], (int)getpid(), i);
    descriptors[i] = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (descriptors[i] < 0 || unlink(path) != 0) {
      fail(path);
    }
    for (uint32_t b = 0; b < blocks; b++) {
      if (pwrite(descriptors[i], block, BLOCK, (off_t)b * BLOCK) != BLOCK) {
        fail(path);
      }
    }
  }
  uint64_t state = 88172645463325252u;
  double begun = cpu_micros();
  for (int i = 0; i < BLOCKS; i++) {
    int file = descriptors[drawn(&state, files)];
    off_t at = (off_t)drawn(&state, blocks) * BLOCK;
    ssize_t moved = reads ? pread(file, block, BLOCK, at) : pwrite(file, block, BLOCK, at);
    if (moved != BLOCK) {
      fail(words[2]);
    }
  }
  printf("%s %d files: %.3f us\n", words[2], files, (cpu_micros() - begun) / BLOCKS);
  return 0;
}
