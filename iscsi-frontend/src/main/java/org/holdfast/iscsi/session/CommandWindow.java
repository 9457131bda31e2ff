package org.holdfast.iscsi.session;

import org.holdfast.iscsi.pdu.SerialNumber;

/**
 * The command window: which CmdSN comes next and how many more the initiator may send (RFC 7143
 * clause 4.2.2.1). A numbered request takes a slot until it is answered, so the window closes when
 * {@code depth} of them are at work.
 */
final class CommandWindow {
  private final int depth;
  private int expected;
  private int occupied;

  /** The last MaxCmdSN that the initiator was told. */
  private int announced;

  CommandWindow(int firstCmdSn, int depth) {
    this.depth = depth;
    this.expected = firstCmdSn;
    this.announced = firstCmdSn - 1;
  }

  /** What to do with a numbered request. */
  enum Verdict {
    /** Next in order. It took a slot unless it is immediate. */
    TAKEN,
    /** Outside the window, or a duplicate: silently ignored. */
    IGNORED,
    /**
     * Inside the window, but requests before it are missing. On the one TCP connection of a session
     * they can only have been lost for good.
     */
    GAP
  }

  /** A request that is not immediate. */
  Verdict take(int cmdSn) {
    if (!SerialNumber.within(cmdSn, expected, maximum())) {
      return Verdict.IGNORED;
    }
    if (cmdSn != expected) {
      return Verdict.GAP;
    }
    expected++;
    occupied++;
    return Verdict.TAKEN;
  }

  /** An immediate request carries the CmdSN of its place but takes none; outside it is ignored. */
  Verdict takeImmediate(int cmdSn) {
    // A full window has MaxCmdSN = ExpCmdSN - 1, and immediate requests still pass then.
    boolean inside = cmdSn == expected || SerialNumber.within(cmdSn, expected, maximum());
    return inside ? Verdict.TAKEN : Verdict.IGNORED;
  }

  /** Whether {@code cmdSn} is one that the initiator may use now (RFC 7143 clause 11.6.1). */
  boolean valid(int cmdSn) {
    return SerialNumber.within(cmdSn, expected, maximum());
  }

  /** A numbered request is answered. */
  void free() {
    if (occupied == 0) {
      throw new IllegalStateException("more commands answered than taken");
    }
    occupied--;
  }

  /** The initiator cannot send, as far as it knows, although it could: tell it. */
  boolean unannouncedRoom() {
    return announced == expected - 1 && occupied < depth;
  }

  /** ExpCmdSN. */
  int expected() {
    return expected;
  }

  /** MaxCmdSN. Never moves backwards: a slot is given back only after it was taken. */
  int maximum() {
    return expected + (depth - occupied) - 1;
  }

  /** MaxCmdSN, on its way to the initiator. */
  int announce() {
    announced = maximum();
    return announced;
  }
}
