package org.holdfast.vms.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What to run.
 *
 * @param rounds alternations: how often each target is started
 * @param measure per cell and alternation
 * @param settle before each measurement, with the cell's own load
 * @param warm after each start, shared by the kinds of load, until the JIT compiler is done
 * @param write whether docs/performance.md and its plot are rewritten
 * @param question what is measured
 * @param whole whether it is every cell and every target, long enough to be quoted
 * @param port for the target under test; absent for any free one
 * @param directory for the disk; absent for /dev/shm or a tmpfs of our own
 */
record Options(
    int rounds,
    Duration measure,
    Duration settle,
    Duration warm,
    List<Cell> cells,
    List<String> peers,
    boolean write,
    Question question,
    boolean whole,
    Optional<Integer> port,
    Optional<Path> directory) {
  /** What a run is to find out. */
  enum Question {
    /** How fast Holdfast and other targets are. */
    SPEED,
    /** What growth costs Holdfast. */
    SCALE,
    /** What Holdfast allocates. */
    ALLOCATIONS
  }

  static final String USAGE =
      """
      usage: ./check --bench [--scale|--allocations] [--quick] [--write] [OPTION VALUE]...

      Measures Holdfast, tgt and istgt (where they are installed), jSCSI (which Maven fetches) and a
      bare loopback echo, one after the other on the same file on tmpfs, and prints a table. About
      28 minutes.

        --scale            instead: Holdfast's CPU time per I/O by the number of LUNs, sessions and
                           registrants, about 15 minutes
        --allocations      instead: what Holdfast allocates on the Java heap per I/O, and where,
                           about 3 minutes
        --quick            one short alternation, to see that it works; not for quoting
        --write            put the result into docs/performance.md, the plot beside it
        --rounds N         alternations (3)
        --seconds N        measured per cell and alternation (4)
        --warmup N         seconds of load after each start, before anything counts (20)
        --cells A,B,...    only these: CELLS
        --peers A,B,...    only these: PEERS
                           (tgt-untouched, which the whole run leaves out, is tgt with the
                           limits of a login that it comes with)
        --port N           for the target under test (any free one)
        --dir DIRECTORY    a tmpfs for the 1 GiB disk (/dev/shm; as root a tmpfs of its own)
        -h                 this text

      Exit code: 0 all measured (a target that is not installed is named and left out), 1 a target
      failed or returned wrong data, 64 wrong arguments, 69 the machine lacks something.
      """
          .replace("CELLS", String.join(",", names(Cell.ALL)))
          .replace("PEERS", String.join(",", Peers.NAMES));

  static Options parse(String... arguments) {
    boolean quick = Arrays.asList(arguments).contains("--quick");
    int rounds = quick ? 1 : 3;
    Duration measure = Duration.ofSeconds(quick ? 1 : 4);
    Duration warm = Duration.ofSeconds(quick ? 4 : 20);
    List<Cell> cells = Cell.ALL;
    List<String> peers = Peers.COMPARED;
    boolean write = false;
    Question question = Question.SPEED;
    Optional<Integer> port = Optional.empty();
    Optional<Path> directory = Optional.empty();
    Deque<String> rest = new ArrayDeque<>(Arrays.asList(arguments));
    while (!rest.isEmpty()) {
      String option = rest.remove();
      switch (option) {
        case "--quick" -> {}
        case "--scale" -> question = alone(option, question, Question.SCALE);
        case "--allocations" -> question = alone(option, question, Question.ALLOCATIONS);
        case "--write" -> write = true;
        case "--rounds" -> rounds = number(option, rest, 1, 100);
        case "--seconds" -> measure = Duration.ofSeconds(number(option, rest, 1, 3600));
        case "--warmup" -> warm = Duration.ofSeconds(number(option, rest, 0, 3600));
        case "--cells" -> cells = chosen(option, rest, Cell.ALL, Cell::name);
        case "--peers" -> peers = chosen(option, rest, Peers.NAMES, Function.identity());
        case "--port" -> port = Optional.of(number(option, rest, 1, 65_535));
        case "--dir" -> directory = Optional.of(Path.of(value(option, rest)));
        default -> throw usage("unknown argument " + option);
      }
    }
    boolean everything = cells.equals(Cell.ALL) && peers.equals(Peers.COMPARED);
    if (question == Question.SCALE && !everything) {
      throw usage("--scale has cases of its own, for Holdfast: leave out --cells and --peers");
    }
    if (question == Question.ALLOCATIONS && !peers.equals(Peers.COMPARED)) {
      throw usage("--allocations looks into Holdfast alone: leave out --peers");
    }
    boolean whole = !quick && everything;
    if (write && !whole) {
      throw usage("--write is for the whole run: leave out --quick, --cells and --peers");
    }
    Duration settle = quick ? Duration.ofMillis(500) : Duration.ofSeconds(1);
    return new Options(
        rounds, measure, settle, warm, cells, peers, write, question, whole, port, directory);
  }

  private static Question alone(String option, Question before, Question asked) {
    if (before != Question.SPEED && before != asked) {
      throw usage(option + " is a run of its own: leave out the other one");
    }
    return asked;
  }

  private static List<String> names(List<Cell> cells) {
    return cells.stream().map(Cell::name).toList();
  }

  private static String value(String option, Deque<String> rest) {
    if (rest.isEmpty()) {
      throw usage(option + " needs a value");
    }
    return rest.remove();
  }

  private static int number(String option, Deque<String> rest, int least, int most) {
    String value = value(option, rest);
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number out of range.
    }
    throw usage("%s takes a number from %d to %d, not %s".formatted(option, least, most, value));
  }

  private static <T> List<T> chosen(
      String option, Deque<String> rest, List<T> all, Function<T, String> name) {
    List<String> wanted = Arrays.asList(value(option, rest).split(",", -1));
    List<String> known = all.stream().map(name).toList();
    for (String one : wanted) {
      if (!known.contains(one)) {
        throw usage(option + ": there is no " + one + ", only " + String.join(",", known));
      }
    }
    return all.stream().filter(one -> wanted.contains(name.apply(one))).toList();
  }

  private static BenchException usage(String message) {
    return new BenchException(
        BenchException.USAGE, message + "\n(./check --bench -h shows the arguments)");
  }
}
