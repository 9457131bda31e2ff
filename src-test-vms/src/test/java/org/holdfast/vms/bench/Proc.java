package org.holdfast.vms.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Figures of the kernel, from {@code /proc}. */
final class Proc {
  private static final long KIB = 1024;
  private static final Pattern COMPILER = Pattern.compile("C[12] CompilerThre");

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

  /** What paces new connections, for all targets alike, over loopback too. */
  static String congestionControl() throws IOException {
    return read("sys/net/ipv4/tcp_congestion_control").strip();
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

  /**
   * User and system time of a JVM's compiler threads so far, in clock ticks; 0 for a process that
   * has none.
   */
  static long compilerTicks(long pid) throws IOException {
    long ticks = 0;
    try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      for (Path thread : threads.toList()) {
        ticks += compilerTicks(thread);
      }
    }
    return ticks;
  }

  private static long compilerTicks(Path thread) throws IOException {
    try {
      // The kernel keeps 15 characters of a name: "C2 CompilerThre".
      boolean compiler = COMPILER.matcher(Files.readString(thread.resolve("comm"))).lookingAt();
      return compiler ? cpuTicks(Files.readString(thread.resolve("stat"))) : 0;
    } catch (NoSuchFileException e) {
      return 0; // It has ended, as compiler threads do that have nothing to do.
    }
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
