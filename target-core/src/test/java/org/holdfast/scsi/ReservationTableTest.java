package org.holdfast.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.holdfast.scsi.EngineFixture.PREEMPT;
import static org.holdfast.scsi.EngineFixture.REGISTER_AND_IGNORE;
import static org.holdfast.scsi.EngineFixture.RESERVE;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.holdfast.pr.AptplPolicy;
import org.holdfast.pr.KeptStateUnknownException;
import org.holdfast.pr.Nexus;
import org.holdfast.pr.PrCapabilities;
import org.holdfast.pr.PrOutServiceAction;
import org.holdfast.pr.ReservationState;
import org.holdfast.pr.ReservationStore;
import org.holdfast.pr.ReservationType;
import org.junit.jupiter.api.Test;

/**
 * A change is kept before it holds, and holds before it is answered.
 *
 * <p>Seen to fail: with {@code accept} called without a commit, ten tests, first of all {@code
 * whileItIsBeingKeptAChangeNeitherHoldsNorIsAnsweredNorWrittenDown}; with the look at {@code
 * task.aborted()} repeated after the commit, {@code
 * whatIsKeptHoldsAlsoWhenTheCommandWasAbortedMeanwhile} finds a table that differs from the kept
 * one; with {@code note} behind {@code settle} the journal is told after the answer; without {@code
 * takeOffline} in {@code notDurable} the command behind the failed one is let in, to a commit.
 */
class ReservationTableTest {
  private static final ReservationType TYPE = ReservationType.WRITE_EXCLUSIVE_REGISTRANTS_ONLY;
  private static final long KEY_A = 0xA;
  private static final long KEY_B = 0xB;
  private static final byte[] BLOCK = new byte[EngineFixture.BLOCK];
  private static final Outcome NOT_KEPT =
      Outcome.check(Sense.of(SenseKey.HARDWARE_ERROR, SenseCode.INTERNAL_TARGET_FAILURE));

  private final List<ReservationEvent> journal = new ArrayList<>();
  private final SlowStore store = new SlowStore();
  private final HeldDevice device = new HeldDevice();
  private final EngineFixture fixture = fixture(store, journal::add);
  private final ItNexus a = fixture.login("a");
  private final ItNexus b = fixture.login("b");

  private EngineFixture fixture(ReservationStore on, ReservationJournal told) {
    return new EngineFixture(
        device,
        new ReservationBackend(
            ReservationState.EMPTY, on, PrCapabilities.complete(AptplPolicy.HONOR), told));
  }

  private ReservationState table() {
    return fixture.unit.reservations();
  }

  /** A registered with APTPL = 1, kept; what the journal heard of it is forgotten. */
  private void registeredByA() {
    CompletableFuture<Outcome> register = fixture.registerAptpl(a, KEY_A);
    store.succeed();
    assertThat(register).isCompletedWithValue(Outcome.GOOD);
    journal.clear();
  }

  @Test
  void whileItIsBeingKeptAChangeNeitherHoldsNorIsAnsweredNorWrittenDown() {
    CompletableFuture<Outcome> register = fixture.registerAptpl(a, KEY_A);
    assertThat(store.pending()).isEqualTo(1);
    assertThat(register).isNotDone();
    assertThat(table()).isEqualTo(ReservationState.EMPTY);
    assertThat(journal).isEmpty();

    store.succeed();
    assertThat(register).isCompletedWithValue(Outcome.GOOD);
    assertThat(table().isRegisteredWith(a.identity(), KEY_A)).isTrue();
    assertThat(table()).isEqualTo(store.last());
    assertThat(journal).hasSize(1);
  }

