package org.holdfast.iscsi.pdu;

/** What a target sends. */
public sealed interface TargetPdu extends Pdu {
  /**
   * The numbers that every target PDU carries.
   *
   * @param statSn of this status; in a PDU without status the next one, or 0 where it is reserved
   * @param expCmdSn the next command that the target waits for
   * @param maxCmdSn the last command that the initiator may send
   */
  record Numbers(int statSn, int expCmdSn, int maxCmdSn) {}

  Numbers numbers();

  /** Clause 11.19. */
  record NopIn(
      long lun, int initiatorTaskTag, int targetTransferTag, Numbers numbers, DataSegment data)
      implements TargetPdu {
    @Override
    public Opcode opcode() {
      return Opcode.NOP_IN;
    }
  }

  /**
   * Clause 11.4.
   *
   * @param response 0 completed at target, 1 target failure, 0x80.. vendor
   * @param status SCSI status, reserved unless response is 0
   * @param snackTag 0 unless R-Data SNACK is in use
   * @param expDataSn number of R2T and Data-In PDUs sent for the command
   * @param data two bytes of sense length, sense data, response data: see {@link #withSense}
   */
  record ScsiResponse(
      int response,
      int status,
      int initiatorTaskTag,
      int snackTag,
      Numbers numbers,
      int expDataSn,
      Residual bidirectionalRead,
      Residual residual,
      DataSegment data)
      implements TargetPdu {
    public static final int COMPLETED_AT_TARGET = 0;
    public static final int TARGET_FAILURE = 1;

    @Override
    public Opcode opcode() {
      return Opcode.SCSI_RESPONSE;
    }

    /** Sense data as a response carries it, its length in front (clause 11.4.7). */
    public static DataSegment withSense(byte[] sense) {
      byte[] bytes = new byte[sense.length + 2];
      bytes[0] = (byte) (sense.length >>> 8);
      bytes[1] = (byte) sense.length;
      System.arraycopy(sense, 0, bytes, 2, sense.length);
      return DataSegment.copyOf(bytes);
    }
  }

  /** Clause 11.6. */
  record TaskManagementResponsePdu(int response, int initiatorTaskTag, Numbers numbers)
      implements TargetPdu {
    public static final int FUNCTION_COMPLETE = 0;
    public static final int TASK_DOES_NOT_EXIST = 1;
    public static final int LUN_DOES_NOT_EXIST = 2;
    public static final int TASK_STILL_ALLEGIANT = 3;
    public static final int TASK_ALLEGIANCE_REASSIGNMENT_NOT_SUPPORTED = 4;
    public static final int FUNCTION_NOT_SUPPORTED = 5;
    public static final int FUNCTION_AUTHORIZATION_FAILED = 6;
    public static final int FUNCTION_SUCCEEDED = 7;
    public static final int FUNCTION_REJECTED = 255;

    @Override
    public Opcode opcode() {
      return Opcode.TASK_MANAGEMENT_RESPONSE;
    }
  }

  /** Clause 11.13. Fields as in the request. */
  record LoginResponse(
      boolean transit,
      boolean continues,
      int currentStage,
      int nextStage,
      int versionMax,
      int versionActive,
      long isid,
      int tsih,
      int initiatorTaskTag,
      Numbers numbers,
      int statusClass,
      int statusDetail,
      DataSegment data)
      implements TargetPdu {
    @Override
    public Opcode opcode() {
      return Opcode.LOGIN_RESPONSE;
    }
  }

  /** Clause 11.11; {@code continues} is bit C. */
  record TextResponse(
      boolean finalPdu,
      boolean continues,
      long lun,
      int initiatorTaskTag,
      int targetTransferTag,
      Numbers numbers,
      DataSegment data)
      implements TargetPdu {
    @Override
    public Opcode opcode() {
      return Opcode.TEXT_RESPONSE;
    }
  }

  /**
   * Clause 11.7.
   *
   * @param finalPdu last of the sequence
   * @param acknowledge bit A: asks for a SNACK of type DataACK
   * @param status whether SCSI status rides along (bit S), and which
   * @param residual meaningful with status only
   */
  record DataIn(
      boolean finalPdu,
      boolean acknowledge,
      Status status,
      long lun,
      int initiatorTaskTag,
      int targetTransferTag,
      Numbers numbers,
      int dataSn,
      long bufferOffset,
      Residual residual,
      DataSegment data)
      implements TargetPdu {
    /** Status collapse (clause 11.7.3). */
    public sealed interface Status {
      /** Bit S is 0: a SCSI Response follows. */
      record Absent() implements Status {}

      /** Bit S is 1; {@code code} is the SCSI status. */
      record Present(int code) implements Status {}

      Status NONE = new Absent();
      Status GOOD = new Present(0);
    }

    @Override
    public Opcode opcode() {
      return Opcode.DATA_IN;
    }
  }

  /**
   * Clause 11.15.
   *
   * @param response 0 closed, 1 no such connection, 2 recovery not supported, 3 cleanup failed
   * @param time2Wait seconds, 16 bits
   * @param time2Retain seconds, 16 bits
   */
  record LogoutResponse(
      int response, int initiatorTaskTag, Numbers numbers, int time2Wait, int time2Retain)
      implements TargetPdu {
    @Override
    public Opcode opcode() {
      return Opcode.LOGOUT_RESPONSE;
    }
  }

  /**
   * R2T, clause 11.8.
   *
   * @param bufferOffset bytes from the beginning of the command's data
   * @param desiredDataTransferLength bytes, at least 1
   */
  record ReadyToTransfer(
      long lun,
      int initiatorTaskTag,
      int targetTransferTag,
      Numbers numbers,
      int r2tSn,
      long bufferOffset,
      long desiredDataTransferLength)
      implements TargetPdu {
    @Override
    public Opcode opcode() {
      return Opcode.READY_TO_TRANSFER;
    }
  }

  /** Clause 11.9; the parameters are 16 bits each. */
  record AsyncMessage(
      long lun,
      Numbers numbers,
      int event,
      int vendorCode,
      int parameter1,
      int parameter2,
      int parameter3,
      DataSegment data)
      implements TargetPdu {
    public static final int SCSI_EVENT = 0;
    public static final int LOGOUT_REQUESTED = 1;
    public static final int CONNECTION_DROP = 2;
    public static final int SESSION_DROP = 3;
    public static final int NEGOTIATION_REQUESTED = 4;

    @Override
    public Opcode opcode() {
      return Opcode.ASYNC_MESSAGE;
    }

    @Override
    public int initiatorTaskTag() {
      return RESERVED_TAG;
    }
  }

  /**
   * Clause 11.17.
   *
   * @param reason see {@link RejectReason}
   * @param dataSn next DataSN or R2TSN, for a rejected SNACK only
   * @param data the header of what is rejected
   */
  record Reject(int reason, Numbers numbers, int dataSn, DataSegment data) implements TargetPdu {
    @Override
    public Opcode opcode() {
      return Opcode.REJECT;
    }

    @Override
    public int initiatorTaskTag() {
      return RESERVED_TAG;
    }
  }
}
