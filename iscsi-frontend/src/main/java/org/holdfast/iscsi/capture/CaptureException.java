package org.holdfast.iscsi.capture;

/** A capture cannot begin. The message is for the administrator. */
public final class CaptureException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what, where, what to do
   */
  public CaptureException(String message) {
    super(message);
  }

  CaptureException(String message, Throwable cause) {
    super(message, cause);
  }
}
