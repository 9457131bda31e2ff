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
  private static final byte FUA_BIT = 0x08;
  private static final int UNMAP_BIT = 0x08;
  private static final int PAGE_FORMAT_BIT = 0x10;

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

  /** FORCE UNIT ACCESS: stable before GOOD, whatever the write cache. */
  public static byte[] write10Fua(long lba, int blocks) {
    return ByteBuffer.wrap(write10(lba, blocks)).put(1, FUA_BIT).array();
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

  /** WRITE SAME (16) of one block that comes as data. */
  public static byte[] writeSame16(long lba, int blocks, boolean mayUnmap) {
    return ByteBuffer.allocate(16)
        .put(0, (byte) 0x93)
        .put(1, (byte) (mayUnmap ? UNMAP_BIT : 0))
        .putLong(2, lba)
        .putInt(10, blocks)
        .array();
  }

  public static byte[] unmap(int listLength) {
    return ByteBuffer.allocate(10).put(0, (byte) 0x42).putShort(7, (short) listLength).array();
  }

  /** The parameter list of UNMAP with one block descriptor. */
  public static byte[] unmapList(long lba, int blocks) {
    return ByteBuffer.allocate(24)
        .putShort(0, (short) 22)
        .putShort(2, (short) 16)
        .putLong(8, lba)
        .putInt(16, blocks)
        .array();
  }

  /** MODE SENSE (10) for the current values of one page, without block descriptors. */
  public static byte[] modeSense10(int page, int allocationLength) {
    return ByteBuffer.allocate(10)
        .put(0, (byte) 0x5a)
        .put(1, (byte) 0x08)
        .put(2, (byte) page)
        .putShort(7, (short) allocationLength)
        .array();
  }

  /** MODE SELECT (10), not saved. */
  public static byte[] modeSelect10(int listLength) {
    return ByteBuffer.allocate(10)
        .put(0, (byte) 0x55)
        .put(1, (byte) PAGE_FORMAT_BIT)
        .putShort(7, (short) listLength)
        .array();
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
