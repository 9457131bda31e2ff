package org.holdfast.vms.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.RawInitiator;
import org.holdfast.vms.initiator.ScsiReply;
import org.holdfast.vms.initiator.TargetUnderTest;
import org.holdfast.vms.initiator.TestInitiator;

/**
 * One run of a {@link Script}: every path logs in, every step is done over the wire and what came
 * back is compared with what the script expects, word by word.
 *
 * <p>The logical unit's reservations are cleared first, so that scripts do not depend on each
 * other. Between steps nothing waits: where a node would wait, the target keeps no clock that could
 * tell.
 */
public final class Replay {
  private static final Duration FAST = Duration.ofSeconds(1);
  private static final long FIRST_ISID = 0x80_0000_000100L;
  private static final long JANITOR_ISID = 0x80_0000_000001L;
  private static final long JANITOR_KEY = 0x6a616e69746f72L;
  private static final int MOST_ATTENTIONS = 8;

  private final Script script;
  private final RestartableTarget daemon;
  private final Map<String, Initiators> players;
  private final int type;
  private final Map<String, TestInitiator> sessions = new LinkedHashMap<>();
  private final Map<String, Long> isids = new LinkedHashMap<>();
  private DiskAccess disk;
  private long nextIsid = FIRST_ISID;
  private int generation;
  private boolean generationKnown;
  private long stopwatch;

  /**
   * @param daemon the script says which of its LUNs it uses
   * @param players who plays each path, by the path's name
   * @param type the reservation type where a step does not name one
   */
  public Replay(
      Script script, RestartableTarget daemon, Map<String, Initiators> players, int type) {
    this.script = script;
    this.daemon = daemon;
    this.players = players;
    this.type = type;
  }

  /** Runs all steps; an AssertionError names the first line that came out otherwise. */
  public void run() throws Exception {
    clearReservations();
    try (Closeable _ = this::closeSessions) {
      for (Script.PathSpec path : script.paths()) {
        isids.put(path.name(), nextIsid++);
        login(path.name());
      }
      for (Script.Step step : script.steps()) {
        String actual = perform(step);
        assertThat(actual)
            .as("%s.txt line %d: %s [%s]", script.name(), step.line(), step.text(), players)
            .isEqualTo(expected(step));
      }
    }
  }

