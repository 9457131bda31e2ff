package org.holdfast.vms.replay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.ScsiReply;
import org.holdfast.vms.initiator.TestInitiator;

/**
 * Blocks with recognizable content: each name stands for one block of bytes drawn from its seed.
 */
final class DiskAccess {
  /** Blocks at either end that hold a partition table and its copy. */
  private static final int LAYOUT_BLOCKS = 34;

  private static final int CAPACITY16_LENGTH = 32;

  private final Set<String> names = ConcurrentHashMap.newKeySet();
  private final int blockLength;

  /** Asks the disk for its block length once; {@code path} must have no unit attention pending. */
  DiskAccess(TestInitiator path) throws IOException {
    ScsiReply reply = path.read(Cdbs.readCapacity10(), 8);
    if (!reply.good()) {
      throw new IOException("READ CAPACITY(10): " + reply);
    }
    this.blockLength = ByteBuffer.wrap(reply.data()).getInt(4);
  }

  private byte[] block(String name) {
    byte[] block = new byte[blockLength];
    new Random(name.hashCode()).nextBytes(block);
    return block;
  }

  String write(TestInitiator path, long lba, String name) throws IOException {
    names.add(name);
    return path.write(Cdbs.write10(lba, 1), block(name)).toString();
  }

  /** {@code DATA name}, or the status when it is not GOOD. */
  String read(TestInitiator path, long lba) throws IOException {
    ScsiReply reply = path.read(Cdbs.read10(lba, 1), blockLength);
    if (!reply.good()) {
      return reply.toString();
    }
    for (String name : names) {
      if (Arrays.equals(reply.data(), block(name))) {
        return "DATA " + name;
      }
    }
    return "DATA unknown, %d bytes".formatted(reply.data().length);
  }

  /** Capacity and both ends of the disk, as a node reads them to find the partitions. */
  String layout(TestInitiator path) throws IOException {
    ScsiReply capacity = path.read(Cdbs.readCapacity16(CAPACITY16_LENGTH), CAPACITY16_LENGTH);
    if (!capacity.good()) {
      return capacity.toString();
    }
    ByteBuffer fields = ByteBuffer.wrap(capacity.data());
    long last = fields.getLong(0);
    int length = LAYOUT_BLOCKS * fields.getInt(8);
    for (long lba : new long[] {0, last - LAYOUT_BLOCKS + 1}) {
      ScsiReply reply = path.read(Cdbs.read10(lba, LAYOUT_BLOCKS), length);
      if (!reply.good() || reply.data().length != length) {
        return "%s, %d of %d bytes at LBA %d".formatted(reply, reply.data().length, length, lba);
      }
    }
    return capacity.toString();
  }
}
