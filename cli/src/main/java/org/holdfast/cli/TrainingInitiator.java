package org.holdfast.cli;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * As much of an initiator as a training run needs (RFC 7143): one command at a time, 16-byte CDBs,
 * no digests. Any answer but success is an {@link IOException}. For one thread.
 */
final class TrainingInitiator implements AutoCloseable {
  private static final int BHS = 48;
  private static final int BLOCK = 512;
  private static final int SMALL = 4096;
  private static final int LARGE = 65_536;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final int IMMEDIATE = 0x40;
  private static final int FINAL = 0x80;
  private static final int READ = 0x40;
  private static final int WRITE = 0x20;

  // Opcodes, RFC 7143 clause 11.2.1.2.
  private static final int SCSI_COMMAND = 0x01;
  private static final int LOGIN_TASK = 0;
  private static final int ATTENTIONS = 10;
  private static final int LOGIN = 0x03;
  private static final int TEXT = 0x04;
  private static final int DATA_OUT = 0x05;
  private static final int LOGOUT = 0x06;
  private static final int SCSI_RESPONSE = 0x21;
  private static final int LOGIN_RESPONSE = 0x23;
  private static final int TEXT_RESPONSE = 0x24;
  private static final int DATA_IN = 0x25;
  private static final int LOGOUT_RESPONSE = 0x26;
  private static final int R2T = 0x31;

  private final Socket socket;
  private final DataInputStream in;
  private int task;
  private int cmdSn = 1;
  private int expStatSn;

  private record Reply(ByteBuffer header) {
    int opcode() {
      return header.get(0) & 0x3f;
    }

    int flags() {
      return header.get(1) & 0xff;
    }
  }

  private TrainingInitiator(InetSocketAddress portal) throws IOException {
    socket = new Socket();
    socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
    socket.setTcpNoDelay(true);
    socket.connect(portal, Math.toIntExact(PATIENCE.toMillis()));
    in = new DataInputStream(socket.getInputStream());
  }

  /** A discovery session that asks for all targets. */
  static void discover(InetSocketAddress portal) throws IOException {
    try (TrainingInitiator initiator = new TrainingInitiator(portal)) {
      initiator.login("SessionType=Discovery\0AuthMethod=None\0");
      initiator.send(
          initiator.header(TEXT | IMMEDIATE, FINAL).putInt(20, -1).putInt(24, initiator.cmdSn),
          "SendTargets=All\0".getBytes(StandardCharsets.US_ASCII));
      initiator.receive(TEXT_RESPONSE);
    }
  }

  /** A normal session. */
  static TrainingInitiator login(InetSocketAddress portal, String target) throws IOException {
    TrainingInitiator initiator = new TrainingInitiator(portal);
    try {
      initiator.login("SessionType=Normal\0TargetName=" + target + "\0AuthMethod=None\0");
      return initiator;
    } catch (IOException e) {
      initiator.socket.close();
      throw e;
    }
  }

  private void login(String names) throws IOException {
    // Security stage, then operational stage (clause 6.3).
    step(0x81, "InitiatorName=iqn.2026-11.org.holdfast:trainer\0" + names);
    step(
        0x87,
        "HeaderDigest=None\0DataDigest=None\0MaxRecvDataSegmentLength=262144\0"
            + "InitialR2T=Yes\0ImmediateData=Yes\0MaxBurstLength=262144\0"
            + "FirstBurstLength=65536\0MaxConnections=1\0ErrorRecoveryLevel=0\0");
  }

  /** One request of a login; all of them have the same tag. */
  private void step(int stages, String keys) throws IOException {
    ByteBuffer header =
        header(LOGIN | IMMEDIATE, stages)
            .putInt(8, 0x8000_0000)
            .putShort(12, (short) 1)
            .putInt(16, LOGIN_TASK)
            .putInt(24, cmdSn);
    send(header, keys.getBytes(StandardCharsets.US_ASCII));
    Reply reply = receive(LOGIN_RESPONSE);
    if (reply.header().getShort(36) != 0) {
      throw new IOException("login status %04x".formatted(reply.header().getShort(36)));
    }
  }

  /** What initiators ask for before they use a disk. */
  void lookAround() throws IOException {
    takeAttentions();
    read(cdb(0x12).put(4, (byte) 96), 96);
    read(cdb(0x12).put(1, (byte) 1).put(4, (byte) 0xff), 255);
    read(cdb(0x12).put(1, (byte) 1).put(2, (byte) 0x83).put(4, (byte) 0xff), 255);
    read(cdb(0x12).put(1, (byte) 1).put(2, (byte) 0xb0).put(4, (byte) 0xff), 255);
    read(cdb(0xa0).putInt(6, 256), 256);
    read(cdb(0x9e).put(1, (byte) 0x10).putInt(10, 32), 32);
    read(cdb(0x1a).put(2, (byte) 0x3f).put(4, (byte) 0xff), 255);
    read(cdb(0x5e).putShort(7, (short) 255), 255);
  }

