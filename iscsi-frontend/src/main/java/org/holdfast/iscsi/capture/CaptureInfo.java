package org.holdfast.iscsi.capture;

import java.nio.file.Path;
import java.time.Instant;

/**
 * A capture as it is now.
 *
 * @param id names it while it is listed
 * @param reason why it has ended; empty while it has not
 * @param bytes in the file, or about to be written to it
 * @param packets in the file
 * @param lostPackets that the file was too slow for, about
 * @param lostBytes of the connection that the file was too slow for
 * @param limit bytes at which it ends by itself
 */
public record CaptureInfo(
    String id,
    Subject subject,
    Path file,
    State state,
    String reason,
    long bytes,
    long packets,
    long lostPackets,
    long lostBytes,
    long limit,
    Instant started) {
  /** Where a capture stands. */
  public enum State {
    /** Nobody whom it is for has come yet. */
    WAITING,
    RUNNING,
    /** What was recorded is being written. */
    ENDING,
    ENDED
  }
}
