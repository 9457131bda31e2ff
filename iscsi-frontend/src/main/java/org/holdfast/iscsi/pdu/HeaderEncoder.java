package org.holdfast.iscsi.pdu;

import java.nio.ByteBuffer;

/** PDUs to headers: the other direction of {@link HeaderDecoder}. */
final class HeaderEncoder {
  private static final int FINAL = 0x80;
  private static final int CONTINUE = 0x40;

  private final ByteBuffer out;
  private final int base;

  private HeaderEncoder(ByteBuffer out) {
    this.out = out;
    this.base = out.position();
  }

  /** Bytes of basic and additional headers. */
  static int length(Pdu pdu) {
    return Bhs.LENGTH + ahsLength(pdu);
  }

  private static int ahsLength(Pdu pdu) {
    return pdu instanceof InitiatorPdu.ScsiCommand command
        ? AdditionalHeaders.encodedLength(command)
        : 0;
  }

  /** Writes {@link #length} bytes at the position of a big-endian buffer and moves it. */
  static void encode(Pdu pdu, ByteBuffer out) {
    int length = length(pdu);
    int dataLength = pdu.data().length();
    if (length > Bhs.LENGTH + 0xFF * 4) {
      throw new IllegalArgumentException(
          "additional headers of " + (length - Bhs.LENGTH) + " bytes");
    }
    if (dataLength > 0xFF_FFFF) {
      throw new IllegalArgumentException("a data segment of " + dataLength + " bytes");
    }
    HeaderEncoder header = new HeaderEncoder(out);
    // Reserved fields are sent as zeros (clause 11.2.1); pooled memory holds anything.
    for (int i = 0; i < length; i += 4) {
      header.i32(i, 0);
    }
    header.i32(4, ((length - Bhs.LENGTH) / 4) << 24 | dataLength);
    header.i32(16, pdu.initiatorTaskTag());
    boolean immediate = pdu instanceof InitiatorPdu.Numbered numbered && numbered.immediate();
    header.u8(0, pdu.opcode().code() | (immediate ? 0x40 : 0));
    switch (pdu) {
      case InitiatorPdu initiator -> header.initiator(initiator);
      case TargetPdu target -> header.target(target);
    }
    out.position(header.base + length);
  }

  private void initiator(InitiatorPdu pdu) {
    if (pdu instanceof InitiatorPdu.Numbered numbered) {
      i32(24, numbered.cmdSn());
    }
    i32(28, pdu.expStatSn());
    switch (pdu) {
      case InitiatorPdu.NopOut nop -> {
        u8(1, FINAL);
        i64(8, nop.lun());
        i32(20, nop.targetTransferTag());
      }
      case InitiatorPdu.ScsiCommand command -> command(command);
      case InitiatorPdu.TaskManagementRequest request -> {
        u8(1, FINAL | request.function());
        i64(8, request.lun());
        i32(20, request.referencedTaskTag());
        i32(32, request.refCmdSn());
        i32(36, request.expDataSn());
      }
      case InitiatorPdu.LoginRequest login -> {
        stages(login.transit(), login.continues(), login.currentStage(), login.nextStage());
        u8(2, login.versionMax());
        u8(3, login.versionMin());
        i64(8, login.isid() << 16 | login.tsih());
        u16(20, login.connectionId());
      }
      case InitiatorPdu.TextRequest text -> {
        u8(1, flag(text.finalPdu(), FINAL) | flag(text.continues(), CONTINUE));
        i64(8, text.lun());
        i32(20, text.targetTransferTag());
      }
      case InitiatorPdu.DataOut data -> {
        u8(1, flag(data.finalPdu(), FINAL));
        i64(8, data.lun());
        i32(20, data.targetTransferTag());
        i32(36, data.dataSn());
        u32(40, data.bufferOffset());
      }
      case InitiatorPdu.LogoutRequest logout -> {
        u8(1, FINAL | logout.reason());
        u16(20, logout.connectionId());
      }
      case InitiatorPdu.SnackRequest snack -> {
        u8(1, FINAL | snack.type());
        i64(8, snack.lun());
        i32(20, snack.targetTransferTag());
        i32(40, snack.beginRun());
        u32(44, snack.runLength());
      }
    }
  }