  @Test
  void aReservationShutsNobodyOutBeforeItIsKept() {
    registeredByA();
    CompletableFuture<Outcome> reserve = fixture.reserveOut(a, RESERVE, TYPE, KEY_A, 0);
    CompletableFuture<Outcome> write = fixture.write(b, 1, BLOCK);
    assertThat(device.held()).isEqualTo(1);
    store.succeed();
    assertThat(reserve).as("while the write that came in time is in flight").isNotDone();
    device.release();
    assertThat(write).isCompletedWithValue(Outcome.GOOD);
    assertThat(reserve).isCompletedWithValue(Outcome.GOOD);
  }

  @Test
  void whatCannotBeKeptIsRefusedAndChangesNothingAndTheNextCommandWorks() {
    registeredByA();
    ReservationState before = table();
    CompletableFuture<Outcome> register = fixture.registerAptpl(b, KEY_B);
    store.fail();
    assertThat(register).isCompletedWithValue(NOT_KEPT);
    assertThat(table()).isSameAs(before);
    assertThat(journal).isEmpty();
    assertThat(fixture.unit.offlineReason()).isNull();

    CompletableFuture<Outcome> again = fixture.registerAptpl(b, KEY_B);
    store.succeed();
    assertThat(again).isCompletedWithValue(Outcome.GOOD);
    assertThat(journal).hasSize(1);
    assertThat(table()).isEqualTo(store.last());
  }

  /** Memory and file may differ for good then: a fence that a restart would open is none. */
  @Test
  void whereNobodyKnowsWhatIsKeptTheUnitGoesOfflineBeforeTheNextCommand() {
    registeredByA();
    ReservationState before = table();
    CompletableFuture<Outcome> register = fixture.registerAptpl(b, KEY_B);
    CompletableFuture<Outcome> behind = fixture.reserveOut(a, RESERVE, TYPE, KEY_A, 0);
    store.fail(new KeptStateUnknownException("the table may be either", new IOException("EIO")));
    assertThat(register).isCompletedWithValue(NOT_KEPT);
    assertThat(behind).isCompletedWithValue(Outcome.check(LogicalUnit.OFFLINE));
    assertThat(fixture.unit.offlineReason()).isEqualTo("the table may be either");
    assertThat(fixture.write(a, 1, BLOCK)).isCompletedWithValue(Outcome.check(LogicalUnit.OFFLINE));
    assertThat(table()).isSameAs(before);
  }

  @Test
  void aStoreThatThrowsHasFailedToo() {
    EngineFixture other =
        fixture(
            new ReservationStore() {
              @Override
              public CompletionStage<ReservationState> load() {
                throw new AssertionError("the table is given");
              }

              @Override
              public CompletionStage<ReservationState> commit(ReservationState state) {
                throw new IllegalStateException("shut down");
              }
            },
            ReservationJournal.NONE);
    ItNexus c = other.login("c");
    assertThat(other.registerAptpl(c, 1)).isCompletedWithValue(NOT_KEPT);
    assertThat(other.unit.offlineReason()).isNull();
    other.reserveOutIsGood(c, REGISTER_AND_IGNORE, TYPE, 0, 1);
  }

  @Test
  void commandsBehindAPendingCommitAreJudgedByWhatComesOfIt() {
    registeredByA();
    CompletableFuture<Outcome> reserve = fixture.reserveOut(a, RESERVE, TYPE, KEY_A, 0);
    CompletableFuture<Outcome> preempt = fixture.reserveOut(b, PREEMPT, TYPE, KEY_B, KEY_A);
    CompletableFuture<Outcome> register = fixture.reserveOut(b, REGISTER_AND_IGNORE, TYPE, 0, 3);
    CompletableFuture<Outcome> legacy = fixture.reserve(b);
    assertThat(store.pending()).isEqualTo(1);
    assertThat(List.of(reserve, preempt, register, legacy)).noneMatch(CompletableFuture::isDone);

    store.fail();
    assertThat(reserve).isCompletedWithValue(NOT_KEPT);
    assertThat(preempt).isCompletedWithValue(Outcome.RESERVATION_CONFLICT);
    assertThat(register).as("APTPL from 1 to 0 is to be kept, too").isNotDone();
    assertThat(legacy).isNotDone();
    store.succeed();
    assertThat(register).isCompletedWithValue(Outcome.GOOD);
    assertThat(store.last().aptpl()).isFalse();
    assertThat(legacy).isCompletedWithValue(Outcome.RESERVATION_CONFLICT);
    assertThat(table().reservation()).isNull();
  }

