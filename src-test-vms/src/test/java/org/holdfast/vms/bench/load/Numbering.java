package org.holdfast.vms.bench.load;

/** The sequence numbers of one session with one connection (RFC 7143 clause 4.2.2). */
final class Numbering {
  private int cmdSn;
  private int expStatSn;
  private int maxCmdSn;

  Numbering(int cmdSn) {
    this.cmdSn = cmdSn;
    maxCmdSn = cmdSn;
  }

  int expStatSn() {
    return expStatSn;
  }

  /** CmdSN of what is sent outside the numbering: the next one, not used up. */
  int cmdSn() {
    return cmdSn;
  }

  int takeCmdSn() {
    return cmdSn++;
  }

  boolean windowOpen() {
    return cmdSn - maxCmdSn <= 0;
  }

  void statusReceived(int statSn) {
    expStatSn = statSn + 1;
  }

  /** The window moves forward only; numbers compare as in RFC 1982. */
  void windowReceived(int newMaxCmdSn) {
    if (newMaxCmdSn - maxCmdSn > 0) {
      maxCmdSn = newMaxCmdSn;
    }
  }
}
