package org.holdfast.vms.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The part of docs/performance.md that the benchmark writes, and the plot beside it. */
final class PerformancePage {
  static final String BEGIN = "<!-- bench: written by ./check --bench --write -->";
  static final String END = "<!-- bench: end -->";
  static final String SCALE_BEGIN = "<!-- scale: written by ./check --bench --scale --write -->";
  static final String SCALE_END = "<!-- scale: end -->";
  static final String ALLOCATIONS_BEGIN =
      "<!-- allocations: written by ./check --bench --allocations --write -->";
  static final String ALLOCATIONS_END = "<!-- allocations: end -->";
  private static final Path PAGE = Path.of("docs", "performance.md");
  private static final String PLOT = "performance.svg";

  private PerformancePage() {}

  /** Replaces both files under the root of the source tree. */
  static void write(Path root, List<String> parts, String plot) throws IOException {
    Path page = root.resolve(PAGE);
    String image = "![IOPS of each target as a share of the bare echo, by cell](" + PLOT + ")\n";
    String section = parts.getFirst() + "\n" + image + "\n" + rest(parts);
    Files.writeString(page, replace(Files.readString(page), BEGIN, END, section));
    Files.writeString(page.resolveSibling(PLOT), plot);
  }

  /** Replaces the part about growth under the root of the source tree. */
  static void writeScale(Path root, List<String> parts) throws IOException {
    write(root, parts, SCALE_BEGIN, SCALE_END);
  }

  /** Replaces the part about allocations under the root of the source tree. */
  static void writeAllocations(Path root, List<String> parts) throws IOException {
    write(root, parts, ALLOCATIONS_BEGIN, ALLOCATIONS_END);
  }

  private static void write(Path root, List<String> parts, String begin, String end)
      throws IOException {
    Path page = root.resolve(PAGE);
    Files.writeString(page, replace(Files.readString(page), begin, end, String.join("\n", parts)));
  }

  private static String rest(List<String> parts) {
    return String.join("\n", parts.subList(1, parts.size()));
  }

  /** The page with everything between the two markers replaced. */
  static String replace(String page, String first, String last, String section) {
    int begin = page.indexOf(first);
    int end = page.indexOf(last);
    if (begin < 0 || end < begin) {
      throw new BenchException(
          BenchException.FAILED,
          PAGE + " has lost its markers; it needs the lines\n" + first + "\n" + last);
    }
    return page.substring(0, begin + first.length())
        + "\n\n"
        + section.strip()
        + "\n\n"
        + page.substring(end);
  }
}