  private void command(InitiatorPdu.ScsiCommand command) {
    u8(
        1,
        flag(command.finalPdu(), FINAL)
            | flag(command.read(), 0x40)
            | flag(command.write(), 0x20)
            | command.attribute());
    i64(8, command.lun());
    u32(20, command.expectedDataTransferLength());
    for (int i = 0; i < 16; i++) {
      u8(32 + i, command.cdb().u8(i));
    }
    AdditionalHeaders.write(command, out, base + Bhs.LENGTH);
  }

  private void target(TargetPdu pdu) {
    i32(24, pdu.numbers().statSn());
    i32(28, pdu.numbers().expCmdSn());
    i32(32, pdu.numbers().maxCmdSn());
    u8(1, FINAL);
    switch (pdu) {
      case TargetPdu.NopIn nop -> {
        i64(8, nop.lun());
        i32(20, nop.targetTransferTag());
      }
      case TargetPdu.ScsiResponse response -> {
        u8(
            1,
            FINAL
                | flags(response.bidirectionalRead(), 0x10, 0x08)
                | flags(response.residual(), 0x04, 0x02));
        u8(2, response.response());
        u8(3, response.status());
        i32(20, response.snackTag());
        i32(36, response.expDataSn());
        u32(40, response.bidirectionalRead().count());
        u32(44, response.residual().count());
      }
      case TargetPdu.TaskManagementResponsePdu response -> u8(2, response.response());
      case TargetPdu.LoginResponse login -> {
        stages(login.transit(), login.continues(), login.currentStage(), login.nextStage());
        u8(2, login.versionMax());
        u8(3, login.versionActive());
        i64(8, login.isid() << 16 | login.tsih());
        u8(36, login.statusClass());
        u8(37, login.statusDetail());
      }
      case TargetPdu.TextResponse text -> {
        u8(1, flag(text.finalPdu(), FINAL) | flag(text.continues(), CONTINUE));
        i64(8, text.lun());
        i32(20, text.targetTransferTag());
      }
      case TargetPdu.DataIn data -> dataIn(data);
      case TargetPdu.LogoutResponse logout -> {
        u8(2, logout.response());
        u16(40, logout.time2Wait());
        u16(42, logout.time2Retain());
      }
      case TargetPdu.ReadyToTransfer r2t -> {
        i64(8, r2t.lun());
        i32(20, r2t.targetTransferTag());
        i32(36, r2t.r2tSn());
        u32(40, r2t.bufferOffset());
        u32(44, r2t.desiredDataTransferLength());
      }
      case TargetPdu.AsyncMessage message -> {
        i64(8, message.lun());
        u8(36, message.event());
        u8(37, message.vendorCode());
        u16(38, message.parameter1());
        u16(40, message.parameter2());
        u16(42, message.parameter3());
      }
      case TargetPdu.Reject reject -> {
        u8(2, reject.reason());
        i32(36, reject.dataSn());
      }
    }
  }

  private void dataIn(TargetPdu.DataIn data) {
    int flags = flag(data.finalPdu(), FINAL) | flag(data.acknowledge(), 0x40);
    switch (data.status()) {
      case TargetPdu.DataIn.Status.Absent absent -> u8(1, flags);
      case TargetPdu.DataIn.Status.Present present -> {
        u8(1, flags | flags(data.residual(), 0x04, 0x02) | 0x01);
        u8(3, present.code());
        u32(44, data.residual().count());
      }
    }
    i64(8, data.lun());
    i32(20, data.targetTransferTag());
    i32(36, data.dataSn());
    u32(40, data.bufferOffset());
  }

  private void stages(boolean transit, boolean continues, int current, int next) {
    u8(1, flag(transit, FINAL) | flag(continues, CONTINUE) | current << 2 | next);
  }

  private static int flag(boolean set, int mask) {
    return set ? mask : 0;
  }

  private static int flags(Residual residual, int overflow, int underflow) {
    return switch (residual.kind()) {
      case NONE -> 0;
      case OVERFLOW -> overflow;
      case UNDERFLOW -> underflow;
    };
  }

  private void u8(int offset, int value) {
    out.put(base + offset, (byte) value);
  }

  private void u16(int offset, int value) {
    out.putShort(base + offset, (short) value);
  }

  private void u32(int offset, long value) {
    out.putInt(base + offset, (int) value);
  }

  private void i32(int offset, int value) {
    out.putInt(base + offset, value);
  }

  private void i64(int offset, long value) {
    out.putLong(base + offset, value);
  }
}
