package org.holdfast.iscsi.pdu;

import org.jspecify.annotations.Nullable;

/** Operation codes (RFC 7143 clause 11.2.1.2), with what may follow the basic header. */
public enum Opcode {
  NOP_OUT(0x00, Side.INITIATOR, Payload.DATA),
  SCSI_COMMAND(0x01, Side.INITIATOR, Payload.AHS_AND_DATA),
  TASK_MANAGEMENT_REQUEST(0x02, Side.INITIATOR, Payload.NONE),
  LOGIN_REQUEST(0x03, Side.INITIATOR, Payload.DATA),
  TEXT_REQUEST(0x04, Side.INITIATOR, Payload.DATA),
  DATA_OUT(0x05, Side.INITIATOR, Payload.DATA),
  LOGOUT_REQUEST(0x06, Side.INITIATOR, Payload.NONE),
  SNACK_REQUEST(0x10, Side.INITIATOR, Payload.NONE),
  NOP_IN(0x20, Side.TARGET, Payload.DATA),
  SCSI_RESPONSE(0x21, Side.TARGET, Payload.DATA),
  TASK_MANAGEMENT_RESPONSE(0x22, Side.TARGET, Payload.NONE),
  LOGIN_RESPONSE(0x23, Side.TARGET, Payload.DATA),
  TEXT_RESPONSE(0x24, Side.TARGET, Payload.DATA),
  DATA_IN(0x25, Side.TARGET, Payload.DATA),
  LOGOUT_RESPONSE(0x26, Side.TARGET, Payload.NONE),
  READY_TO_TRANSFER(0x31, Side.TARGET, Payload.NONE),
  ASYNC_MESSAGE(0x32, Side.TARGET, Payload.DATA),
  REJECT(0x3F, Side.TARGET, Payload.DATA);

  /** Who sends a PDU. */
  public enum Side {
    INITIATOR,
    TARGET
  }

  /** What the standard lets follow the 48 bytes of the basic header. */
  public enum Payload {
    NONE,
    DATA,
    AHS_AND_DATA
  }

  private static final @Nullable Opcode[] BY_CODE = new @Nullable Opcode[0x40];

  static {
    for (Opcode opcode : values()) {
      BY_CODE[opcode.code] = opcode;
    }
  }

  private final int code;
  private final Side sender;
  private final Payload payload;

  Opcode(int code, Side sender, Payload payload) {
    this.code = code;
    this.sender = sender;
    this.payload = payload;
  }

  /** The opcode of the low six bits of {@code headerByte0}; null when none is assigned. */
  public static @Nullable Opcode of(int headerByte0) {
    return BY_CODE[headerByte0 & 0x3F];
  }

  /** Six bits. */
  public int code() {
    return code;
  }

  public Side sender() {
    return sender;
  }

  public Payload payload() {
    return payload;
  }
}
