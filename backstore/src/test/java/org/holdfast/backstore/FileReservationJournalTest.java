package org.holdfast.backstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.holdfast.pr.Effect;
import org.holdfast.pr.PrOutServiceAction;
import org.holdfast.pr.ReservationChange;
import org.holdfast.pr.ReservationEngine;
import org.holdfast.pr.ReservationState;
import org.holdfast.pr.Transition;
import org.holdfast.scsi.ReservationEvent;
import org.holdfast.scsi.ReservationJournal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lines that a program can read, a bound that holds, failures that harm nobody.
 *
 * <p>Seen to fail: with the bound not looked at, the file grows past it; without the look at the
 * last byte a torn line swallows the next one.
 */
class FileReservationJournalTest {
  private static final Instant NOW = Instant.parse("2026-11-20T10:20:30.123Z");
  private static final ReservationState BEFORE = Tables.of(2);
  private static final ReservationState AFTER =
      new ReservationState(
          new LinkedHashMap<>(Map.of(Tables.nexus(1), 1L)), BEFORE.reservation(), 3, true);

  /** Node 1 preempts node 2. */
  private static final ReservationChange CHANGE =
      new ReservationChange(
          PrOutServiceAction.PREEMPT_AND_ABORT,
          Tables.nexus(1),
          1,
          -2,
          2,
          3,
          true,
          true,
          1,
          List.of(new ReservationChange.KeyChange(Tables.nexus(2), 2, 0)),
          null,
          AFTER.reservation(),
          List.of(
              new Effect.AbortTasks(Tables.nexus(2)),
              new Effect.UnitAttention(Tables.nexus(2), Effect.Notice.REGISTRATIONS_PREEMPTED)));

  private static ReservationEvent change(String address) {
    return new ReservationEvent.Persistent(CHANGE, Map.of(Tables.nexus(2), 17), address);
  }

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("unit.journal");
  }

  private FileReservationJournal journal(long bound, Executor writer) {
    return new FileReservationJournal(file, bound, InstantSource.fixed(NOW), writer);
  }

  @Test
  void aLineSaysWhenWhoFromWhereWhatAndWhoLostWhat() throws IOException {
    journal(1 << 20, Runnable::run).changed(change("192.0.2.7:49152"));
    String port = " at iqn.2026-11.org.holdfast:test,t,0x0001\"";
    String one = "\"iqn.1994-05.com.example:node1,i,0x000000000001" + port;
    String two = "\"iqn.1994-05.com.example:node2,i,0x000000000002" + port;
    assertThat(Files.readAllLines(file))
        .containsExactly(
            "{\"time\":\"2026-11-20T10:20:30.123Z\",\"action\":\"PREEMPT_AND_ABORT\",\"sender\":"
                + one
                + ",\"address\":\"192.0.2.7:49152\",\"key\":\"0x0000000000000001\","
                + "\"serviceActionKey\":\"0xfffffffffffffffe\",\"generation\":[2,3],"
                + "\"aptpl\":[true,true],\"registered\":1,\"reservation\":[null,{\"type\":5,\"holder\":"
                + one
                + "}],\"registrations\":[{\"nexus\":"
                + two
                + ",\"before\":\"0x0000000000000002\",\"after\":\"0x0000000000000000\"}],"
                + "\"aborted\":[{\"nexus\":"
                + two
                + ",\"commands\":17}],\"attentions\":[{\"nexus\":"
                + two
                + ",\"condition\":\"REGISTRATIONS_PREEMPTED\"}]}");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void reservationsOfSpc2HaveLinesOfTheirOwn() throws IOException {
    journal(1 << 20, Runnable::run)
        .changed(
            new ReservationEvent.Legacy(
                ReservationEvent.LegacyCause.RESET,
                Tables.nexus(1),
                Tables.nexus(2),
                null,
                "192.0.2.7:49152"));
    String port = " at iqn.2026-11.org.holdfast:test,t,0x0001\"";
    assertThat(Files.readAllLines(file))
        .containsExactly(
            "{\"time\":\"2026-11-20T10:20:30.123Z\",\"action\":\"RESET\",\"sender\":"
                + "\"iqn.1994-05.com.example:node1,i,0x000000000001"
                + port
                + ",\"address\":\"192.0.2.7:49152\",\"holder\":["
                + "\"iqn.1994-05.com.example:node2,i,0x000000000002"
                + port
                + ",null]}");
  }

  /** The witness of kept tables must see it: after a clear there is nothing to miss. */
  @Test
  void whatTheAdministratorClearsHasALineThatTheWitnessReads() throws IOException {
    ReservationState before = Tables.of(2);
    Transition cleared = ReservationEngine.clearedByAdministrator(before);
    ReservationJournal journal = journal(1 << 20, Runnable::run);
    journal.changed(change("a"));
    journal.changed(new ReservationEvent.Cleared(before, cleared.state(), cleared.effects()));
    assertThat(Files.readAllLines(file).getLast())
        .contains("\"action\":\"CLEAR\",\"sender\":\"administrator\"")
        .contains("\"registered\":0")
        .contains("\"condition\":\"RESERVATIONS_PREEMPTED\"");
    assertThat(new JournalWitness(file).kept()).isEmpty();
  }

  @Test
  void whatJsonKeepsForItselfIsEscaped() throws IOException {
    journal(1 << 20, Runnable::run).changed(change("a \"quoted\" \\ and a\nnew line"));
    assertThat(Files.readAllLines(file))
        .singleElement()
        .asString()
        .contains("\"a \\\"quoted\\\" \\\\ and a\\u000anew line\"");
  }

  @Test
  void twoBoundsAreKeptAtTheMostAndTheNewestLinesAmongThem() throws IOException {
    FileReservationJournal journal = journal(4096, Runnable::run);
    for (int number = 0; number < 100; number++) {
      journal.changed(change("address " + number + "."));
      assertThat(Files.size(file)).isLessThanOrEqualTo(4096);
    }
    Path older = directory.resolve("unit.journal.1");
    assertThat(Files.size(older)).isBetween(4096L / 2, 4096L);
    try (var all = Files.list(directory)) {
      assertThat(all).containsExactlyInAnyOrder(file, older);
    }
    List<String> kept = new ArrayList<>(Files.readAllLines(older));
    kept.addAll(Files.readAllLines(file));
    for (int back = 0; back < kept.size(); back++) {
      assertThat(kept.get(kept.size() - 1 - back)).contains("\"address " + (99 - back) + ".\"");
    }
  }

  @Test
  void aLineThatACrashCutShortDoesNotSpoilTheNext() throws IOException {
    FileReservationJournal journal = journal(1 << 20, Runnable::run);
    Files.writeString(file, "{\"time\":\"2026-11-20T10:2", StandardCharsets.UTF_8);
    journal.changed(change("first"));
    journal.changed(change("second"));
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(3);
    assertThat(lines.get(1)).startsWith("{").contains("\"first\"").endsWith("]}");
    assertThat(lines.get(2)).startsWith("{").contains("\"second\"").endsWith("]}");
  }

  @Test
  void aLineThatCannotBeWrittenIsLoggedAndNothingElse() throws IOException {
    Files.createDirectory(file);
    journal(1 << 20, Runnable::run).changed(change("first"));
    Files.delete(file);
    journal(
            1 << 20,
            _ -> {
              throw new RejectedExecutionException("shut down");
            })
        .changed(change("second"));
    journal(1 << 20, Runnable::run).changed(change("third"));
    assertThat(Files.readAllLines(file)).singleElement().asString().contains("third");
  }
}
