package org.holdfast.vms.bench;

import java.util.ArrayList;
import java.util.List;
import org.holdfast.vms.bench.load.Shape;

/**
 * One load of 4 KiB reads or writes at random offsets, with so many of something.
 *
 * @param size how many there are of what the axis counts
 */
record ScaleCase(Axis axis, int size, Kind kind) {
  private static final int IO_BYTES = 4096;

  /** Commands in flight, but for {@link Axis#SESSIONS_ALIKE}. */
  static final int IN_FLIGHT = 128;

  /** Few enough that a device's queue takes those of all sessions: no TASK SET FULL. */
  private static final int IN_FLIGHT_EACH = 2;

  /** What there may be many of. */
  enum Axis {
    LUNS("LUNs, all in use, 1 session, 128 in flight", 256),
    LUNS_IDLE("LUNs, one in use, 1 session, 128 in flight", 256),
    REGISTRANTS("registrants of the LUN, 1 session, 128 in flight", 256),
    SESSIONS("sessions, 128 in flight together", 128),
    SESSIONS_ALIKE("sessions, 2 in flight each", 128);

    private final String label;
    private final int most;

    Axis(String label, int most) {
      this.label = label;
      this.most = most;
    }

    String label() {
      return label;
    }

    /** The smallest first. */
    List<Integer> sizes() {
      return List.of(1, 16, most);
    }
  }

  /** Which way the data goes. */
  enum Kind {
    READ("read", 100),
    WRITE("write", 0);

    private final String label;
    private final int readPercent;

    Kind(String label, int readPercent) {
      this.label = label;
      this.readPercent = readPercent;
    }

    String label() {
      return label;
    }
  }

  /** All of them; those that are compared stand together. */
  static final List<ScaleCase> ALL = all();

  private static List<ScaleCase> all() {
    List<ScaleCase> all = new ArrayList<>();
    for (Axis axis : Axis.values()) {
      for (Kind kind : Kind.values()) {
        axis.sizes().forEach(size -> all.add(new ScaleCase(axis, size, kind)));
      }
    }
    return List.copyOf(all);
  }

  /** Together all cases use the same number of bytes, so that caches do not make a difference. */
  Shape shape() {
    int units = axis == Axis.LUNS ? size : 1;
    int sessions = axis == Axis.SESSIONS || axis == Axis.SESSIONS_ALIKE ? size : 1;
    int depth = axis == Axis.SESSIONS_ALIKE ? IN_FLIGHT_EACH : IN_FLIGHT / sessions;
    return new Shape(
        IO_BYTES,
        depth,
        sessions,
        kind.readPercent,
        /* digests= */ false,
        ScaleTarget.SPAN_BYTES / units,
        units);
  }

  /** The case that this one is compared with. */
  ScaleCase smallest() {
    return new ScaleCase(axis, axis.sizes().getFirst(), kind);
  }
}
