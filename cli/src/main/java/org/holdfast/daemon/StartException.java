package org.holdfast.daemon;

/** The daemon cannot start. The message is for the user: what, where, what to do. */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  public StartException(String message) {
    super(message);
  }

  public StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
