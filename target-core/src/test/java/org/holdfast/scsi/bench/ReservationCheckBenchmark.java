package org.holdfast.scsi.bench;

import java.util.LinkedHashMap;
import java.util.concurrent.TimeUnit;
import org.holdfast.pr.InitiatorPort;
import org.holdfast.pr.Nexus;
import org.holdfast.pr.Reservation;
import org.holdfast.pr.ReservationClass;
import org.holdfast.pr.ReservationState;
import org.holdfast.pr.ReservationType;
import org.holdfast.pr.TargetPort;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the reservation check costs a WRITE, by the number of registrants: the sender registered
 * last under Write Exclusive, Registrants Only, or not at all.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ReservationCheckBenchmark {
  /** How many I_T nexuses are registered. */
  @Param({"1", "16", "256"})
  public int registrants;

  private ReservationState state;
  private Nexus registered;
  private Nexus stranger;

  /** Names as long as real ones: their hash is part of the cost. */
  private static Nexus nexus(int number) {
    return new Nexus(
        new InitiatorPort(
            "iqn.1991-05.com.microsoft:node%03d.cluster.example".formatted(number), 1),
        new TargetPort("iqn.2026-11.org.holdfast:disks", 1, 1));
  }

  /** The table, and senders whose {@link Nexus} is not the table's own instance. */
  @Setup
  public void register() {
    LinkedHashMap<Nexus, Long> registrations = new LinkedHashMap<>();
    for (int number = 1; number <= registrants; number++) {
      registrations.put(nexus(number), 1L);
    }
    state =
        new ReservationState(
            registrations,
            new Reservation(ReservationType.WRITE_EXCLUSIVE_REGISTRANTS_ONLY, nexus(1)),
            1,
            false);
    registered = nexus(registrants);
    stranger = nexus(0);
  }

  @Benchmark
  public boolean registrantWrites() {
    return state.permits(registered, ReservationClass.MEDIUM_WRITE);
  }

  @Benchmark
  public boolean strangerWrites() {
    return state.permits(stranger, ReservationClass.MEDIUM_WRITE);
  }
}