  /** TEST UNIT READY until no unit attention is left: the first one of a session finds some. */
  private void takeAttentions() throws IOException {
    byte status;
    int left = ATTENTIONS;
    do {
      command(FINAL, 0, cdb(0x00), new byte[0]);
      status = receive(SCSI_RESPONSE).header().get(3);
      left--;
    } while (status != 0 && left > 0);
    mustBeGood(status);
  }

  /** A write with immediate data, one that the target has to ask for, and reads of both sizes. */
  void writeAndRead(int round) throws IOException {
    long block = round * 16L % 4096;
    write(block, new byte[SMALL], SMALL);
    write(block, new byte[2 * SMALL], 0);
    read(readWrite(0x88, block, SMALL), SMALL);
    read(readWrite(0x88, block, LARGE), LARGE);
  }

  private static ByteBuffer cdb(int opcode) {
    return ByteBuffer.allocate(16).put(0, (byte) opcode);
  }

  private static ByteBuffer readWrite(int opcode, long block, int bytes) {
    return cdb(opcode).putLong(2, block).putInt(10, bytes / BLOCK);
  }

  private void read(ByteBuffer cdb, int length) throws IOException {
    command(FINAL | READ, length, cdb, new byte[0]);
    await(new byte[0]);
  }

  private void write(long block, byte[] data, int immediate) throws IOException {
    byte[] now = new byte[immediate];
    command(FINAL | WRITE, data.length, readWrite(0x8a, block, data.length), now);
    await(data);
  }

  private void command(int flags, int length, ByteBuffer cdb, byte[] immediate) throws IOException {
    ByteBuffer header = header(SCSI_COMMAND, flags).putInt(20, length).putInt(24, cmdSn++);
    send(header.put(32, cdb, 0, cdb.capacity()), immediate);
  }

  private void await(byte[] data) throws IOException {
    while (true) {
      Reply reply = receive();
      switch (reply.opcode()) {
        case DATA_IN -> {
          if ((reply.flags() & 1) != 0) {
            mustBeGood(reply.header().get(3));
            return;
          }
        }
        case R2T -> {
          int offset = reply.header().getInt(40);
          byte[] asked = new byte[reply.header().getInt(44)];
          System.arraycopy(data, offset, asked, 0, asked.length);
          ByteBuffer header =
              header(DATA_OUT, FINAL).putInt(16, reply.header().getInt(16)).putInt(40, offset);
          send(header.putInt(20, reply.header().getInt(20)), asked);
        }
        case SCSI_RESPONSE -> {
          mustBeGood(reply.header().get(3));
          return;
        }
        default -> throw new IOException("opcode %02x".formatted(reply.opcode()));
      }
    }
  }

  private static void mustBeGood(byte status) throws IOException {
    if (status != 0) {
      throw new IOException("SCSI status %02x".formatted(status));
    }
  }

  private ByteBuffer header(int opcode, int flags) {
    return ByteBuffer.allocate(BHS)
        .put(0, (byte) opcode)
        .put(1, (byte) flags)
        .putInt(16, ++task)
        .putInt(28, expStatSn);
  }

  private void send(ByteBuffer header, byte[] data) throws IOException {
    header.putInt(4, data.length);
    byte[] all = new byte[BHS + (data.length + 3) / 4 * 4];
    ByteBuffer.wrap(all).put(header).put(data);
    socket.getOutputStream().write(all);
  }

  private Reply receive() throws IOException {
    ByteBuffer header = ByteBuffer.wrap(in.readNBytes(BHS));
    if (header.capacity() < BHS) {
      throw new EOFException("the daemon closed the connection");
    }
    int length = header.getInt(4) & 0xff_ffff;
    in.skipNBytes((length + 3L) / 4 * 4);
    Reply reply = new Reply(header);
    boolean numbered =
        reply.opcode() != R2T && (reply.opcode() != DATA_IN || (reply.flags() & 1) != 0);
    if (numbered) {
      expStatSn = header.getInt(24) + 1;
    }
    return reply;
  }

  private Reply receive(int opcode) throws IOException {
    Reply reply = receive();
    if (reply.opcode() != opcode) {
      throw new IOException("opcode %02x, not %02x".formatted(reply.opcode(), opcode));
    }
    return reply;
  }

  /** Logs out. */
  @Override
  public void close() throws IOException {
    try (socket) {
      send(header(LOGOUT | IMMEDIATE, FINAL).putInt(24, cmdSn), new byte[0]);
      receive(LOGOUT_RESPONSE);
    }
  }
}
