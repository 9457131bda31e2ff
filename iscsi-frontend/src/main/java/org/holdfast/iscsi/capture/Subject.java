package org.holdfast.iscsi.capture;

/** What is recorded. */
public sealed interface Subject {
  /** iSCSI name of whose connections these are. */
  String initiator();

  /**
   * One session, from now until it ends.
   *
   * @param tsih 1..65535
   */
  record Session(int tsih, String initiator) implements Subject {
    @Override
    public String toString() {
      return "session " + tsih + " of " + initiator;
    }
  }

  /**
   * Every connection that an initiator opens from now on, discovery and logins that fail included.
   *
   * @param initiator in the spelling by which names are compared
   */
  record Logins(String initiator) implements Subject {
    @Override
    public String toString() {
      return "logins of " + initiator;
    }
  }
}
