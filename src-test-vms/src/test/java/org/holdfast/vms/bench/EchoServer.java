package org.holdfast.vms.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * The bare echo for machines without a C compiler: the same protocol as {@code bench/echo.c}, which
 * says what it is. A program of its own; it prints its port and runs until it is ended.
 */
public final class EchoServer {
  private static final int HEADER_BYTES = 48;
  private static final int BUFFER_BYTES = 256 * 1024;
  private static final int NONE = -1;
  private static final byte[] REST_OF_HEADER = new byte[HEADER_BYTES - Integer.BYTES];

  private EchoServer() {}

  /** One connection: what has come in, and how much is still to come and to go. */
  private static final class Connection {
    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES).flip();
    private int skip;
    private int answer = NONE;
    private int owed;

    Connection(SocketChannel channel) {
      this.channel = channel;
    }

    boolean serve() throws IOException {
      if (channel.read(in) < 0) {
        return false;
      }
      in.flip();
      do {
        fill();
        channel.write(out);
      } while (!out.hasRemaining() && canGoOn());
      in.compact();
      return true;
    }

    boolean waitsToWrite() {
      return out.hasRemaining();
    }

    private boolean canGoOn() {
      return owed > 0 || (skip == 0 && (answer >= 0 || in.remaining() >= HEADER_BYTES));
    }

    /** Turns requests into answers until one of the buffers is used up. */
    private void fill() {
      if (out.hasRemaining()) {
        return;
      }
      out.clear();
      while (true) {
        int zeros = Math.min(owed, out.remaining());
        out.position(out.position() + zeros);
        owed -= zeros;
        int skipped = Math.min(skip, in.remaining());
        in.position(in.position() + skipped);
        skip -= skipped;
        if (owed > 0 || skip > 0 || out.remaining() < HEADER_BYTES) {
          break;
        }
        if (answer >= 0) {
          out.putInt(answer).put(REST_OF_HEADER);
          owed = answer;
          answer = NONE;
        } else if (in.remaining() >= HEADER_BYTES) {
          int at = in.position();
          skip = in.getInt(at);
          answer = in.getInt(at + Integer.BYTES);
          in.position(at + HEADER_BYTES);
        } else {
          break;
        }
      }
      out.flip();
    }
  }

  public static void main(String[] arguments) throws IOException {
    try (Selector selector = Selector.open();
        ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      listener.configureBlocking(false);
      listener.register(selector, SelectionKey.OP_ACCEPT);
      System.out.println("port " + listener.socket().getLocalPort());
      while (true) {
        selector.select();
        for (SelectionKey key : selector.selectedKeys()) {
          if (key.isAcceptable()) {
            accept(selector, listener.accept());
          } else {
            serve(key);
          }
        }
        selector.selectedKeys().clear();
      }
    }
  }

  private static void accept(Selector selector, SocketChannel channel) throws IOException {
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.register(selector, SelectionKey.OP_READ, new Connection(channel));
  }

  private static void serve(SelectionKey key) throws IOException {
    Connection connection = (Connection) key.attachment();
    if (!connection.serve()) {
      connection.channel.close();
      return;
    }
    key.interestOps(connection.waitsToWrite() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
  }
}
