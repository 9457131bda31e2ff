package org.holdfast.iscsi.login;

import org.holdfast.iscsi.pdu.DataSegment;

/** What follows from one Login Request. */
public sealed interface LoginStep {
  /**
   * Send a Login Response with status SUCCESS and go on.
   *
   * @param transit bit T
   * @param continues bit C
   * @param text keys, at most one segment of the login phase
   */
  record Answer(
      boolean transit, boolean continues, int currentStage, int nextStage, DataSegment text)
      implements LoginStep {}

  /** Everything is agreed: enter the session, then send {@code last} with the new TSIH. */
  record Complete(Login login, Answer last) implements LoginStep {}

  /** Send a Login Response with {@code status} and close. {@code why} is for the log. */
  record Refuse(LoginStatus status, String why) implements LoginStep {}
}
