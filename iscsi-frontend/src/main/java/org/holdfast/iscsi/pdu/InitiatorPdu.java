package org.holdfast.iscsi.pdu;

import org.holdfast.scsi.Cdb;

/** What an initiator sends. */
public sealed interface InitiatorPdu extends Pdu {
  /** The next StatSN that the initiator waits for; it has seen all before. */
  int expStatSn();

  /** PDUs that take a place in the command order: all but Data-Out and SNACK. */
  sealed interface Numbered extends InitiatorPdu {
    int cmdSn();

    /** Bit I: executed at once, and CmdSN does not advance (clause 4.2.2.1). */
    boolean immediate();
  }

  /** Clause 11.18. A tag of {@link #RESERVED_TAG} asks for no answer. */
  record NopOut(
      boolean immediate,
      long lun,
      int initiatorTaskTag,
      int targetTransferTag,
      int cmdSn,
      int expStatSn,
      DataSegment data)
      implements Numbered {
    @Override
    public Opcode opcode() {
      return Opcode.NOP_OUT;
    }
  }

  /**
   * Clause 11.3.
   *
   * @param finalPdu no unsolicited Data-Out follows
   * @param read data is expected by the initiator
   * @param write data is expected from the initiator
   * @param attribute 0 untagged, 1 simple, 2 ordered, 3 head of queue, 4 ACA; 5..7 are reserved
   * @param expectedDataTransferLength bytes of the write, or of the read when it is not a write
   * @param bidirectionalReadLength bytes of the read when it is both (clause 11.2.2.4), otherwise 0
   * @param cdb 16 bytes, more with an extended CDB header
   * @param data immediate data
   */
  record ScsiCommand(
      boolean immediate,
      boolean finalPdu,
      boolean read,
      boolean write,
      int attribute,
      long lun,
      int initiatorTaskTag,
      long expectedDataTransferLength,
      int cmdSn,
      int expStatSn,
      long bidirectionalReadLength,
      Cdb cdb,
      DataSegment data)
      implements Numbered {
    /** Bit W of a header. */
    public static boolean write(Bhs header) {
      return (header.u8(1) & 0x20) != 0;
    }

    /** The field of a header: bytes of the write, or of the read when it is not a write. */
    public static long expectedDataTransferLength(Bhs header) {
      return header.u32(20);
    }

    @Override
    public Opcode opcode() {
      return Opcode.SCSI_COMMAND;
    }
  }

  /**
   * Clause 11.5.
   *
   * @param function one of the constants, or a number that is not assigned
   * @param expDataSn for TASK REASSIGN only
   */
  record TaskManagementRequest(
      boolean immediate,
      int function,
      long lun,
      int initiatorTaskTag,
      int referencedTaskTag,
      int cmdSn,
      int expStatSn,
      int refCmdSn,
      int expDataSn)
      implements Numbered {
    public static final int ABORT_TASK = 1;
    public static final int ABORT_TASK_SET = 2;
    public static final int CLEAR_ACA = 3;
    public static final int CLEAR_TASK_SET = 4;
    public static final int LOGICAL_UNIT_RESET = 5;
    public static final int TARGET_WARM_RESET = 6;
    public static final int TARGET_COLD_RESET = 7;
    public static final int TASK_REASSIGN = 8;
    public static final int QUERY_TASK = 9;
    public static final int QUERY_TASK_SET = 10;
    public static final int I_T_NEXUS_RESET = 11;
    public static final int QUERY_ASYNCHRONOUS_EVENT = 12;

    @Override
    public Opcode opcode() {
      return Opcode.TASK_MANAGEMENT_REQUEST;
    }
  }

  /**
   * Clause 11.12. Always immediate.
   *
   * @param transit bit T: ready for {@code nextStage}
   * @param continues bit C: the keys go on in the next request
   * @param currentStage 0 security, 1 operational, 3 full feature; 2 is reserved
   * @param isid 48 bits
   * @param tsih 16 bits, 0 for a new session
   * @param connectionId 16 bits
   */
  record LoginRequest(
      boolean transit,
      boolean continues,
      int currentStage,
      int nextStage,
      int versionMax,
      int versionMin,
      long isid,
      int tsih,
      int initiatorTaskTag,
      int connectionId,
      int cmdSn,
      int expStatSn,
      DataSegment data)
      implements Numbered {
    @Override
    public Opcode opcode() {
      return Opcode.LOGIN_REQUEST;
    }

    @Override
    public boolean immediate() {
      return true;
    }
  }

  /** Clause 11.10; {@code continues} is bit C. */
  record TextRequest(
      boolean immediate,
      boolean finalPdu,
      boolean continues,
      long lun,
      int initiatorTaskTag,
      int targetTransferTag,
      int cmdSn,
      int expStatSn,
      DataSegment data)
      implements Numbered {
    @Override
    public Opcode opcode() {
      return Opcode.TEXT_REQUEST;
    }
  }

  /**
   * Clause 11.7.
   *
   * @param finalPdu last of the unsolicited burst or of the R2T's sequence
   * @param targetTransferTag the R2T's, or {@link #RESERVED_TAG} when unsolicited
   * @param bufferOffset bytes from the beginning of the command's data
   */
  record DataOut(
      boolean finalPdu,
      long lun,
      int initiatorTaskTag,
      int targetTransferTag,
      int expStatSn,
      int dataSn,
      long bufferOffset,
      DataSegment data)
      implements InitiatorPdu {
    /** The fields of a header. */
    public static DataOut of(Bhs header, DataSegment data) {
      return new DataOut(
          (header.u8(1) & 0x80) != 0,
          header.i64(8),
          header.initiatorTaskTag(),
          header.i32(20),
          header.i32(28),
          header.i32(36),
          header.u32(40),
          data);
    }

    @Override
    public Opcode opcode() {
      return Opcode.DATA_OUT;
    }
  }

  /**
   * Clause 11.14.
   *
   * @param reason seven bits: one of the constants, or a number that is not assigned
   */
  record LogoutRequest(
      boolean immediate,
      int reason,
      int initiatorTaskTag,
      int connectionId,
      int cmdSn,
      int expStatSn)
      implements Numbered {
    public static final int CLOSE_SESSION = 0;
    public static final int CLOSE_CONNECTION = 1;
    public static final int REMOVE_FOR_RECOVERY = 2;

    @Override
    public Opcode opcode() {
      return Opcode.LOGOUT_REQUEST;
    }
  }

  /** Clause 11.16; {@code type} 0 Data or R2T, 1 status, 2 DataACK, 3 R-Data. */
  record SnackRequest(
      int type,
      long lun,
      int initiatorTaskTag,
      int targetTransferTag,
      int expStatSn,
      int beginRun,
      long runLength)
      implements InitiatorPdu {
    @Override
    public Opcode opcode() {
      return Opcode.SNACK_REQUEST;
    }
  }
}
