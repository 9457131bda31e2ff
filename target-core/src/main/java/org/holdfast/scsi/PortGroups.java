package org.holdfast.scsi;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.holdfast.pr.TargetPort;
import org.jspecify.annotations.Nullable;

/**
 * The asymmetric access states of one logical unit, a state for each of its target port groups
 * (SPC-4 clause 5.15). A portal group is a target port group: that is what designator type 5 of its
 * ports says.
 *
 * <p>Every group begins active/optimized, and the states end with the process: whoever set a group
 * aside did so for a reason of that day, and a unit that came back with no usable path would help
 * nobody. Initiators read the states again after the unit attention of a new login. Thread: any.
 */
public final class PortGroups {
  /** Asymmetric access states that can be set (SPC-4 table 253). */
  public enum State {
    ACTIVE_OPTIMIZED(0x0),
    ACTIVE_NON_OPTIMIZED(0x1),
    STANDBY(0x2),
    UNAVAILABLE(0x3);

    private final int code;

    State(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }

    /** The state with this code, or null when it cannot be set. */
    public static @Nullable State of(int code) {
      for (State state : values()) {
        if (state.code == code) {
          return state;
        }
      }
      return null;
    }
  }

  /** Who brought about the state (STATUS CODE, SPC-4 table 254). */
  public enum Cause {
    NONE(0x0),
    /** SET TARGET PORT GROUPS. */
    EXPLICIT(0x1),
    /** The administrator. */
    IMPLICIT(0x2);

    private final int code;

    Cause(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }
  }

  /**
   * A target port group as it is now.
   *
   * @param tag TARGET PORT GROUP, 0..65535: the portal group tag
   * @param ports ascending by relative identifier
   */
  public record Group(int tag, State state, Cause cause, List<TargetPort> ports) {
    public Group {
      ports = List.copyOf(ports);
    }
  }

  private record Access(State state, Cause cause) {}

  private static final Access INITIAL = new Access(State.ACTIVE_OPTIMIZED, Cause.NONE);

  private final Set<TargetPort> ports;

  /** By tag; what is missing is {@link #INITIAL}. Immutable; replaced under the monitor. */
  private volatile Map<Integer, Access> states = Map.of();

  /**
   * A unit's groups.
   *
   * @param ports that lead to the unit; as they are now; changes with the configuration
   */
  PortGroups(Set<TargetPort> ports) {
    this.ports = ports;
  }

  /**
   * All groups, ascending by tag.
   *
   * @param asked the port that the question came through, which is listed in any case
   */
  public List<Group> groups(TargetPort asked) {
    Map<Integer, List<TargetPort>> byTag = new TreeMap<>();
    for (TargetPort port : ports(asked)) {
      byTag.computeIfAbsent(port.portalGroupTag(), _ -> new ArrayList<>()).add(port);
    }
    Map<Integer, Access> now = states;
    return byTag.entrySet().stream()
        .map(
            entry -> {
              Access access = now.getOrDefault(entry.getKey(), INITIAL);
              return new Group(entry.getKey(), access.state(), access.cause(), entry.getValue());
            })
        .toList();
  }

  /** The target ports that lead to the unit, ascending by relative identifier. */
  public List<TargetPort> ports(TargetPort asked) {
    List<TargetPort> all = new ArrayList<>(ports);
    if (!all.contains(asked)) {
      all.add(asked);
    }
    all.sort(Comparator.comparingInt(TargetPort::relativeId));
    return all;
  }

  /**
   * Sets the states of some groups, together.
   *
   * @return whether a state is another than it was
   */
  public synchronized boolean set(Map<Integer, State> wanted, Cause cause) {
    Map<Integer, Access> next = new HashMap<>(states);
    boolean changed = false;
    for (Map.Entry<Integer, State> entry : wanted.entrySet()) {
      State before = next.getOrDefault(entry.getKey(), INITIAL).state();
      if (before != entry.getValue()) {
        next.put(entry.getKey(), new Access(entry.getValue(), cause));
        changed = true;
      }
    }
    states = Map.copyOf(next);
    return changed;
  }

  /**
   * Why {@code spec} is not carried out through {@code port}, or null when it is (SPC-4 clauses
   * 5.15.2.4 and 5.15.2.5).
   */
  @Nullable Sense refusal(TargetPort port, CommandSpec spec) {
    Map<Integer, Access> now = states;
    if (now.isEmpty()) {
      return null;
    }
    return switch (now.getOrDefault(port.portalGroupTag(), INITIAL).state()) {
      case ACTIVE_OPTIMIZED, ACTIVE_NON_OPTIMIZED -> null;
      case STANDBY ->
          spec.traits().contains(CommandTrait.IN_STANDBY)
              ? null
              : notReady(SenseCode.LOGICAL_UNIT_NOT_ACCESSIBLE_TARGET_PORT_IN_STANDBY_STATE);
      case UNAVAILABLE ->
          spec.traits().contains(CommandTrait.IN_UNAVAILABLE)
              ? null
              : notReady(SenseCode.LOGICAL_UNIT_NOT_ACCESSIBLE_TARGET_PORT_IN_UNAVAILABLE_STATE);
    };
  }

  private static Sense notReady(SenseCode code) {
    return Sense.of(SenseKey.NOT_READY, code);
  }
}
