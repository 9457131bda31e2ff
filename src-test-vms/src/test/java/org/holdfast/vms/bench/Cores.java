package org.holdfast.vms.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which cores are used: one for the target, one for the load generator, the first two that this
 * process may run on.
 */
record Cores(int target, int generator, String all) {
  static Cores find() throws IOException {
    List<Integer> allowed = parse(Proc.field("self/status", "Cpus_allowed_list"));
    if (allowed.size() < 2) {
      throw new BenchException(
          BenchException.UNAVAILABLE,
          "the target and the load generator need a core each; this process may use "
              + allowed.size());
    }
    if (!Commands.isInstalled("taskset")) {
      throw new BenchException(
          BenchException.UNAVAILABLE, "taskset is missing; install util-linux");
    }
    StringBuilder all = new StringBuilder();
    allowed.forEach(core -> all.append(all.isEmpty() ? "" : ",").append(core));
    return new Cores(allowed.get(0), allowed.get(1), all.toString());
  }

  /** Numbers and ranges as the kernel writes them, such as {@code 0-2,5}. */
  static List<Integer> parse(String list) {
    List<Integer> cores = new ArrayList<>();
    for (String part : list.strip().split(",", -1)) {
      int dash = part.indexOf('-');
      int first = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
      int last = dash < 0 ? first : Integer.parseInt(part.substring(dash + 1));
      for (int core = first; core <= last; core++) {
        cores.add(core);
      }
    }
    return cores;
  }

  /** Goes before the command of a target. */
  List<String> prefix(boolean pinned) {
    return List.of("taskset", "-c", pinned ? Integer.toString(target) : all);
  }

  /** Moves every thread of this process. */
  void placeGenerator(boolean pinned) throws IOException {
    Commands.run(
        "taskset",
        "-a",
        "-c",
        "-p",
        pinned ? Integer.toString(generator) : all,
        Long.toString(ProcessHandle.current().pid()));
  }
}
