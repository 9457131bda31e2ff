package org.holdfast.pr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.holdfast.pr.ReservationChange.KeyChange;
import org.junit.jupiter.api.Test;

/** What is said of changes and of conflicts. */
class ReservationChangeTest {
  private static final Nexus A = Bench.nexus("A");
  private static final Nexus B = Bench.nexus("B");
  private static final Nexus C = Bench.nexus("C");
  private static final ReservationType TYPE = ReservationType.WRITE_EXCLUSIVE_REGISTRANTS_ONLY;

  private final ReservationEngine engine =
      new ReservationEngine(PrCapabilities.persistentThroughPowerLoss());

  private static ReservationState state(Reservation held) {
    LinkedHashMap<Nexus, Long> registrations = new LinkedHashMap<>();
    registrations.put(A, 0xAL);
    registrations.put(B, 0xBL);
    return new ReservationState(registrations, held, 7, true);
  }

  private ReservationChange change(ReservationState before, PrCommand command, Nexus sender) {
    Transition transition = engine.apply(before, command, sender);
    assertThat(transition.result()).isEqualTo(PrResult.GOOD);
    return ReservationChange.describe(
        before, command, sender, transition.state(), transition.effects());
  }

  @Test
  void aPreemptSaysWhoLostWhat() {
    Reservation held = Reservation.establishedBy(A, TYPE);
    ReservationChange change =
        change(state(held), new PrCommand.PreemptAndAbort(0xB, 0xA, ScopeAndType.of(TYPE)), B);
    assertThat(change)
        .isEqualTo(
            new ReservationChange(
                PrOutServiceAction.PREEMPT_AND_ABORT,
                B,
                0xB,
                0xA,
                7,
                8,
                true,
                true,
                1,
                List.of(new KeyChange(A, 0xA, 0)),
                held,
                Reservation.establishedBy(B, TYPE),
                List.of(
                    new Effect.AbortTasks(A),
                    new Effect.UnitAttention(A, Effect.Notice.REGISTRATIONS_PREEMPTED))));
    assertThat(change.fenced()).containsExactly(new KeyChange(A, 0xA, 0));
    assertThat(change.isReservationChanged()).isTrue();
  }

  @Test
  void registeringAndUnregisteringFenceNobody() {
    ReservationChange came = change(state(null), new PrCommand.Register(0, 0xC, Set.of()), C);
    assertThat(came.keys()).containsExactly(new KeyChange(C, 0, 0xC));
    assertThat(came.aptplBefore()).isTrue();
    assertThat(came.aptplAfter()).isFalse();
    assertThat(came.isReservationChanged()).isFalse();
    ReservationChange changed = change(state(null), new PrCommand.Register(0xB, 0xD, Set.of()), B);
    assertThat(changed.keys()).containsExactly(new KeyChange(B, 0xB, 0xD));
    assertThat(changed.fenced()).isEmpty();
    ReservationChange left = change(state(null), new PrCommand.Register(0xB, 0, Set.of()), B);
    assertThat(left.keys()).containsExactly(new KeyChange(B, 0xB, 0));
    assertThat(left.fenced()).isEmpty();
  }

  @Test
  void everyCommandSaysItsServiceAction() {
    ScopeAndType asked = ScopeAndType.of(TYPE);
    PrCommand.NamedInitiator c =
        new PrCommand.NamedInitiator(new TransportId.Port(C.initiator()), 24);
    assertThat(
            List.of(
                new PrCommand.Register(1, 2, Set.of()).action(),
                new PrCommand.Reserve(1, asked).action(),
                new PrCommand.Release(1, asked).action(),
                new PrCommand.Clear(1).action(),
                new PrCommand.Preempt(1, 2, asked).action(),
                new PrCommand.PreemptAndAbort(1, 2, asked).action(),
                new PrCommand.RegisterAndIgnoreExistingKey(1, 2, Set.of()).action(),
                new PrCommand.RegisterAndMove(1, 2, Set.of(), 1, c).action()))
        .containsExactly(PrOutServiceAction.values());
  }

  @Test
  void aConflictIsExplainedByHolderTypeRuleAndKey() {
    ReservationState shared = state(Reservation.establishedBy(A, TYPE));
    assertThat(shared.explain(B, ReservationClass.MEDIUM_WRITE)).isEmpty();
    assertThat(shared.explain(C, ReservationClass.MEDIUM_READ)).isEmpty();
    ConflictExplanation stranger = shared.explain(C, ReservationClass.MEDIUM_WRITE).orElseThrow();
    assertThat(stranger)
        .isEqualTo(
            new ConflictExplanation(
                C,
                ReservationClass.MEDIUM_WRITE,
                ConflictExplanation.Rule.REGISTRANTS_ONLY,
                TYPE,
                A,
                0xA,
                0));
    assertThat(stranger.sentence())
        .contains("type 5 (write exclusive registrants only)")
        .contains("iqn.2026-11.test:a,i,0x000000000001")
        .contains("with key 0x000000000000000a")
        .contains("iqn.2026-11.test:c,i,0x000000000001")
        .endsWith("is not registered");

    ReservationState single = state(Reservation.establishedBy(A, ReservationType.EXCLUSIVE_ACCESS));
    ConflictExplanation registrant = single.explain(B, ReservationClass.MEDIUM_READ).orElseThrow();
    assertThat(registrant.rule()).isEqualTo(ConflictExplanation.Rule.HOLDER_ONLY);
    assertThat(registrant.refusedKey()).isEqualTo(0xB);
    assertThat(registrant.sentence()).endsWith("is registered with key 0x000000000000000b");

    ReservationState all =
        state(Reservation.establishedBy(A, ReservationType.WRITE_EXCLUSIVE_ALL_REGISTRANTS));
    assertThat(all.explain(C, ReservationClass.MEDIUM_WRITE).orElseThrow().sentence())
        .contains("held by every registrant");
  }

  @Test
  void aConflictWithReserveIsExplained() {
    ReservationState reserved = new ReservationState(new LinkedHashMap<>(), null, 0, false, A);
    ConflictExplanation other = reserved.explain(B, ReservationClass.MEDIUM_READ).orElseThrow();
    assertThat(other.rule()).isEqualTo(ConflictExplanation.Rule.LEGACY_HOLDER_ONLY);
    assertThat(other.sentence()).contains("RESERVE (SPC-2) held by iqn.2026-11.test:a");
    ConflictExplanation own =
        reserved.explain(A, ReservationClass.PERSISTENT_RESERVE_IN).orElseThrow();
    assertThat(own.rule()).isEqualTo(ConflictExplanation.Rule.LEGACY_NOBODY);
    assertThat(reserved.explain(A, ReservationClass.MEDIUM_WRITE)).isEmpty();
  }
}
