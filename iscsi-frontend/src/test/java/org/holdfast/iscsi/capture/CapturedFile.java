package org.holdfast.iscsi.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A file in memory, and a reader of it that holds every length and checksum against the rest. */
public final class CapturedFile implements CaptureFile {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  boolean closed;

  /** The disk is full when the file has so many bytes. */
  int room = Integer.MAX_VALUE;

  @Override
  public synchronized void append(ByteBuffer more) throws IOException {
    byte[] taken = new byte[Math.min(more.remaining(), room - bytes.size())];
    more.get(taken);
    bytes.writeBytes(taken);
    if (more.hasRemaining()) {
      throw new IOException("No space left on device");
    }
  }

  @Override
  public synchronized void truncate(long length) {
    byte[] all = bytes.toByteArray();
    bytes.reset();
    bytes.write(all, 0, (int) length);
  }

  @Override
  public void close() {
    closed = true;
  }

  synchronized byte[] bytes() {
    return bytes.toByteArray();
  }

  /**
   * One packet of TCP.
   *
   * @param source {@code 192.0.2.1:4711}
   * @param flags epb_flags
   * @param payload where it lies in the file
   */
  public record Packet(
      long nanos,
      int flags,
      String source,
      String destination,
      int sequence,
      int acknowledged,
      int tcpFlags,
      ByteBuffer payload) {
    public byte[] bytes() {
      byte[] copy = new byte[payload.remaining()];
      payload.get(payload.position(), copy);
      return copy;
    }
  }

  /** The block at the end. */
  public record Statistics(long received, long dropped) {}

  /** What the file of a capture holds. */
  public static List<Packet> packets(Path path) throws IOException {
    CapturedFile file = new CapturedFile();
    file.bytes.writeBytes(Files.readAllBytes(path));
    return file.read().packets;
  }

  final List<Packet> packets = new ArrayList<>();
  final List<Statistics> statistics = new ArrayList<>();

  /** Reads what is there by the specification, not by what the writer does. */
  CapturedFile read() {
    packets.clear();
    statistics.clear();
    ByteBuffer file = ByteBuffer.wrap(bytes());
    assertThat(file.getInt(0)).isEqualTo(0x0A0D0D0A);
    assertThat(file.getInt(8)).as("big-endian").isEqualTo(0x1A2B3C4D);
    while (file.hasRemaining()) {
      int start = file.position();
      int type = file.getInt();
      int length = file.getInt();
      assertThat(length).isGreaterThanOrEqualTo(12);
      assertThat(length % 4).isZero();
      assertThat(file.getInt(start + length - 4)).as("length behind the block").isEqualTo(length);
      ByteBuffer body = file.slice(start + 8, length - 12);
      switch (type) {
        case 0x0A0D0D0A -> assertThat(start).isZero();
        case 1 -> {
          assertThat(body.getShort(0)).as("LINKTYPE_RAW").isEqualTo((short) 101);
          assertThat(option(body.slice(8, body.capacity() - 8), 9).get()).isEqualTo((byte) 9);
        }
        case 5 -> {
          ByteBuffer options = body.slice(12, body.capacity() - 12);
          statistics.add(
              new Statistics(option(options, 4).getLong(), option(options, 5).getLong()));
        }
        case 6 -> packets.add(packet(body));
        default -> throw new AssertionError("block " + type);
      }
      file.position(start + length);
    }
    return this;
  }

  private static ByteBuffer option(ByteBuffer from, int wanted) {
    ByteBuffer options = from.duplicate();
    while (true) {
      int code = options.getShort();
      int length = options.getShort();
      if (code == wanted) {
        return options.slice(options.position(), length);
      }
      assertThat(code).as("option %d is there", wanted).isNotZero();
      options.position(options.position() + (length + 3 & ~3));
    }
  }

  private static Packet packet(ByteBuffer body) {
    long nanos = body.getLong(4);
    int captured = body.getInt(12);
    assertThat(body.getInt(16)).isEqualTo(captured);
    int padded = captured + 3 & ~3;
    int flags = option(body.slice(20 + padded, body.capacity() - 20 - padded), 2).getInt();
    ByteBuffer packet = body.slice(20, captured);
    boolean six = packet.get(0) >>> 4 == 6;
    int headers = six ? 40 : 20;
    int size = six ? 4 * 4 : 4;
    int addresses = six ? 8 : 12;
    if (six) {
      assertThat(packet.getShort(4) & 0xFFFF).isEqualTo(captured - 40);
      assertThat(packet.get(6)).isEqualTo((byte) 6);
    } else {
      assertThat(packet.getShort(2) & 0xFFFF).isEqualTo(captured);
      assertThat(packet.get(9)).isEqualTo((byte) 6);
      assertThat(folded(packet.slice(0, 20))).as("checksum of the IP header").isEqualTo(0xFFFF);
    }
    ByteBuffer tcp = packet.slice(headers, captured - headers);
    ByteBuffer checked = ByteBuffer.allocate(2 * size + 8 + tcp.capacity());
    checked.put(packet.slice(addresses, 2 * size)).putInt(tcp.capacity()).putInt(6).put(tcp);
    tcp.clear();
    assertThat(folded(checked.flip())).as("checksum of TCP").isEqualTo(0xFFFF);
    return new Packet(
        nanos,
        flags,
        address(packet, addresses, size, tcp.getShort(0)),
        address(packet, addresses + size, size, tcp.getShort(2)),
        tcp.getInt(4),
        tcp.getInt(8),
        tcp.get(13),
        tcp.slice(20, tcp.capacity() - 20));
  }

  private static String address(ByteBuffer packet, int at, int size, short port) {
    byte[] address = new byte[size];
    packet.get(at, address);
    try {
      return InetAddress.getByAddress(address).getHostAddress() + ":" + (port & 0xFFFF);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  /** The sum over data with its checksum is FFFFh (RFC 1071). */
  private static int folded(ByteBuffer bytes) {
    int sum = 0;
    byte[] even = Arrays.copyOf(bytes.array(), bytes.array().length);
    int start = bytes.arrayOffset();
    for (int i = 0; i < bytes.capacity(); i++) {
      sum += (even[start + i] & 0xFF) << (i % 2 == 0 ? 8 : 0);
      sum = (sum & 0xFFFF) + (sum >>> 16);
    }
    return sum;
  }
}
