package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What the medium holds, by a reading of SBC-3 of its own: it takes no field and no length from the
 * product. Told of a command that ended GOOD it changes as the medium must have changed; it objects
 * to a command that should not have ended so.
 */
final class MediumModel {
  static final int BLOCK = 512;

  private final byte[] content;

  MediumModel(byte[] content) {
    this.content = content.clone();
  }

  boolean agreesWith(byte[] device) {
    return Arrays.equals(content, device);
  }

  /** The medium may be either after a command that failed or was aborted. */
  void adopt(byte[] device) {
    System.arraycopy(device, 0, content, 0, content.length);
  }

  /** Whether a command with this operation code writes to its own unit. */
  static boolean writes(int opcode) {
    return switch (opcode) {
      case 0x04,
          0x0A,
          0x2A,
          0xAA,
          0x8A,
          0x2E,
          0xAE,
          0x8E,
          0x41,
          0x42,
          0x48,
          0x89,
          0x8B,
          0x93,
          0x9C ->
          true;
      default -> false;
    };
  }

  static boolean reads(int opcode) {
    return opcode == 0x08 || opcode == 0x28 || opcode == 0xA8 || opcode == 0x88;
  }

  static boolean verifies(int opcode) {
    return opcode == 0x2F || opcode == 0xAF || opcode == 0x8F;
  }

  /**
   * The command ended GOOD.
   *
   * @param sent Data-Out as far as the target took it
   * @param received Data-In
   * @return what is wrong with that; empty when nothing is
   */
  String good(byte[] cdb, byte[] sent, byte[] received) {
    ByteBuffer in = ByteBuffer.wrap(cdb);
    int opcode = cdb[0] & 0xFF;
    if (opcode == 0x42) {
      return unmap(in, ByteBuffer.wrap(sent));
    }
    if (opcode == 0x04) {
      Arrays.fill(content, (byte) 0);
      return "";
    }
    boolean ranged = reads(opcode) || verifies(opcode) || writes(opcode);
    if (!ranged || opcode == 0x48) {
      return "";
    }
    long lba = lba(in);
    long count = count(in);
    long last = content.length / BLOCK;
    if (lba < 0 || lba > last || count > last - lba) {
      return "GOOD beyond the last block";
    }
    int at = (int) lba * BLOCK;
    int bytes = (int) count * BLOCK;
    if (reads(opcode)) {
      return same(received, 0, at, bytes) && received.length == bytes ? "" : "other data was read";
    }
    if (verifies(opcode)) {
      return verified(cdb, sent, at, bytes);
    }
    return written(opcode, cdb, sent, at, bytes);
  }

  private String written(int opcode, byte[] cdb, byte[] sent, int at, int bytes) {
    switch (opcode) {
      case 0x41, 0x93 -> {
        boolean noData = opcode == 0x93 && (cdb[1] & 1) != 0;
        byte[] block = noData ? new byte[BLOCK] : sent;
        if (block.length != BLOCK) {
          return "WRITE SAME of " + sent.length + " bytes";
        }
        int end = bytes == 0 ? content.length : at + bytes;
        for (int to = at; to < end; to += BLOCK) {
          System.arraycopy(block, 0, content, to, BLOCK);
        }
      }
      case 0x89 -> {
        if (sent.length != 2 * bytes || !same(sent, 0, at, bytes)) {
          return "written although the comparison fails";
        }
        System.arraycopy(sent, bytes, content, at, bytes);
      }
      case 0x8B -> {
        for (int i = 0; i < sent.length; i++) {
          content[at + i] |= sent[i];
        }
      }
      case 0x9C -> {
        if (sent.length != bytes) {
          return "part of an atomic write";
        }
        System.arraycopy(sent, 0, content, at, bytes);
      }
      default -> {
        if (sent.length > bytes) {
          return "more was taken than the CDB asks for";
        }
        System.arraycopy(sent, 0, content, at, sent.length);
      }
    }
    return "";
  }

  private String verified(byte[] cdb, byte[] sent, int at, int bytes) {
    int check = cdb[1] >> 1 & 3;
    boolean equal =
        switch (check) {
          case 0 -> true;
          case 1 -> same(sent, 0, at, sent.length);
          default ->
              bytes == 0 || (sent.length == BLOCK && differsFromBlockAt(sent, at, bytes) < 0);
        };
    return equal ? "" : "verified although it differs";
  }

  /** MISCOMPARE of VERIFY or COMPARE AND WRITE; empty when it is true and at the right offset. */
  String miscompare(byte[] cdb, byte[] sent, long offset) {
    ByteBuffer in = ByteBuffer.wrap(cdb);
    int at = (int) lba(in) * BLOCK;
    int bytes = (int) count(in) * BLOCK;
    int opcode = cdb[0] & 0xFF;
    int first;
    if (opcode == 0x89) {
      first = Arrays.mismatch(sent, 0, bytes, content, at, at + bytes);
    } else if (verifies(opcode) && (cdb[1] >> 1 & 3) == 1) {
      first = Arrays.mismatch(sent, 0, sent.length, content, at, at + sent.length);
    } else if (verifies(opcode)) {
      first = differsFromBlockAt(sent, at, bytes);
    } else {
      return "a command that compares nothing";
    }
    return first == offset ? "" : "the first difference is at " + first + ", not at " + offset;
  }

  private int differsFromBlockAt(byte[] block, int at, int bytes) {
    for (int i = 0; i < bytes; i++) {
      if (content[at + i] != block[i % BLOCK]) {
        return i;
      }
    }
    return -1;
  }

  private boolean same(byte[] data, int from, int at, int bytes) {
    return from + bytes <= data.length
        && Arrays.equals(data, from, from + bytes, content, at, at + bytes);
  }

  private String unmap(ByteBuffer cdb, ByteBuffer list) {
    if (cdb.getShort(7) == 0) {
      return "";
    }
    int descriptors = (list.getShort(2) & 0xFFFF) / 16;
    for (int at = 8; at < 8 + 16 * descriptors; at += 16) {
      long lba = list.getLong(at);
      long count = list.getInt(at + 8) & 0xFFFF_FFFFL;
      if (lba < 0 || lba + count > content.length / BLOCK) {
        return "unmapped beyond the last block";
      }
      Arrays.fill(content, (int) lba * BLOCK, (int) (lba + count) * BLOCK, (byte) 0);
    }
    return "";
  }

  private static long lba(ByteBuffer cdb) {
    return switch ((cdb.get(0) & 0xFF) >> 5) {
      case 0 -> cdb.getInt(0) & 0x1F_FFFF;
      case 4 -> cdb.getLong(2);
      default -> cdb.getInt(2) & 0xFFFF_FFFFL;
    };
  }

  private static long count(ByteBuffer cdb) {
    int opcode = cdb.get(0) & 0xFF;
    return switch (opcode >> 5) {
      case 0 -> cdb.get(4) == 0 ? 256 : cdb.get(4) & 0xFF;
      case 4 ->
          switch (opcode) {
            case 0x89 -> cdb.get(13) & 0xFF;
            case 0x9C -> cdb.getShort(12) & 0xFFFF;
            default -> cdb.getInt(10) & 0xFFFF_FFFFL;
          };
      case 5 -> cdb.getInt(6) & 0xFFFF_FFFFL;
      default -> cdb.getShort(7) & 0xFFFF;
    };
  }
}
