package org.holdfast.iscsi.login;

/**
 * The initiator broke the rules of text negotiation (RFC 7143 clause 6.2 and 7.12): a login ends
 * with status 0200h, a text request with a Reject.
 */
public final class NegotiationException extends Exception {
  private static final long serialVersionUID = 1L;

  public NegotiationException(String message) {
    super(message);
  }

  public NegotiationException(String message, Throwable cause) {
    super(message, cause);
  }
}
