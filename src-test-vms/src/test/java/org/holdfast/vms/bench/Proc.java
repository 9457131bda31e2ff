package org.holdfast.vms.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Figures of the kernel, from {@code /proc}. */
final class Proc {
  private static final long KIB = 1024;

  private Proc() {}

  private static String read(String file) throws IOException {
    return Files.readString(Path.of("/proc", file));
  }

  /** The value of a line {@code name: value}, the first one of that name. */
  static String field(String file, String name) throws IOException {
    for (String line : read(file).split("\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).strip().equals(name)) {
        return line.substring(colon + 1).strip();
      }
    }
    throw new IOException("no " + name + " in /proc/" + file);
  }

  private static long kibibytes(String file, String name) throws IOException {
    return Long.parseLong(field(file, name).replaceAll("[^0-9]", "")) * KIB;
  }

  static long residentBytes(long pid) throws IOException {
    return kibibytes(pid + "/status", "VmRSS");
  }

  /** The most that was ever resident. */
  static long peakResidentBytes(long pid) throws IOException {
    return kibibytes(pid + "/status", "VmHWM");
  }

  static long availableBytes() throws IOException {
    return kibibytes("meminfo", "MemAvailable");
  }

  /** User and system time of all threads of a process so far, in clock ticks. */
  static long cpuTicks(long pid) throws IOException {
    return cpuTicks(read(pid + "/stat"));
  }

  /** From the text of {@code /proc/PID/stat}, whose second field may hold anything in brackets. */
  static long cpuTicks(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }

  /** Time that all cores together spent on anything, stolen time included, in clock ticks. */
  static long busyTicks() throws IOException {
    String all = read("stat").lines().findFirst().orElse("");
    long[] ticks = Arrays.stream(all.split(" +", -1)).skip(1).mapToLong(Long::parseLong).toArray();
    // user, nice, system, idle, iowait, irq, softirq, steal; guest time is in user already
    return ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7];
  }

  static long ticksPerSecond() throws IOException {
    return Long.parseLong(Commands.run("getconf", "CLK_TCK").strip());
  }
}
