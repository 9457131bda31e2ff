package org.holdfast.vms.initiator;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/**
 * An initiator of one connection, written from RFC 7143 for these tests. It is strict: a wrong tag,
 * a DataSN out of order, data outside the buffer or an unexpected PDU is an IOException.
 *
 * <p>Data goes out as negotiated: immediate, unsolicited and on R2T.
 */
public final class RawInitiator implements TestInitiator {
  static final int FIRST_CMD_SN = 1;

  public static final int ABORT_TASK = 1;
  public static final int LOGICAL_UNIT_RESET = 5;
  public static final int FUNCTION_COMPLETE = 0;
  public static final int TASK_DOES_NOT_EXIST = 1;

  private static final int READ = 0x40;
  private static final int WRITE = 0x20;
  private static final int SIMPLE = 0x01;
  private static final int NO_TAG = -1;

  private final RawLogin login;
  private final RawConnection connection;
  private final int maxBurst;
  private final int firstBurst;
  private final int targetSegment;
  private final boolean immediateData;
  private final boolean initialR2t;
  private int cmdSn = FIRST_CMD_SN;
  private int nextTag = 0x100;
  private boolean closed;

  RawInitiator(RawLogin login, RawConnection connection, Map<String, String> agreed) {
    this.login = login;
    this.connection = connection;
    // Defaults of RFC 7143 clauses 13.12 to 13.14 where the target gave no number.
    this.maxBurst = number(agreed, "MaxBurstLength", 262_144);
    this.firstBurst = number(agreed, "FirstBurstLength", 65_536);
    this.targetSegment = number(agreed, "MaxRecvDataSegmentLength", 8192);
    this.immediateData = "Yes".equals(agreed.getOrDefault("ImmediateData", "Yes"));
    this.initialR2t = "Yes".equals(agreed.getOrDefault("InitialR2T", "Yes"));
  }

  /** A target may say Irrelevant, as for FirstBurstLength where nothing is sent unasked. */
  private static int number(Map<String, String> agreed, String key, int otherwise) {
    String value = agreed.getOrDefault(key, "Irrelevant");
    return value.equals("Irrelevant") ? otherwise : Integer.parseInt(value);
  }

  /** What this session presented at login, for logging in again as the same or another port. */
  public RawLogin login() {
    return login;
  }

  /** The connection below, for tests that send what this class would not. */
  public RawConnection connection() {
    return connection;
  }

  @Override
  public ScsiReply execute(byte[] cdb, byte[] dataOut, int expectedIn) throws IOException {
    int tag = start(cdb, dataOut, expectedIn);
    return finish(tag, dataOut, expectedIn);
  }

  /**
   * Sends a command with its immediate and unsolicited data and does not wait.
   *
   * @return the initiator task tag
   */
  public int start(byte[] cdb, byte[] dataOut, int expectedIn) throws IOException {
    if (dataOut.length > 0 && expectedIn > 0) {
      throw new IllegalArgumentException("bidirectional commands are not supported here");
    }
    int tag = nextTag++;
    int immediate = immediateData ? Math.min(dataOut.length, firstBurstNow()) : 0;
    int unsolicited = initialR2t ? immediate : Math.min(dataOut.length, firstBurst);
    int flags =
        SIMPLE
            | (dataOut.length > 0 ? WRITE : 0)
            | (expectedIn > 0 ? READ : 0)
            | (unsolicited == immediate ? RawPdu.FINAL : 0);
    connection.send(
        RawPdu.of(RawPdu.SCSI_COMMAND, flags, Arrays.copyOf(dataOut, immediate))
            .bytes(8, lun())
            .i32(16, tag)
            .i32(20, Math.max(dataOut.length, expectedIn))
            .i32(24, cmdSn++)
            .i32(28, connection.expStatSn())
            .bytes(32, cdb));
    sendData(tag, NO_TAG, dataOut, immediate, unsolicited);
    return tag;
  }

  private int firstBurstNow() {
    return Math.min(firstBurst, targetSegment);
  }

  private byte[] lun() {
    return new byte[] {0, (byte) login.target().lun(), 0, 0, 0, 0, 0, 0};
  }

  /** One sequence of Data-Out PDUs for the bytes {@code from} to {@code to}; none when equal. */
  private void sendData(int tag, int transferTag, byte[] data, int from, int to)
      throws IOException {
    int dataSn = 0;
    for (int at = from; at < to; ) {
      int end = Math.min(to, at + targetSegment);
      connection.send(
          RawPdu.of(
                  RawPdu.DATA_OUT, end == to ? RawPdu.FINAL : 0, Arrays.copyOfRange(data, at, end))
              .bytes(8, lun())
              .i32(16, tag)
              .i32(20, transferTag)
              .i32(28, connection.expStatSn())
              .i32(36, dataSn++)
              .i32(40, at));
      at = end;
    }
  }

