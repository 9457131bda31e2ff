package org.holdfast.shell;

import java.util.Objects;

/** A command that was not carried out. The message says what, where and what to do about it. */
public final class ShellException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Who has to do something about it. */
  public enum Reason {
    /** The command was understood and failed. */
    FAILED(1),
    /** There is no such command, path or parameter, or a value does not fit. */
    USAGE(2),
    /** The user asked for it to end (Ctrl-C). */
    INTERRUPTED(130);

    private final int exitStatus;

    Reason(int exitStatus) {
      this.exitStatus = exitStatus;
    }

    /** What a process ends with for this reason. */
    public int exitStatus() {
      return exitStatus;
    }
  }

  private final Reason reason;

  private ShellException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  static ShellException failed(String message) {
    return new ShellException(Reason.FAILED, message);
  }

  static ShellException usage(String message) {
    return new ShellException(Reason.USAGE, message);
  }

  static ShellException interrupted() {
    return new ShellException(Reason.INTERRUPTED, "interrupted");
  }

  /** The same with words before the message: where it happened. */
  ShellException at(String where) {
    return new ShellException(reason, where + ": " + text());
  }

  public Reason reason() {
    return reason;
  }

  /** The message, which is always there. */
  public String text() {
    return Objects.requireNonNull(getMessage());
  }
}
