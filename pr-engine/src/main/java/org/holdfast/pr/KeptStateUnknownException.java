package org.holdfast.pr;

/**
 * A commit failed, and taking it back failed too: a restart may find the state from before it or
 * the refused one, and nobody can say which. Until somebody has looked, nothing more may be
 * promised on the strength of what is kept.
 */
public final class KeptStateUnknownException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message names what is unknown and where it is kept
   */
  public KeptStateUnknownException(String message, Throwable cause) {
    super(message, cause);
  }
}