  @Test
  void aCommandAbortedBeforeItsTurnHasNoEffect() {
    CompletableFuture<Outcome> first = fixture.registerAptpl(a, KEY_A);
    CompletableFuture<Outcome> second = fixture.registerAptpl(b, KEY_B);
    List<TaskManagementResponse> answers = new ArrayList<>();
    fixture.engine.manage(b, TaskManagementFunction.ABORT_TASK_SET, 0, 0, answers::add);
    assertThat(answers).isEmpty();
    store.succeed();
    assertThat(first).isCompletedWithValue(Outcome.GOOD);
    assertThat(second).isCompletedWithValue(Outcome.ABORTED);
    assertThat(answers).containsExactly(TaskManagementResponse.FUNCTION_COMPLETE);
    assertThat(store.kept).hasSize(1);
    assertThat(table().isRegistered(b.identity())).isFalse();
  }

  /**
   * The kept table is what a restart brings. Were the aborted command's change left out of the
   * published one, initiators would see registrations change in a restart.
   */
  @Test
  void whatIsKeptHoldsAlsoWhenTheCommandWasAbortedMeanwhile() {
    CompletableFuture<Outcome> register = fixture.registerAptpl(a, KEY_A);
    List<TaskManagementResponse> answers = new ArrayList<>();
    fixture.engine.manage(b, TaskManagementFunction.LOGICAL_UNIT_RESET, 0, 0, answers::add);
    assertThat(answers).as("reset while a commit is under way").isEmpty();
    store.succeed();
    assertThat(register).isCompletedWithValue(Outcome.ABORTED);
    assertThat(answers).containsExactly(TaskManagementResponse.FUNCTION_COMPLETE);
    assertThat(table()).isEqualTo(store.last());
    assertThat(journal).hasSize(1);
  }

  @Test
  void aSessionThatEndsWhileItsCommandIsBeingKeptIsWaitedFor() {
    CompletableFuture<Outcome> register = fixture.registerAptpl(a, KEY_A);
    List<String> ended = new ArrayList<>();
    fixture.engine.detach(a, () -> ended.add("a"));
    assertThat(ended).isEmpty();
    store.succeed();
    assertThat(register).isCompletedWithValue(Outcome.ABORTED);
    assertThat(ended).containsExactly("a");
    assertThat(table()).isEqualTo(store.last());
  }

  @Test
  void theJournalHearsOfEachChangeOnceBetweenItsTakingEffectAndItsAnswer() {
    List<String> seen = new ArrayList<>();
    List<EngineFixture> self = new ArrayList<>();
    EngineFixture other =
        fixture(
            store,
            event ->
                seen.add(
                    "%s from %s, PRgeneration %d, published %d"
                        .formatted(
                            ((ReservationEvent.Persistent) event).change().action(),
                            event.address(),
                            ((ReservationEvent.Persistent) event).change().generationAfter(),
                            self.getFirst().unit.reservations().generation())));
    self.add(other);
    ItNexus c = other.login("c");
    ItNexus d = other.login("d");
    CompletableFuture<Void> first = other.registerAptpl(c, 1).thenRun(() -> seen.add("answer"));
    CompletableFuture<Outcome> second = other.registerAptpl(d, 2);
    store.succeed();
    store.succeed();
    assertThat(first).isCompleted();
    assertThat(second).isCompletedWithValue(Outcome.GOOD);
    // Neither a refused command nor one that changes nothing is a change.
    assertThat(other.reserveOut(d, RESERVE, TYPE, 9, 0))
        .isCompletedWithValue(Outcome.RESERVATION_CONFLICT);
    CompletableFuture<Outcome> reserve = other.reserveOut(c, RESERVE, TYPE, 1, 0);
    store.succeed();
    assertThat(reserve).isCompletedWithValue(Outcome.GOOD);
    assertThat(other.reserveOut(c, RESERVE, TYPE, 1, 0)).isCompletedWithValue(Outcome.GOOD);
    assertThat(seen)
        .containsExactly(
            PrOutServiceAction.REGISTER_AND_IGNORE_EXISTING_KEY
                + " from c, PRgeneration 1, published 1",
            "answer",
            PrOutServiceAction.REGISTER_AND_IGNORE_EXISTING_KEY
                + " from d, PRgeneration 2, published 2",
            PrOutServiceAction.RESERVE + " from c, PRgeneration 2, published 2");
  }

