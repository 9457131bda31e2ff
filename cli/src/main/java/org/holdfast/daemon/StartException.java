package org.holdfast.daemon;

/** The daemon cannot start. The message is for the user: what, where, what to do. */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What stands against it. */
  public enum Reason {
    /** What is asked for, or what there is of it. */
    IMPOSSIBLE,
    /** Something that has to outlive the daemon cannot be written. */
    NOT_KEPT
  }

  private final Reason reason;

  public StartException(String message) {
    super(message);
    this.reason = Reason.IMPOSSIBLE;
  }

  public StartException(String message, Throwable cause) {
    this(Reason.IMPOSSIBLE, message, cause);
  }

  private StartException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** What has to outlive the daemon cannot be written. */
  static StartException notKept(String message, Throwable cause) {
    return new StartException(Reason.NOT_KEPT, message, cause);
  }

  public Reason reason() {
    return reason;
  }
}
