package org.holdfast.iscsi.capture;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One connection as packets of IP and TCP. The daemon sees the bytes of a connection, not its
 * packets, so these are made up: addresses and ports are the real ones, sequence numbers begin at 0
 * and count what was recorded, nothing is ever retransmitted.
 *
 * <p>Thread: the capture's writer.
 */
final class TcpStream {
  /** Bytes that one packet can carry: both total lengths of IP have 16 bits. */
  static final int MOST = 0xFFFF - 40;

  /** Flags of the TCP header (RFC 9293 clause 3.1). */
  static final int SYN = 0x02;

  static final int PSH = 0x08;
  static final int ACK = 0x10;

  private static final int TCP_HEADER = 20;
  private static final int TCP = 6;
  private static final int HOPS = 64;
  private static final int WINDOW = 0xFFFF;
  private static final int DONT_FRAGMENT = 0x4000;

  /** One end. */
  private static final class End {
    final InetSocketAddress address;

    /** Number of the next byte that it sends. */
    int next;

    End(InetSocketAddress address) {
      this.address = address;
    }
  }

  private final End initiator;
  private final End portal;
  private final boolean version6;

  TcpStream(InetSocketAddress initiator, InetSocketAddress portal) {
    this.initiator = new End(initiator);
    this.portal = new End(portal);
    this.version6 =
        initiator.getAddress() instanceof Inet6Address
            || portal.getAddress() instanceof Inet6Address;
  }

  private End sender(Direction direction) {
    return switch (direction) {
      case RECEIVED -> initiator;
      case SENT -> portal;
    };
  }

  /** Bytes of the headers of a packet. */
  int headerLength() {
    return (version6 ? 40 : 20) + TCP_HEADER;
  }

  /** Bytes that nobody recorded: their numbers stay free. */
  void skip(Direction direction, long bytes) {
    sender(direction).next += (int) bytes;
  }

  /** Writes one packet at the position of {@code out}, a big-endian buffer, and moves it. */
  void packet(Direction direction, int flags, ByteBuffer payload, ByteBuffer out) {
    int length = payload.remaining();
    int segment = TCP_HEADER + length;
    End from = sender(direction);
    End to = from.equals(initiator) ? portal : initiator;
    byte[] source = address(from.address.getAddress());
    byte[] destination = address(to.address.getAddress());
    if (version6) {
      // RFC 8200 clause 3.
      out.putInt(6 << 28).putShort((short) segment).put((byte) TCP).put((byte) HOPS);
      out.put(source).put(destination);
    } else {
      // RFC 791 clause 3.1.
      int start = out.position();
      out.putShort((short) 0x4500).putShort((short) (20 + segment));
      out.putShort((short) 0).putShort((short) DONT_FRAGMENT);
      out.put((byte) HOPS).put((byte) TCP).putShort((short) 0);
      out.put(source).put(destination);
      out.putShort(start + 10, Checksum.of(out, start, 20, 0));
    }
    int start = out.position();
    out.putShort((short) from.address.getPort()).putShort((short) to.address.getPort());
    out.putInt(from.next);
    out.putInt((flags & ACK) == 0 ? 0 : to.next);
    out.putShort((short) ((TCP_HEADER / 4) << 12 | flags));
    out.putShort((short) WINDOW).putShort((short) 0).putShort((short) 0);
    out.put(payload);
    long pseudoHeader = Checksum.sum(source) + Checksum.sum(destination) + TCP + segment;
    out.putShort(start + 16, Checksum.of(out, start, segment, pseudoHeader));
    from.next += length + ((flags & SYN) == 0 ? 0 : 1);
  }

  /** 4 or 16 bytes. A channel without addresses, as tests have them, counts as 0.0.0.0. */
  private byte[] address(@Nullable InetAddress address) {
    byte[] bytes = address == null ? new byte[4] : address.getAddress();
    if (!version6 || bytes.length == 16) {
      return bytes;
    }
    // RFC 4291 clause 2.5.5.2.
    return ByteBuffer.allocate(16).putShort(10, (short) 0xFFFF).put(12, bytes).array();
  }
}
