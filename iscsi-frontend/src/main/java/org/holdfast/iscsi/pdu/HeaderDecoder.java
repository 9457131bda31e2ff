package org.holdfast.iscsi.pdu;

import java.nio.ByteBuffer;

/** Validated headers to PDUs: where each field lies (RFC 7143 clauses 11.3 to 11.19). */
final class HeaderDecoder {
  private HeaderDecoder() {}

  /**
   * @param ahs the additional headers, empty where the opcode has none
   * @param data handed on to the PDU
   */
  static Pdu decode(Opcode opcode, Bhs h, ByteBuffer ahs, DataSegment data)
      throws AdditionalHeaders.Malformed {
    return switch (opcode) {
      case NOP_OUT ->
          new InitiatorPdu.NopOut(
              h.immediate(), h.i64(8), h.initiatorTaskTag(), h.i32(20), h.i32(24), h.i32(28), data);
      case SCSI_COMMAND -> command(h, AdditionalHeaders.parse(h, ahs), data);
      case TASK_MANAGEMENT_REQUEST ->
          new InitiatorPdu.TaskManagementRequest(
              h.immediate(),
              h.u8(1) & 0x7F,
              h.i64(8),
              h.initiatorTaskTag(),
              h.i32(20),
              h.i32(24),
              h.i32(28),
              h.i32(32),
              h.i32(36));
      case LOGIN_REQUEST ->
          new InitiatorPdu.LoginRequest(
              bit(h, 7),
              bit(h, 6),
              h.u8(1) >>> 2 & 3,
              h.u8(1) & 3,
              h.u8(2),
              h.u8(3),
              h.i64(8) >>> 16,
              h.u16(14),
              h.initiatorTaskTag(),
              h.u16(20),
              h.i32(24),
              h.i32(28),
              data);
      case TEXT_REQUEST ->
          new InitiatorPdu.TextRequest(
              h.immediate(),
              bit(h, 7),
              bit(h, 6),
              h.i64(8),
              h.initiatorTaskTag(),
              h.i32(20),
              h.i32(24),
              h.i32(28),
              data);
      case DATA_OUT -> InitiatorPdu.DataOut.of(h, data);
      case LOGOUT_REQUEST ->
          new InitiatorPdu.LogoutRequest(
              h.immediate(), h.u8(1) & 0x7F, h.initiatorTaskTag(), h.u16(20), h.i32(24), h.i32(28));
      case SNACK_REQUEST ->
          new InitiatorPdu.SnackRequest(
              h.u8(1) & 0x0F,
              h.i64(8),
              h.initiatorTaskTag(),
              h.i32(20),
              h.i32(28),
              h.i32(40),
              h.u32(44));
      case NOP_IN ->
          new TargetPdu.NopIn(h.i64(8), h.initiatorTaskTag(), h.i32(20), numbers(h), data);
      case SCSI_RESPONSE ->
          new TargetPdu.ScsiResponse(
              h.u8(2),
              h.u8(3),
              h.initiatorTaskTag(),
              h.i32(20),
              numbers(h),
              h.i32(36),
              residual(bit(h, 4), bit(h, 3), h.u32(40)),
              residual(bit(h, 2), bit(h, 1), h.u32(44)),
              data);
      case TASK_MANAGEMENT_RESPONSE ->
          new TargetPdu.TaskManagementResponsePdu(h.u8(2), h.initiatorTaskTag(), numbers(h));
      case LOGIN_RESPONSE ->
          new TargetPdu.LoginResponse(
              bit(h, 7),
              bit(h, 6),
              h.u8(1) >>> 2 & 3,
              h.u8(1) & 3,
              h.u8(2),
              h.u8(3),
              h.i64(8) >>> 16,
              h.u16(14),
              h.initiatorTaskTag(),
              numbers(h),
              h.u8(36),
              h.u8(37),
              data);
      case TEXT_RESPONSE ->
          new TargetPdu.TextResponse(
              bit(h, 7), bit(h, 6), h.i64(8), h.initiatorTaskTag(), h.i32(20), numbers(h), data);
      case DATA_IN ->
          new TargetPdu.DataIn(
              bit(h, 7),
              bit(h, 6),
              bit(h, 0)
                  ? new TargetPdu.DataIn.Status.Present(h.u8(3))
                  : TargetPdu.DataIn.Status.NONE,
              h.i64(8),
              h.initiatorTaskTag(),
              h.i32(20),
              numbers(h),
              h.i32(36),
              h.u32(40),
              residual(bit(h, 2), bit(h, 1), h.u32(44)),
              data);
      case LOGOUT_RESPONSE ->
          new TargetPdu.LogoutResponse(
              h.u8(2), h.initiatorTaskTag(), numbers(h), h.u16(40), h.u16(42));
      case READY_TO_TRANSFER ->
          new TargetPdu.ReadyToTransfer(
              h.i64(8),
              h.initiatorTaskTag(),
              h.i32(20),
              numbers(h),
              h.i32(36),
              h.u32(40),
              h.u32(44));
      case ASYNC_MESSAGE ->
          new TargetPdu.AsyncMessage(
              h.i64(8), numbers(h), h.u8(36), h.u8(37), h.u16(38), h.u16(40), h.u16(42), data);
      case REJECT -> new TargetPdu.Reject(h.u8(2), numbers(h), h.i32(36), data);
    };
  }

  private static Pdu command(Bhs h, AdditionalHeaders ahs, DataSegment data) {
    boolean read = bit(h, 6);
    boolean write = InitiatorPdu.ScsiCommand.write(h);
    return new InitiatorPdu.ScsiCommand(
        h.immediate(),
        bit(h, 7),
        read,
        write,
        h.u8(1) & 7,
        h.i64(8),
        h.initiatorTaskTag(),
        InitiatorPdu.ScsiCommand.expectedDataTransferLength(h),
        h.i32(24),
        h.i32(28),
        read && write ? ahs.bidirectionalReadLength() : 0,
        ahs.cdb(),
        data);
  }

  private static TargetPdu.Numbers numbers(Bhs h) {
    return new TargetPdu.Numbers(h.i32(24), h.i32(28), h.i32(32));
  }

  /** Both flags at once are an error of the target's (clause 11.4.1); the first is believed. */
  private static Residual residual(boolean overflow, boolean underflow, long count) {
    if (overflow) {
      return new Residual(Residual.Kind.OVERFLOW, count);
    }
    return underflow ? new Residual(Residual.Kind.UNDERFLOW, count) : Residual.NONE;
  }

  /** A flag of byte 1. */
  private static boolean bit(Bhs h, int bit) {
    return (h.u8(1) >>> bit & 1) != 0;
  }
}