  @Test
  void theJournalSaysHowManyCommandsOfWhomAPreemptAndAbortHasAborted() {
    fixture.reserveOutIsGood(a, REGISTER_AND_IGNORE, TYPE, 0, KEY_A);
    fixture.reserveOutIsGood(b, REGISTER_AND_IGNORE, TYPE, 0, KEY_B);
    journal.clear();
    List<CompletableFuture<Outcome>> victims = new ArrayList<>();
    for (int lba = 0; lba < 3; lba++) {
      victims.add(fixture.write(b, lba, BLOCK));
    }
    CompletableFuture<Outcome> own = fixture.write(a, 4, BLOCK);
    CompletableFuture<Outcome> preempt =
        fixture.reserveOut(a, EngineFixture.PREEMPT_AND_ABORT, TYPE, KEY_A, KEY_B);
    device.release();
    assertThat(victims).allMatch(write -> write.join() instanceof Outcome.Aborted);
    assertThat(own).isCompletedWithValue(Outcome.GOOD);
    assertThat(preempt).isCompletedWithValue(Outcome.GOOD);
    assertThat(journal)
        .singleElement()
        .isInstanceOfSatisfying(
            ReservationEvent.Persistent.class,
            event -> {
              assertThat(event.aborted()).isEqualTo(Map.of(b.identity(), 3));
              assertThat(event.change().registeredAfter()).isEqualTo(1);
            });
  }

  @Test
  void theAdministratorClearsWhatWasSeenAndNothingElse() {
    registeredByA();
    long seen = table().generation();
    List<ClearResult> results = new ArrayList<>();
    fixture.unit.clearReservations(seen - 1, results::add);
    assertThat(results).containsExactly(ClearResult.CHANGED_MEANWHILE);
    fixture.unit.clearReservations(seen, results::add);
    assertThat(results).as("it is not durable yet").hasSize(1);
    assertThat(table().registrations()).hasSize(1);
    store.fail();
    assertThat(results.getLast()).isEqualTo(ClearResult.NOT_DURABLE);
    assertThat(table().registrations()).as("nothing was published").hasSize(1);
    assertThat(fixture.unit.takeUnitAttention(a)).isNull();
    fixture.unit.clearReservations(seen, results::add);
    store.succeed();
    assertThat(results.getLast()).isEqualTo(ClearResult.CLEARED);
    assertThat(table().registrations()).isEmpty();
    assertThat(store.last()).isEqualTo(table());
    assertThat(fixture.unit.takeUnitAttention(a))
        .isEqualTo(Sense.of(SenseKey.UNIT_ATTENTION, SenseCode.RESERVATIONS_PREEMPTED));
    assertThat(fixture.unit.takeUnitAttention(b)).isNull();
    assertThat(journal).singleElement().isInstanceOf(ReservationEvent.Cleared.class);
    fixture.unit.takeOffline("a test");
    fixture.unit.clearReservations(table().generation(), results::add);
    assertThat(results.getLast()).isEqualTo(ClearResult.OFFLINE);
  }

