package org.holdfast.vms.initiator;

import java.nio.ByteBuffer;

/** Command descriptor blocks and parameter data, written out from SPC-4 and SBC-3. */
public final class Cdbs {
  public static final int PR_REGISTER = 0x00;
  public static final int PR_RESERVE = 0x01;
  public static final int PR_RELEASE = 0x02;
  public static final int PR_CLEAR = 0x03;
  public static final int PR_PREEMPT = 0x04;
  public static final int PR_PREEMPT_AND_ABORT = 0x05;
  public static final int PR_REGISTER_AND_IGNORE = 0x06;
  public static final int PR_READ_KEYS = 0x00;
  public static final int PR_READ_RESERVATION = 0x01;
  public static final int PR_REPORT_CAPABILITIES = 0x02;
  public static final int PR_READ_FULL_STATUS = 0x03;

  /** Length of the basic PERSISTENT RESERVE OUT parameter list, SPC-4 table 212. */
  private static final int PR_OUT_LIST_LENGTH = 24;

  private static final int APTPL_BIT = 0x01;

  private Cdbs() {}

  public static byte[] testUnitReady() {
    return new byte[6];
  }

  public static byte[] inquiry(int allocationLength) {
    return ByteBuffer.allocate(6).put(0, (byte) 0x12).putShort(3, (short) allocationLength).array();
  }

  /** INQUIRY for one page of vital product data. */
  public static byte[] inquiryPage(int page, int allocationLength) {
    return ByteBuffer.wrap(inquiry(allocationLength)).put(1, (byte) 1).put(2, (byte) page).array();
  }

  public static byte[] readCapacity10() {
    return ByteBuffer.allocate(10).put(0, (byte) 0x25).array();
  }

  public static byte[] readCapacity16(int allocationLength) {
    return ByteBuffer.allocate(16)
        .put(0, (byte) 0x9e)
        .put(1, (byte) 0x10)
        .putInt(10, allocationLength)
        .array();
  }

  public static byte[] read10(long lba, int blocks) {
    return transfer10(0x28, lba, blocks);
  }

  public static byte[] write10(long lba, int blocks) {
    return transfer10(0x2a, lba, blocks);
  }

  private static byte[] transfer10(int opcode, long lba, int blocks) {
    return ByteBuffer.allocate(10)
        .put(0, (byte) opcode)
        .putInt(2, (int) lba)
        .putShort(7, (short) blocks)
        .array();
  }

  public static byte[] synchronizeCache10() {
    return ByteBuffer.allocate(10).put(0, (byte) 0x35).array();
  }

  /**
   * PERSISTENT RESERVE OUT with the basic parameter list, scope LU.
   *
   * @param type reservation type, 0 to 15
   */
  public static byte[] prOut(int serviceAction, int type) {
    return ByteBuffer.allocate(10)
        .put(0, (byte) 0x5f)
        .put(1, (byte) serviceAction)
        .put(2, (byte) type)
        .putInt(5, PR_OUT_LIST_LENGTH)
        .array();
  }

  /** The basic parameter list of PERSISTENT RESERVE OUT. */
  public static byte[] prOutList(long reservationKey, long serviceActionKey, boolean aptpl) {
    return ByteBuffer.allocate(PR_OUT_LIST_LENGTH)
        .putLong(0, reservationKey)
        .putLong(8, serviceActionKey)
        .put(20, (byte) (aptpl ? APTPL_BIT : 0))
        .array();
  }

  public static byte[] prIn(int serviceAction, int allocationLength) {
    return ByteBuffer.allocate(10)
        .put(0, (byte) 0x5e)
        .put(1, (byte) serviceAction)
        .putShort(7, (short) allocationLength)
        .array();
  }
}
