package org.holdfast.vms.bench.load;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Logs in (RFC 7143 clause 6.3) and sends single commands, one at a time, before the load begins.
 */
public final class IscsiSession implements AutoCloseable {
  private static final String INITIATOR = "iqn.2026-11.org.holdfast:bench";
  private static final int SECURITY = 0;
  private static final int OPERATIONAL = 1;
  private static final int FULL_FEATURE = 3;
  private static final int MOST_STEPS = 10;
  private static final int MOST_ATTENTIONS = 20;
  private static final int GOOD = 0;
  private static final int CHECK_CONDITION = 2;
  private static final int RESERVATION_CONFLICT = 0x18;
  private static final int UNIT_ATTENTION = 6;
  private static final int RESERVE = 1;
  private static final int REGISTER_AND_IGNORE = 6;
  private static final byte WRITE_EXCLUSIVE_REGISTRANTS_ONLY = 5;
  private static final int NONE = 0xffff_ffff;

  private final SocketChannel channel;
  private final Wire wire;
  private final Endpoint endpoint;
  private final Numbering numbering = new Numbering(1);
  private Limits limits = Limits.agreed(Map.of());
  private int tag;

  private IscsiSession(SocketChannel channel, Endpoint endpoint) {
    this.channel = channel;
    this.endpoint = endpoint;
    wire = new Wire(channel);
  }

  /**
   * Connects and logs in, with an ISID of its own.
   *
   * @param digests whether header and data digests are offered; a target that declines is an error
   */
  public static IscsiSession login(Endpoint endpoint, boolean digests) throws IOException {
    byte[] isid = new byte[6];
    ThreadLocalRandom.current().nextBytes(isid);
    isid[0] = (byte) 0x80; // type "random" (RFC 7143 clause 11.12.5)
    return login(endpoint, isid, digests);
  }

  /**
   * Logs in, without digests, as an initiator port that is the same each time.
   *
   * @param port its number, 0 to 65535
   */
  public static IscsiSession loginAs(Endpoint endpoint, int port) throws IOException {
    byte[] isid = {(byte) 0x80, 0, 0, 0, (byte) (port >> Byte.SIZE), (byte) port};
    return login(endpoint, isid, false);
  }