  @Test
  void anAdministratorWhoCannotBeToldHoldsNobodyUp() {
    registeredByA();
    fixture.unit.clearReservations(
        table().generation(),
        _ -> {
          throw new IllegalStateException("a test");
        });
    store.succeed();
    assertThat(table().registrations()).isEmpty();
    assertThat(fixture.reserve(b)).isCompletedWithValue(Outcome.GOOD);
  }

  @Test
  void theAdministratorEndsAReserveOfSpc2Too() {
    assertThat(fixture.reserve(a)).isCompletedWithValue(Outcome.GOOD);
    List<ClearResult> results = new ArrayList<>();
    fixture.unit.clearReservations(0, results::add);
    assertThat(results).containsExactly(ClearResult.CLEARED);
    assertThat(fixture.reserve(b)).isCompletedWithValue(Outcome.GOOD);
  }

  /** Beginnings and ends, each once; what changes nothing is no event. */
  @Test
  void theJournalHearsOfReservationsOfSpc2AndOfWhatEndedThem() {
    assertThat(fixture.reserve(a)).isCompletedWithValue(Outcome.GOOD);
    assertThat(fixture.reserve(a)).isCompletedWithValue(Outcome.GOOD);
    assertThat(fixture.reserve(b)).isCompletedWithValue(Outcome.RESERVATION_CONFLICT);
    assertThat(fixture.release(b)).isCompletedWithValue(Outcome.GOOD);
    assertThat(fixture.release(a)).isCompletedWithValue(Outcome.GOOD);
    assertThat(fixture.reserve(a)).isCompletedWithValue(Outcome.GOOD);
    fixture.engine.manage(b, TaskManagementFunction.LOGICAL_UNIT_RESET, 0, 0, _ -> {});
    fixture.unit.takeUnitAttention(a);
    assertThat(fixture.reserve(a)).isCompletedWithValue(Outcome.GOOD);
    fixture.engine.detach(b, () -> {});
    fixture.engine.detach(a, () -> {});
    Nexus na = a.identity();
    ReservationEvent reserved =
        new ReservationEvent.Legacy(ReservationEvent.LegacyCause.SPC_2_RESERVE, na, null, na, "a");
    assertThat(journal)
        .containsExactly(
            reserved,
            new ReservationEvent.Legacy(
                ReservationEvent.LegacyCause.SPC_2_RELEASE, na, na, null, "a"),
            reserved,
            new ReservationEvent.Legacy(
                ReservationEvent.LegacyCause.RESET, b.identity(), na, null, "b"),
            reserved,
            new ReservationEvent.Legacy(
                ReservationEvent.LegacyCause.I_T_NEXUS_LOSS, na, na, null, "a"));
  }

  @Test
  void aJournalThatFailsDoesNotHarmTheCommandNorThoseBehindIt() {
    EngineFixture other =
        fixture(
            store,
            _ -> {
              throw new IllegalStateException("the journal's thread has ended");
            });
    ItNexus c = other.login("c");
    other.reserveOutIsGood(c, REGISTER_AND_IGNORE, TYPE, 0, 1);
    other.reserveOutIsGood(c, RESERVE, TYPE, 1, 0);
    assertThat(other.unit.offlineReason()).isNull();
    assertThat(other.unit.reservations().isHolder(c.identity())).isTrue();
  }

  @Test
  void commandsWaitingWhenTheUnitGoesOfflineAreNotCarriedOut() {
    CompletableFuture<Outcome> first = fixture.registerAptpl(a, KEY_A);
    CompletableFuture<Outcome> second = fixture.registerAptpl(b, KEY_B);
    fixture.unit.takeOffline("the test says so");
    store.succeed();
    assertThat(first).isCompletedWithValue(Outcome.GOOD);
    assertThat(second).isCompletedWithValue(Outcome.check(LogicalUnit.OFFLINE));
    assertThat(store.kept).hasSize(1);
  }
}
