package org.holdfast.vms.initiator;

import java.io.IOException;

/**
 * One iSCSI session with one connection to one logical unit: one I_T nexus. One command at a time.
 *
 * <p>Thread: one at a time, any.
 */
public interface TestInitiator extends AutoCloseable {

  /**
   * Sends a command and waits for its status.
   *
   * @param cdb 6 to 16 bytes
   * @param dataOut what the command sends, possibly empty
   * @param expectedIn the most bytes that the command may return
   * @throws IOException when the connection is lost or the target breaks the protocol; a status
   *     other than GOOD is a reply, not an exception
   */
  ScsiReply execute(byte[] cdb, byte[] dataOut, int expectedIn) throws IOException;

  /** A command that only returns data. */
  default ScsiReply read(byte[] cdb, int expectedIn) throws IOException {
    return execute(cdb, new byte[0], expectedIn);
  }

  /** A command that only sends data, or none at all. */
  default ScsiReply write(byte[] cdb, byte... dataOut) throws IOException {
    return execute(cdb, dataOut, 0);
  }

  /** Cuts the TCP connection without a logout, as a node that loses power does. */
  void drop() throws IOException;

  /** Logs out and closes the connection; nothing when it was dropped before. */
  @Override
  void close() throws IOException;
}
