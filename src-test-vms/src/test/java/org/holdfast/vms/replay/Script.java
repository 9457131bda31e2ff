package org.holdfast.vms.replay;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A sequence of commands on named paths, read from text. The language is described in {@code
 * replays/README.md} beside the scripts.
 *
 * @param types the reservation types that the whole script is run for, one after the other
 * @param paths in the order of their declaration
 * @param keys reservation keys by name
 */
public record Script(
    String name,
    List<Integer> types,
    List<PathSpec> paths,
    Map<String, Long> keys,
    List<Step> steps) {
  /** The one verb that stands without a path. */
  static final String RESTART = "restart";

  private static final List<Integer> DEFAULT_TYPES = List.of(5);

  /**
   * One path: an I_T nexus.
   *
   * @param node the cluster node it belongs to; the paths of a node share its initiator name
   * @param lun the logical unit it leads to
   * @param rawOnly whether the script needs what only the raw initiator can do on this path
   */
  public record PathSpec(String name, String node, int lun, boolean rawOnly) {}

  /**
   * One line to run.
   *
   * @param paths one, or several for a race, or none for a restart
   * @param expected what has to come back, in the words of {@link Replay}
   */
  public record Step(
      int line,
      String text,
      List<String> paths,
      String verb,
      List<String> arguments,
      String expected) {}

  /** Loads {@code replays/NAME.txt} from the test resources. */
  public static Script load(String name) throws IOException {
    String resource = "replays/" + name + ".txt";
    try (InputStream in = Script.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("no script " + resource);
      }
      return parse(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** Reads a script; every error names its line. */
  static Script parse(String name, String text) {
    List<Integer> types = DEFAULT_TYPES;
    List<PathSpec> paths = new ArrayList<>();
    Map<String, Long> keys = new LinkedHashMap<>();
    List<Step> steps = new ArrayList<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      int number = i + 1;
      String line = lines.get(i).replaceFirst("#.*", "").strip();
      List<String> words = Arrays.asList(line.split("\\s+", -1));
      List<String> rest = words.subList(1, words.size());
      try {
        switch (words.getFirst()) {
          case "" -> {}
          case "types" -> types = rest.stream().map(Integer::valueOf).toList();
          case "path" -> paths.add(path(rest));
          case "key" -> keys.put(rest.get(0), Long.parseUnsignedLong(rest.get(1), 16));
          default -> steps.add(step(number, line, paths));
        }
      } catch (RuntimeException e) {
        throw new IllegalArgumentException(
            "%s.txt line %d: %s: %s".formatted(name, number, line, e.getMessage()), e);
      }
    }
    return new Script(name, types, List.copyOf(paths), Map.copyOf(keys), List.copyOf(steps));
  }

  /** {@code A1 of A lun 1 raw}: path A1 of node A to LUN 1, played by the raw initiator only. */
  private static PathSpec path(List<String> words) {
    String name = words.getFirst();
    return new PathSpec(
        name,
        after("of", words, name),
        Integer.parseInt(after("lun", words, "0")),
        words.contains("raw"));
  }

  private static String after(String word, List<String> words, String otherwise) {
    int at = words.indexOf(word);
    return at < 0 ? otherwise : words.get(at + 1);
  }

  /** {@code P rgi kP -> GOOD}, {@code race A B reserve -> ...}, {@code restart kill -> DONE}. */
  private static Step step(int number, String line, List<PathSpec> declared) {
    String[] sides = line.split("\\s+->\\s+", -1);
    if (sides.length != 2) {
      throw new IllegalArgumentException("a step is 'PATH VERB ARGUMENTS -> EXPECTATION'");
    }
    List<String> words = new ArrayList<>(Arrays.asList(sides[0].split("\\s+", -1)));
    boolean race = words.getFirst().equals("race");
    if (race) {
      words.removeFirst();
    }
    List<String> names = declared.stream().map(PathSpec::name).toList();
    List<String> paths = new ArrayList<>();
    if (words.getFirst().equals(RESTART)) {
      words.removeFirst();
      return new Step(number, line, paths, RESTART, List.copyOf(words), sides[1]);
    }
    while (names.contains(words.getFirst())) {
      paths.add(words.removeFirst());
    }
    if (paths.isEmpty() || (paths.size() > 1 && !race)) {
      throw new IllegalArgumentException("a step starts with one declared path of " + names);
    }
    String verb = words.removeFirst();
    return new Step(
        number, line, paths, race ? "race " + verb : verb, List.copyOf(words), sides[1]);
  }
}
