package org.holdfast.pr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReservationStateTest {
  private static final Nexus A = Bench.nexus("A");
  private static final Nexus B = Bench.nexus("B");

  private static SequencedMap<Nexus, Long> registered(Nexus nexus) {
    return new LinkedHashMap<>(Map.of(nexus, 1L));
  }

  private static Reservation held(Nexus holder) {
    return Reservation.establishedBy(holder, ReservationType.WRITE_EXCLUSIVE);
  }

  @Test
  void impossibleStatesCannotBeMade() {
    assertThatThrownBy(() -> new ReservationState(registered(A), held(B), 0, false))
        .hasMessageContaining("not registered");
    Reservation byAll =
        Reservation.establishedBy(A, ReservationType.WRITE_EXCLUSIVE_ALL_REGISTRANTS);
    assertThatThrownBy(() -> new ReservationState(new LinkedHashMap<>(), byAll, 0, false))
        .hasMessageContaining("not registered");
    assertThatThrownBy(
            () -> new ReservationState(new LinkedHashMap<>(Map.of(A, 0L)), null, 0, false))
        .hasMessageContaining("zero");
    assertThatThrownBy(() -> new ReservationState(registered(A), null, 1L << 32, false))
        .hasMessageContaining("PRgeneration");
    assertThatThrownBy(() -> new ReservationState(registered(A), null, 0, false, B))
        .hasMessageContaining("RESERVE of SPC-2");
    assertThatThrownBy(() -> new Reservation(ReservationType.EXCLUSIVE_ACCESS, null))
        .hasMessageContaining("holder");
  }

  @Test
  void laterChangesToTheMapGivenDoNotShow() {
    SequencedMap<Nexus, Long> map = registered(A);
    ReservationState state = new ReservationState(map, null, 0, false);
    map.put(B, 2L);
    assertThat(state.isRegistered(B)).isFalse();
    assertThatThrownBy(() -> state.registrations().put(B, 2L))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void generationWraps() {
    ReservationState last =
        new ReservationState(registered(A), null, ReservationState.MAX_GENERATION, false);
    Transition next =
        new ReservationEngine(PrCapabilities.volatileOnly())
            .apply(last, new PrCommand.Register(1, 2, Set.of()), A);
    assertThat(next.state().generation()).isZero();
  }

  @Test
  void aNexusIsTheWholePairAndNothingLess() {
    ReservationState state = new ReservationState(registered(A), held(A), 0, false);
    Nexus otherIsid = new Nexus(new InitiatorPort(A.initiator().name(), 77), A.target());
    Nexus otherPort = new Nexus(A.initiator(), Bench.nexus("A2").target());
    Nexus samePair =
        new Nexus(
            new InitiatorPort(A.initiator().name(), A.initiator().isid()),
            new TargetPort(A.target().name(), 1, 1));
    assertThat(state.permits(otherIsid, ReservationClass.MEDIUM_WRITE)).isFalse();
    assertThat(state.permits(otherPort, ReservationClass.MEDIUM_WRITE)).isFalse();
    assertThat(state.permits(samePair, ReservationClass.MEDIUM_WRITE)).isTrue();
  }

  @Test
  void theCheckAllocatesNothing() {
    LinkedHashMap<Nexus, Long> many = new LinkedHashMap<>();
    for (int isid = 0; isid < 4096; isid++) {
      many.put(new Nexus(new InitiatorPort("iqn.x:n" + isid, isid), A.target()), 1L + isid);
    }
    many.put(A, 1L);
    Reservation reservation =
        Reservation.establishedBy(A, ReservationType.WRITE_EXCLUSIVE_REGISTRANTS_ONLY);
    ReservationState state = new ReservationState(many, reservation, 0, false);
    // A measurement of this thread only; the first rounds pay for class loading.
    long rounds = 100_000;
    long allocated = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      allocated = Math.min(allocated, allocatedBy(state, rounds));
    }
    assertThat(allocated).as("bytes for %d checks", rounds * 2).isLessThan(rounds);
  }

  private static long allocatedBy(ReservationState state, long rounds) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    long permitted = 0;
    for (long i = 0; i < rounds; i++) {
      permitted += state.permits(A, ReservationClass.MEDIUM_WRITE) ? 1 : 0;
      permitted += state.permits(B, ReservationClass.MEDIUM_WRITE) ? 1 : 0;
    }
    long after = threads.getCurrentThreadAllocatedBytes();
    assertThat(permitted).isEqualTo(rounds);
    return after - before;
  }

  @Test
  void volatileStoreReturnsWhatWasCommitted() {
    VolatileReservationStore store = new VolatileReservationStore();
    assertThat(store.load().toCompletableFuture().join()).isSameAs(ReservationState.EMPTY);
    ReservationState state = new ReservationState(registered(A), held(A), 3, true);
    assertThat(store.commit(state).toCompletableFuture().join()).isSameAs(state);
    assertThat(store.load().toCompletableFuture().join()).isSameAs(state);
  }
}
