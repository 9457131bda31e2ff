package org.holdfast.iscsi.login;

/** A login ends here: the status that the initiator is told, and for the log why. */
final class LoginRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final LoginStatus status;

  LoginRefusedException(LoginStatus status, String message) {
    super(message);
    this.status = status;
  }

  LoginStatus status() {
    return status;
  }
}
