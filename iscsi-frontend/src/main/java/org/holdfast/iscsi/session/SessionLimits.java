package org.holdfast.iscsi.session;

import java.time.Duration;

/**
 * How much a session may take, and how long it may be silent.
 *
 * @param queueDepth commands at work at once: the size of the command window
 * @param immediateCommands immediate commands and task management functions at work at once
 * @param dataOutBytes memory for Data-Out that is asked for; no command may want more. What comes
 *     unasked is bounded by the daemon's memory, see {@link IscsiNode}
 * @param dataInBytes answered but unsent Data-In above which the command window stays closed
 * @param idle silence after which the target asks whether the initiator is there
 * @param pingTimeout further silence after which it closes
 * @param login how long a login may take
 * @param reinstatement how long a login waits for the session that it replaces
 * @param drain how long the initiator gets to log out when the target shuts down
 */
public record SessionLimits(
    int queueDepth,
    int immediateCommands,
    long dataOutBytes,
    long dataInBytes,
    Duration idle,
    Duration pingTimeout,
    Duration login,
    Duration reinstatement,
    Duration drain) {
  public static final SessionLimits DEFAULT =
      new SessionLimits(
          128,
          32,
          64L << 20,
          32L << 20,
          Duration.ofSeconds(15),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Duration.ofSeconds(3));
}