  private static IscsiSession login(Endpoint endpoint, byte[] isid, boolean digests)
      throws IOException {
    SocketChannel channel = SocketChannel.open(endpoint.portal());
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      IscsiSession session = new IscsiSession(channel, endpoint);
      session.negotiate(isid, digests);
      return session;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  SocketChannel channel() {
    return channel;
  }

  Limits limits() {
    return limits;
  }

  Numbering numbering() {
    return numbering;
  }

  int lun() {
    return endpoint.lun();
  }

  private void negotiate(byte[] isid, boolean digests) throws IOException {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("InitiatorName", INITIATOR);
    names.put("SessionType", "Normal");
    names.put("TargetName", endpoint.target());
    names.put("AuthMethod", "None");
    Map<String, String> agreed = stage(isid, SECURITY, OPERATIONAL, names);
    agreed.putAll(stage(isid, OPERATIONAL, FULL_FEATURE, Limits.offer(digests)));
    limits = Limits.agreed(agreed);
    if (digests && !(limits.headerDigest() && limits.dataDigest())) {
      throw new IOException("the target declined header or data digests");
    }
    wire.useDigests(limits);
  }

  private Map<String, String> stage(byte[] isid, int current, int next, Map<String, String> keys)
      throws IOException {
    StringBuilder text = new StringBuilder();
    keys.forEach((key, value) -> text.append(key).append('=').append(value).append('\0'));
    byte[] data = text.toString().getBytes(StandardCharsets.UTF_8);
    Map<String, String> answers = new LinkedHashMap<>();
    for (int step = 0; step < MOST_STEPS; step++) {
      byte[] header = new byte[Wire.HEADER_BYTES];
      header[0] = 0x43; // Login Request, immediate
      header[1] = (byte) (0x80 | current << 2 | next);
      System.arraycopy(isid, 0, header, 8, isid.length);
      ByteBuffer.wrap(header).putInt(24, numbering.cmdSn()).putInt(28, numbering.expStatSn());
      wire.send(header, data);
      Wire.Received answer = wire.receive();
      if (answer.opcode() != 0x23) {
        throw new IOException("a login was answered with opcode %02x".formatted(answer.opcode()));
      }
      if (answer.u8(36) != 0) {
        throw new IOException(
            "login refused, status %02x%02x".formatted(answer.u8(36), answer.u8(37)));
      }
      numbers(answer);
      for (String pair : new String(answer.data(), StandardCharsets.UTF_8).split("\0", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          answers.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
      }
      if ((answer.u8(1) & 0x80) != 0) {
        return answers;
      }
      data = new byte[0];
    }
    throw new IOException("login did not end in " + MOST_STEPS + " steps");
  }

  private void numbers(Wire.Received pdu) {
    numbering.statusReceived(pdu.header().getInt(24));
    numbering.windowReceived(pdu.header().getInt(32));
  }

  /** Waits until the unit is ready, unit attentions told. */
  Capacity awaitReady(int lun) throws IOException {
    for (int i = 0; i < MOST_ATTENTIONS; i++) {
      Reply reply = command(lun, new byte[6], 0);
      if (reply.status == GOOD) {
        return capacity(lun);
      }
      if (reply.status != CHECK_CONDITION || reply.senseKey() != UNIT_ATTENTION) {
        throw reply.failure("TEST UNIT READY");
      }
    }
    throw new IOException("more than " + MOST_ATTENTIONS + " unit attentions in a row");
  }

  /** Number and size of the logical blocks, from READ CAPACITY (10). */
  private Capacity capacity(int lun) throws IOException {
    byte[] cdb = new byte[10];
    cdb[0] = 0x25;
    ByteBuffer data = ByteBuffer.wrap(command(lun, cdb, 8).good("READ CAPACITY (10)", 8));
    return new Capacity(Integer.toUnsignedLong(data.getInt()) + 1, data.getInt());
  }

  record Capacity(long blocks, int blockBytes) {}

  /** The WCE bit of the caching mode page: whether GOOD may come before stable storage. */
  public boolean writeCacheEnabled() throws IOException {
    awaitReady(endpoint.lun());
    byte[] cdb = {0x1a, 0x08, 0x08, 0, (byte) 0xc0, 0};
    byte[] data = command(endpoint.lun(), cdb, 0xc0).good("MODE SENSE (6)", 4);
    int page = 4 + (data[3] & 0xff); // behind the block descriptors, if the target sends them
    if (data.length < page + 3 || (data[page] & 0x3f) != 0x08) {
      throw new IOException("no caching mode page in " + HexFormat.of().formatHex(data));
    }
    return (data[page + 2] & 0x04) != 0;
  }

  /**
   * Registers this I_T nexus under a key, whatever it was registered under before, and reserves the
   * unit with Write Exclusive, Registrants Only if nobody else has (SPC-4 clause 6.16).
   */
  public void registerAndReserve(long key) throws IOException {
    awaitReady(endpoint.lun());
    persistentReserveOut(REGISTER_AND_IGNORE, 0, key).good("REGISTER", 0);
    Reply reserved = persistentReserveOut(RESERVE, key, 0);
    if (reserved.status != RESERVATION_CONFLICT) {
      reserved.good("RESERVE", 0);
    }
  }

  private Reply persistentReserveOut(int action, long key, long actionKey) throws IOException {
    byte[] list = new byte[24];
    ByteBuffer.wrap(list).putLong(key).putLong(actionKey);
    byte[] cdb = {0x5f, (byte) action, WRITE_EXCLUSIVE_REGISTRANTS_ONLY, 0, 0, 0, 0, 0, 24, 0};
    return command(endpoint.lun(), cdb, 0, list);
  }

  @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
  private record Reply(int status, byte[] data, byte[] sense) {
    int senseKey() {
      return sense.length > 4 ? sense[4] & 0x0f : 0;
    }

    byte[] good(String command, int atLeast) throws IOException {
      if (status != GOOD || data.length < atLeast) {
        throw failure(command);
      }
      return data;
    }

    IOException failure(String command) {
      return new IOException(
          "%s: status %02x, %d bytes, sense %s"
              .formatted(command, status, data.length, HexFormat.of().formatHex(sense)));
    }
  }

  /**
   * @param out data that fits beside the command; sent with it
   */
  private Reply command(int lun, byte[] cdb, int expected, byte... out) throws IOException {
    byte[] header = new byte[Wire.HEADER_BYTES];
    header[0] = 0x01;
    header[1] = (byte) (0x81 | (expected > 0 ? 0x40 : 0) | (out.length > 0 ? 0x20 : 0));
    header[9] = (byte) lun;
    ByteBuffer fields = ByteBuffer.wrap(header);
    fields.putInt(16, tag++).putInt(20, Math.max(expected, out.length));
    fields.putInt(24, numbering.takeCmdSn()).putInt(28, numbering.expStatSn());
    System.arraycopy(cdb, 0, header, 32, cdb.length);
    wire.send(header, out);
    byte[] data = new byte[0];
    while (true) {
      Wire.Received pdu = wire.receive();
      switch (pdu.opcode()) {
        case 0x25 -> {
          int before = data.length;
          data = Arrays.copyOf(data, before + pdu.data().length);
          System.arraycopy(pdu.data(), 0, data, before, pdu.data().length);
          if ((pdu.u8(1) & 0x01) != 0) {
            numbers(pdu);
            return new Reply(pdu.u8(3), data, new byte[0]);
          }
        }
        case 0x21 -> {
          numbers(pdu);
          return new Reply(pdu.u8(3), data, pdu.data());
        }
        case 0x20 -> answerPing(pdu);
        default -> throw new IOException("unexpected opcode %02x".formatted(pdu.opcode()));
      }
    }
  }

  private void answerPing(Wire.Received ping) throws IOException {
    if (ping.header().getInt(20) == NONE) {
      return;
    }
    byte[] header = new byte[Wire.HEADER_BYTES];
    header[0] = 0x40; // NOP-Out, immediate
    header[1] = (byte) 0x80;
    ByteBuffer fields = ByteBuffer.wrap(header);
    fields.putLong(8, ping.header().getLong(8));
    fields.putInt(16, NONE).putInt(20, ping.header().getInt(20));
    fields.putInt(24, numbering.cmdSn()).putInt(28, numbering.expStatSn());
    wire.send(header);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