  /** Serves a started command until its status: R2Ts are answered, Data-In is collected. */
  public ScsiReply finish(int tag, byte[] dataOut, int expectedIn) throws IOException {
    byte[] dataIn = new byte[expectedIn];
    int received = 0;
    int dataSn = 0;
    while (true) {
      RawPdu pdu = receiveFor(tag);
      switch (pdu.opcode()) {
        case RawPdu.R2T -> answerR2t(pdu, dataOut);
        case RawPdu.DATA_IN -> {
          require(pdu.i32(36) == dataSn++, pdu, "DataSN out of order");
          int offset = pdu.i32(40);
          require(
              offset == received && offset + pdu.data().length <= expectedIn,
              pdu,
              "data outside of what was asked for, at offset " + offset);
          System.arraycopy(pdu.data(), 0, dataIn, offset, pdu.data().length);
          received += pdu.data().length;
          if ((pdu.flags() & 0x01) != 0) {
            require(pdu.finalBit(), pdu, "status without the final bit");
            return new ScsiReply(pdu.u8(3), new byte[0], Arrays.copyOf(dataIn, received));
          }
        }
        case RawPdu.SCSI_RESPONSE -> {
          require(pdu.u8(2) == 0, pdu, "service response " + pdu.u8(2));
          return new ScsiReply(pdu.u8(3), sense(pdu), Arrays.copyOf(dataIn, received));
        }
        default -> throw new IOException("unexpected " + pdu);
      }
    }
  }

  /** What a SCSI Response PDU says of a command that returned no data. */
  public static ScsiReply reply(RawPdu response) {
    return new ScsiReply(response.u8(3), sense(response), new byte[0]);
  }

  private void answerR2t(RawPdu pdu, byte... dataOut) throws IOException {
    int offset = pdu.i32(40);
    int length = pdu.i32(44);
    require(
        offset >= 0 && length > 0 && length <= maxBurst && offset + length <= dataOut.length,
        pdu,
        "R2T for %d bytes at offset %d of %d".formatted(length, offset, dataOut.length));
    sendData(pdu.taskTag(), pdu.i32(20), dataOut, offset, offset + length);
  }

  /** Sense data follows its length of two bytes (RFC 7143 clause 11.4.7.2). */
  private static byte[] sense(RawPdu pdu) {
    byte[] data = pdu.data();
    if (data.length < 2) {
      return new byte[0];
    }
    int length = (data[0] & 0xff) << 8 | (data[1] & 0xff);
    return Arrays.copyOfRange(data, 2, 2 + Math.min(length, data.length - 2));
  }

  /** The next PDU of a task; pings of the target are answered on the way. */
  private RawPdu receiveFor(int tag) throws IOException {
    while (true) {
      RawPdu pdu = connection.receive();
      if (pdu.opcode() == RawPdu.NOP_IN && pdu.taskTag() == NO_TAG) {
        answerPing(pdu);
      } else if (pdu.opcode() == RawPdu.REJECT) {
        throw new IOException("rejected, reason %02x".formatted(pdu.u8(2)));
      } else {
        require(pdu.taskTag() == tag, pdu, "expected task tag %08x".formatted(tag));
        return pdu;
      }
    }
  }

  /** Answers a NOP-In that asks for it (RFC 7143 clause 11.19). */
  public void answerPing(RawPdu ping) throws IOException {
    if (ping.i32(20) == NO_TAG) {
      return;
    }
    connection.send(
        RawPdu.of(RawPdu.NOP_OUT | RawPdu.IMMEDIATE, RawPdu.FINAL, ping.data())
            .bytes(8, Arrays.copyOfRange(ping.header(), 8, 16))
            .i32(16, NO_TAG)
            .i32(20, ping.i32(20))
            .i32(24, cmdSn)
            .i32(28, connection.expStatSn()));
  }

  /** Sends an immediate ping and waits for its echo (RFC 7143 clauses 11.18 and 11.19). */
  public byte[] ping(byte... data) throws IOException {
    int tag = nextTag++;
    connection.send(
        RawPdu.of(RawPdu.NOP_OUT | RawPdu.IMMEDIATE, RawPdu.FINAL, data)
            .i32(16, tag)
            .i32(20, NO_TAG)
            .i32(24, cmdSn)
            .i32(28, connection.expStatSn()));
    RawPdu pdu = receiveFor(tag);
    require(pdu.opcode() == RawPdu.NOP_IN, pdu, "a ping was answered otherwise");
    return pdu.data();
  }

  /**
   * An immediate task management request (RFC 7143 clause 11.5).
   *
   * @param referencedTag the task of {@link #ABORT_TASK}; ignored by {@link #LOGICAL_UNIT_RESET}
   * @return the response code
   */
  public int manage(int function, int referencedTag) throws IOException {
    int tag = nextTag++;
    connection.send(
        RawPdu.of(RawPdu.TASK_MANAGEMENT_REQUEST | RawPdu.IMMEDIATE, RawPdu.FINAL | function)
            .bytes(8, lun())
            .i32(16, tag)
            .i32(20, function == ABORT_TASK ? referencedTag : NO_TAG)
            .i32(24, cmdSn)
            .i32(28, connection.expStatSn()));
    RawPdu pdu = receiveFor(tag);
    require(
        pdu.opcode() == RawPdu.TASK_MANAGEMENT_RESPONSE,
        pdu,
        "task management was answered otherwise");
    return pdu.u8(2);
  }

  @Override
  public void drop() throws IOException {
    closed = true;
    connection.close();
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (connection) {
      int tag = nextTag++;
      connection.send(
          RawPdu.of(RawPdu.LOGOUT_REQUEST | RawPdu.IMMEDIATE, RawPdu.FINAL)
              .i32(16, tag)
              .i32(24, cmdSn)
              .i32(28, connection.expStatSn()));
      RawPdu pdu = receiveFor(tag);
      require(
          pdu.opcode() == RawPdu.LOGOUT_RESPONSE && pdu.u8(2) == 0, pdu, "logout did not succeed");
    }
  }

  private static void require(boolean condition, RawPdu pdu, String otherwise) throws IOException {
    if (!condition) {
      throw new IOException(otherwise + ": " + pdu);
    }
  }
}
