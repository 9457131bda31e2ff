package org.holdfast.pr;

import java.util.Collection;
import java.util.List;

/**
 * What the target knows of SCSI ports when it judges a PERSISTENT RESERVE OUT command that speaks
 * of other I_T nexuses than its sender's: SPEC_I_PT, ALL_TG_PT, REGISTER AND MOVE. Answers must not
 * change while one command is judged.
 */
public interface KnownPorts {
  /**
   * The target ports of the SCSI target device that {@code receiving} belongs to, itself included.
   */
  List<TargetPort> targetPorts(TargetPort receiving);

  /** The initiator ports of the iSCSI node {@code name} that are logged in; may be none. */
  Collection<InitiatorPort> initiatorPorts(String name);

  /**
   * Whether the iSCSI node {@code name} is known to use the logical unit through {@code port}: it
   * does so, is registered there, or has been given leave by name.
   */
  boolean admits(String name, TargetPort port);

  /** Knows the receiving target port and nobody else. */
  static KnownPorts none() {
    return NoOthers.INSTANCE;
  }

  /** See {@link #none}. */
  enum NoOthers implements KnownPorts {
    INSTANCE;

    @Override
    public List<TargetPort> targetPorts(TargetPort receiving) {
      return List.of(receiving);
    }

    @Override
    public Collection<InitiatorPort> initiatorPorts(String name) {
      return List.of();
    }

    @Override
    public boolean admits(String name, TargetPort port) {
      return false;
    }
  }
}
