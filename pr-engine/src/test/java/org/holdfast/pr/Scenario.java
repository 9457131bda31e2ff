package org.holdfast.pr;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A text of commands and expectations, carried out against a {@link Bench}. */
final class Scenario {
  private final String name;
  private final List<String> lines;

  Scenario(String name, List<String> lines) {
    this.name = name;
    this.lines = List.copyOf(lines);
  }

  static Scenario read(Path file) {
    try {
      return new Scenario(file.getFileName().toString(), Files.readAllLines(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String name() {
    return name;
  }

  /** What {@code $T} stands for, run by run; one run with nothing for a scenario without types. */
  List<String> types() {
    return lines.stream()
        .filter(line -> line.startsWith("types "))
        .map(line -> List.of(line.substring("types ".length()).trim().split(" +")))
        .findFirst()
        .orElse(List.of(""));
  }

  void run(String type) {
    Bench bench = new Bench();
    String last = "";
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).replaceFirst("#.*", "").replace("$T", type).trim();
      if (line.isEmpty() || line.startsWith("types ")) {
        continue;
      }
      last = name + ":" + (i + 1) + ": " + line;
      try {
        step(bench, line);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(last + "\n  " + e.getMessage(), e);
      }
    }
    if (!bench.unexpected().isEmpty()) {
      throw new AssertionError(last + "\n  and left unexpected: " + bench.unexpected());
    }
  }

  private static void step(Bench bench, String line) {
    String[] sides = line.split(" *-> *", 2);
    List<String> words = List.of(sides[0].split(" +"));
    switch (words.getFirst()) {
      case "expect" -> expect(bench, words.subList(1, words.size()));
      case "capable" -> bench.capabilities(words.subList(1, words.size()));
      case "room" -> bench.room(Integer.parseInt(words.get(1)));
      case "power-loss" -> bench.powerLoss();
      case "lun-reset" -> bench.reset();
      case "nexus-loss" -> bench.nexusLoss(Bench.nexus(words.get(1)));
      case "target-ports" -> bench.targetPorts(words.subList(1, words.size()));
      case "logged-in" -> bench.loggedIn(words.subList(1, words.size()));
      case "stranger" -> bench.strangers(words.subList(1, words.size()));
      default -> {
        if (sides.length != 2) {
          throw new IllegalArgumentException("what should the answer be? Say: -> good");
        }
        same(command(bench, words), sides[1]);
      }
    }
  }

  private static String command(Bench bench, List<String> words) {
    Nexus sender = Bench.nexus(words.get(0));
    String verb = words.get(1);
    Map<String, String> fields = fields(words.subList(2, words.size()));
    Function<String, String> field = key -> fields.getOrDefault(key, "0");
    return switch (verb) {
      case "legacy-reserve" -> bench.legacy(sender, LegacyReservations.Action.RESERVE);
      case "legacy-release" -> bench.legacy(sender, LegacyReservations.Action.RELEASE);
      case "test-unit-ready" -> bench.check(sender, ReservationClass.ALLOWED_UNDER_PERSISTENT);
      case "reserve-in" -> bench.check(sender, ReservationClass.PERSISTENT_RESERVE_IN);
      case "inquiry" -> bench.check(sender, ReservationClass.ALWAYS_ALLOWED);
      case "read" -> bench.check(sender, ReservationClass.MEDIUM_READ);
      case "write" -> bench.check(sender, ReservationClass.MEDIUM_WRITE);
      default -> {
        int action =
            verb.startsWith("action-")
                ? Integer.parseInt(verb.substring("action-".length()), 16)
                : PrOutServiceAction.valueOf(ACTIONS.getOrDefault(verb, verb)).code();
        int scopeAndType =
            Integer.parseInt(field.apply("scope")) << 4 | Integer.parseInt(field.apply("type"), 16);
        ByteBuffer list = verb.equals("move") ? moveList(fields) : basicList(fields);
        list.putLong(0, Bench.key(field.apply("rk"))).putLong(8, Bench.key(field.apply("sark")));
        if (fields.containsKey("length")) {
          int length = Integer.parseInt(field.apply("length"));
          list = ByteBuffer.wrap(Arrays.copyOf(list.array(), length));
        }
        yield bench.prOut(sender, action, scopeAndType, list);
      }
    };
  }

  private static final Map<String, String> ACTIONS =
      Map.of(
          "register", "REGISTER",
          "register-ignore", "REGISTER_AND_IGNORE_EXISTING_KEY",
          "reserve", "RESERVE",
          "release", "RELEASE",
          "clear", "CLEAR",
          "preempt", "PREEMPT",
          "preempt-abort", "PREEMPT_AND_ABORT",
          "move", "REGISTER_AND_MOVE");

  /** 24 bytes; with {@code spec_i_pt=B,C*} the TransportIDs and their length behind them. */
  private static ByteBuffer basicList(Map<String, String> fields) {
    byte[] ids = transportIds(fields.getOrDefault("spec_i_pt", "1"));
    ByteBuffer list = ByteBuffer.allocate(fields.containsKey("spec_i_pt") ? 28 + ids.length : 24);
    list.put(20, flags(fields));
    if (fields.containsKey("spec_i_pt")) {
      list.putInt(24, ids.length).put(28, ids);
    }
    return list;
  }

  /** {@code to=B2@1}: the initiator port (or {@code B*}) and the relative target port. */
  private static ByteBuffer moveList(Map<String, String> fields) {
    String[] to = fields.getOrDefault("to", "Z@0").split("@", 2);
    byte[] id = transportIds(to[0]);
    int port = to.length == 2 ? Integer.parseInt(to[1]) : Bench.nexus(to[0]).target().relativeId();
    ByteBuffer list = ByteBuffer.allocate(24 + id.length);
    list.put(17, (byte) ((fields.containsKey("unreg") ? 2 : 0) | flags(fields)));
    return list.putShort(18, (short) port).putInt(20, id.length).put(24, id);
  }

  /** Those of {@code A,B2,C*} one after another; {@code 1}, the mere flag, is none. */
  private static byte[] transportIds(String names) {
    if (names.equals("1")) {
      return new byte[0];
    }
    ByteBuffer ids = ByteBuffer.allocate(0x8000);
    for (String name : names.split(",", -1)) {
      ids.put(Bench.transportId(name).encode());
    }
    return Arrays.copyOf(ids.array(), ids.position());
  }

  private static byte flags(Map<String, String> fields) {
    int flags = 0;
    flags |= fields.containsKey("spec_i_pt") ? 0x08 : 0;
    flags |= fields.containsKey("all_tg_pt") ? 0x04 : 0;
    flags |= fields.containsKey("aptpl") ? 0x01 : 0;
    return (byte) flags;
  }

  private static Map<String, String> fields(List<String> words) {
    return words.stream()
        .map(word -> word.split("=", 2))
        .collect(
            Collectors.toMap(
                pair -> pair[0],
                pair -> pair.length == 2 ? pair[1] : "1",
                (a, b) -> b,
                LinkedHashMap::new));
  }

  private static void expect(Bench bench, List<String> words) {
    String rest = String.join(" ", words.subList(1, words.size()));
    switch (words.getFirst()) {
      case "keys" -> same(bench.readKeys(), rest);
      case "reservation" -> same(bench.readReservation(), rest);
      case "full-status" -> same(bench.readFullStatus(), rest);
      case "generation" -> same(bench.generation(), rest);
      case "legacy-holder" -> same(bench.legacyHolder(), rest);
      case "capabilities" -> same(bench.capabilityBits(), rest);
      case "ptpl_a" -> same(bench.ptplActive(), rest);
      case "ua", "aborted" -> bench.take(String.join(" ", words));
      case "nothing" -> same(bench.unexpected().toString(), "[]");
      default -> throw new IllegalArgumentException("no such expectation: " + words);
    }
  }

  private static void same(String actual, String expected) {
    if (!actual.equals(expected)) {
      throw new AssertionError("expected <" + expected + "> but was <" + actual + ">");
    }
  }

  /** Types named by their codes, for {@code capable types=…}. */
  static EnumSet<ReservationType> types(String codes) {
    EnumSet<ReservationType> types = EnumSet.noneOf(ReservationType.class);
    Arrays.stream(codes.split(","))
        .forEach(code -> types.add(ReservationType.of(Integer.parseInt(code)).orElseThrow()));
    return types;
  }
}