  /** Closes all of them, however the first one fares. */
  private void closeSessions() throws IOException {
    IOException failure = null;
    for (Map.Entry<String, TestInitiator> session : sessions.entrySet()) {
      try {
        session.getValue().close();
      } catch (IOException e) {
        IOException named = new IOException("closing " + session.getKey() + ": " + e, e);
        if (failure == null) {
          failure = named;
        } else {
          failure.addSuppressed(named);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void clearReservations() throws IOException {
    List<Integer> luns = script.paths().stream().map(Script.PathSpec::lun).distinct().toList();
    for (int lun : luns) {
      try (TestInitiator janitor =
          Initiators.RAW.loginReady(unit(lun), name("janitor"), JANITOR_ISID)) {
        requireGood(janitor, Cdbs.PR_REGISTER_AND_IGNORE, 0, JANITOR_KEY);
        requireGood(janitor, Cdbs.PR_CLEAR, JANITOR_KEY, 0);
        disk = new DiskAccess(janitor);
      }
    }
  }

  private TargetUnderTest unit(int lun) {
    TargetUnderTest target = daemon.target();
    return new TargetUnderTest(target.portal(), target.iqn(), lun);
  }

  private static void requireGood(TestInitiator janitor, int action, long key, long actionKey)
      throws IOException {
    ScsiReply reply = janitor.write(Cdbs.prOut(action, 0), Cdbs.prOutList(key, actionKey, false));
    if (!reply.good()) {
      throw new IOException("clearing the reservations before the script: " + reply);
    }
  }

  private static String name(String node) {
    return "iqn.2026-11.org.holdfast.test:" + node.toLowerCase(Locale.ROOT);
  }

  private void login(String path) throws IOException {
    Script.PathSpec spec = spec(path);
    sessions.put(
        path, players.get(path).loginReady(unit(spec.lun()), name(spec.node()), isids.get(path)));
  }

  private Script.PathSpec spec(String path) {
    return script.paths().stream()
        .filter(spec -> spec.name().equals(path))
        .findFirst()
        .orElseThrow();
  }

  /** What the script expects; under the all registrants types nobody's key is reported. */
  private String expected(Script.Step step) {
    boolean held = step.expected().startsWith("RESERVATION ") && !step.expected().endsWith(" none");
    return held && ReservationTable.allRegistrants(type) ? "RESERVATION all" : step.expected();
  }

  private String perform(Script.Step step) throws Exception {
    if (step.verb().startsWith("race ")) {
      return race(step);
    }
    if (step.verb().equals(Script.RESTART)) {
      return restart(step.arguments().getFirst());
    }
    return perform(step.paths().getFirst(), step.verb(), step.arguments());
  }

  /** All paths at once; counts how many came out in which way, GOOD first. */
  private String race(Script.Step step) throws Exception {
    String verb = step.verb().substring("race ".length());
    CountDownLatch start = new CountDownLatch(step.paths().size());
    Map<String, Integer> outcomes = new TreeMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> results = new ArrayList<>();
      for (String path : step.paths()) {
        Callable<String> one =
            () -> {
              start.countDown();
              start.await();
              return perform(path, verb, step.arguments());
            };
        results.add(threads.submit(one));
      }
      for (Future<String> result : results) {
        outcomes.merge(result.get(), 1, Integer::sum);
      }
    } catch (ExecutionException e) {
      throw new IOException(step.text(), e);
    }
    List<String> words = new ArrayList<>();
    outcomes.forEach((outcome, count) -> words.add(count + " " + outcome));
    words.sort((a, b) -> Boolean.compare(b.endsWith(" GOOD"), a.endsWith(" GOOD")));
    return String.join(", ", words);
  }

  private String perform(String path, String verb, List<String> arguments) throws IOException {
    TestInitiator session = sessions.get(path);
    return switch (verb) {
      case "rgi" -> reserve(path, Cdbs.PR_REGISTER_AND_IGNORE, "0", arguments.get(0), arguments);
      case "register" ->
          reserve(path, Cdbs.PR_REGISTER, arguments.get(0), arguments.get(1), arguments);
      case "reserve" -> reserve(path, Cdbs.PR_RESERVE, arguments.get(0), "0", arguments);
      case "release" -> reserve(path, Cdbs.PR_RELEASE, arguments.get(0), "0", arguments);
      case "clear" -> reserve(path, Cdbs.PR_CLEAR, arguments.get(0), "0", arguments);
      case "preempt" ->
          reserve(path, Cdbs.PR_PREEMPT, arguments.get(0), arguments.get(1), arguments);
      case "preempt-abort" ->
          reserve(path, Cdbs.PR_PREEMPT_AND_ABORT, arguments.get(0), arguments.get(1), arguments);
      case "keys" -> keys(ReservationTable.read(session));
      case "reservation" -> reservation(ReservationTable.read(session));
      case "table" -> {
        ReservationTable.read(session).requireFullStatus(session);
        yield "AGREES";
      }
      case "generation" -> {
        int now = ReservationTable.read(session).generation();
        yield arguments.contains("number") ? Integer.toString(now) : generation(now);
      }
      case "tur" -> session.read(Cdbs.testUnitReady(), 0).toString();
      case "attentions" -> attentions(session);
      case "write" -> disk.write(session, Long.parseLong(arguments.get(0)), arguments.get(1));
      case "read" -> disk.read(session, Long.parseLong(arguments.get(0)));
      case "layout" -> disk.layout(session);
      case "lun-reset" -> lunReset(session);
      case "drop" -> {
        session.drop();
        yield "DONE";
      }
      case "logout" -> {
        session.close();
        yield "DONE";
      }
      case "login" -> loginAgain(path, arguments.getFirst());
      case "stopwatch" -> stopwatch();
      default -> throw new IllegalArgumentException("no such verb: " + verb);
    };
  }

  private String reserve(
      String path, int action, String key, String actionKey, List<String> arguments)
      throws IOException {
    int asked =
        arguments.stream()
            .filter(word -> word.startsWith("type="))
            .map(word -> Integer.valueOf(word.substring("type=".length())))
            .findFirst()
            .orElse(type);
    boolean typed =
        switch (action) {
          case Cdbs.PR_RESERVE, Cdbs.PR_RELEASE, Cdbs.PR_PREEMPT, Cdbs.PR_PREEMPT_AND_ABORT -> true;
          default -> false;
        };
    return sessions
        .get(path)
        .write(
            Cdbs.prOut(action, typed ? asked : 0),
            Cdbs.prOutList(keyOf(path, key), keyOf(path, actionKey), arguments.contains("aptpl")))
        .toString();
  }

  /** {@code own} is the key named after the path's node: kA for node A. */
  private long keyOf(String path, String word) {
    if (word.equals("0")) {
      return 0;
    }
    Long key = script.keys().get(word.equals("own") ? "k" + spec(path).node() : word);
    if (key == null) {
      throw new IllegalArgumentException("no such key: " + word);
    }
    return key;
  }

  private String nameOf(long key) {
    return script.keys().entrySet().stream()
        .filter(entry -> entry.getValue() == key)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(Long.toHexString(key));
  }

  private String keys(ReservationTable table) {
    return table.keys().isEmpty()
        ? "KEYS none"
        : table.keys().stream()
            .map(this::nameOf)
            .sorted()
            .collect(Collectors.joining(" ", "KEYS ", ""));
  }

  private String reservation(ReservationTable table) {
    if (table.holder().isEmpty()) {
      return "RESERVATION none";
    }
    ReservationTable.Holder holder = table.holder().getFirst();
    String who = holder.key() == 0 ? "all" : nameOf(holder.key());
    return "RESERVATION " + who + (holder.type() == type ? "" : " type=" + holder.type());
  }

  /** How much PRgeneration grew since the script last looked. */
  private String generation(int now) {
    String answer = generationKnown ? "+" + (now - generation) : "start";
    generation = now;
    generationKnown = true;
    return answer;
  }

  /** TEST UNIT READY until it is GOOD, and the unit attentions met on the way. */
  private static String attentions(TestInitiator session) throws IOException {
    List<String> met = new ArrayList<>();
    for (int i = 0; i < MOST_ATTENTIONS; i++) {
      ScsiReply reply = session.read(Cdbs.testUnitReady(), 0);
      if (reply.good()) {
        return met.isEmpty() ? "none" : String.join(", ", met);
      }
      met.add(reply.toString());
    }
    return "without end: " + met;
  }

  private static String lunReset(TestInitiator session) throws IOException {
    if (!(session instanceof RawInitiator raw)) {
      throw new IllegalArgumentException("lun-reset needs a path that is declared raw");
    }
    int response = raw.manage(RawInitiator.LOGICAL_UNIT_RESET, 0);
    return response == RawInitiator.FUNCTION_COMPLETE ? "GOOD" : "RESPONSE " + response;
  }

  private String loginAgain(String path, String port) throws IOException {
    switch (port) {
      case "same" -> {
        if (players.get(path) != Initiators.RAW) {
          throw new IllegalArgumentException("'login same' needs a path that is declared raw");
        }
      }
      case "new" -> isids.put(path, nextIsid++);
      default -> throw new IllegalArgumentException("login same, or login new");
    }
    login(path);
    return "DONE";
  }

  /** Every session loses its connection, and logs in again with the ISID it had. */
  private String restart(String how) throws IOException, InterruptedException {
    if (!players.values().stream().allMatch(Initiators.RAW::equals)) {
      throw new IllegalArgumentException("restart needs every path declared raw");
    }
    daemon.restart(
        switch (how) {
          case "orderly" -> RestartableTarget.Ending.ORDERLY;
          case "kill" -> RestartableTarget.Ending.KILLED;
          default -> throw new IllegalArgumentException("restart orderly, or restart kill");
        });
    for (String path : List.copyOf(sessions.keySet())) {
      sessions.get(path).drop();
      login(path);
    }
    return "DONE";
  }

  /** Starts it, or says whether what came since was fast. */
  private String stopwatch() {
    long now = System.nanoTime();
    if (stopwatch == 0) {
      stopwatch = now;
      return "started";
    }
    Duration since = Duration.ofNanos(now - stopwatch);
    stopwatch = 0;
    return since.compareTo(FAST) < 0 ? "under 1 s" : since.toString();
  }
}
