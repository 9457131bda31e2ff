package org.holdfast.backstore;

/**
 * A device cannot be opened. The message is written for an administrator: what, where, what to do.
 */
public final class BackstoreException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What kind of trouble it is, for callers that decide what to do next. */
  public enum Reason {
    /** Nothing is at the path; it may appear later (a disk that is late at boot). */
    MISSING,
    /** What is at the path is neither a regular file nor a block device. */
    NOT_A_DEVICE,
    /** The size does not fit the block size or the configuration. */
    BAD_SIZE,
    /** The file system or disk cannot do what the configuration asks for. */
    UNSUPPORTED,
    /** The operating system does not let this user open it. */
    NO_PERMISSION,
    /** Another LUN or another process uses it. */
    BUSY,
    /** The file system cannot hold it. */
    NO_SPACE,
    /** Any other fault of the operating system. */
    IO_ERROR
  }

  private final Reason reason;

  public BackstoreException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public BackstoreException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
