package org.holdfast.scsi.copy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Map;
import org.holdfast.scsi.ItNexus;
import org.holdfast.scsi.LuIdentity;
import org.holdfast.scsi.LunMap;
import org.jspecify.annotations.Nullable;

/**
 * An identification descriptor CSCD descriptor (SPC-4 clause 6.4.5.3, type E4h): names the copy
 * source or destination by a designator of its Device Identification page.
 *
 * @param deviceType PERIPHERAL DEVICE TYPE, 0..1Fh
 * @param naa the NAA designator of the logical unit as 32 lower-case hex digits; null when the
 *     descriptor holds another designator, which names no unit here
 * @param blockLength DISK BLOCK LENGTH, bytes
 */
record TargetDescriptor(int deviceType, @Nullable String naa, int blockLength) {
  static final int TYPE = 0xE4;
  static final int LENGTH = 32;

  private static final int DIRECT_ACCESS = 0x00;
  private static final int BINARY = 1;
  private static final int NAA = 3;
  private static final int NAA_LENGTH = 16;

  /** NUL of SPC-3: data is to be discarded, not written; SPC-4 has no such thing. */
  static final int NUL = 0x20;

  /** Reads {@value #LENGTH} bytes of {@code list} from {@code at} on; the type has been checked. */
  static TargetDescriptor read(ByteBuffer list, int at) {
    int codeSet = list.get(at + 4) & 0x0F;
    // ASSOCIATION, which is 0 for a logical unit, and DESIGNATOR TYPE; the other bits are reserved.
    int designator = list.get(at + 5) & 0x3F;
    int length = list.get(at + 7) & 0xFF;
    String naa = null;
    if (codeSet == BINARY && designator == NAA && length == NAA_LENGTH) {
      byte[] bytes = new byte[NAA_LENGTH];
      list.get(at + 8, bytes);
      naa = HexFormat.of().formatHex(bytes);
    }
    return new TargetDescriptor(list.get(at + 1) & 0x1F, naa, list.getInt(at + 28) & 0xFF_FFFF);
  }

  /** The descriptor of a disk, {@value #LENGTH} bytes. */
  static byte[] encode(LuIdentity unit, int blockLength) {
    return ByteBuffer.allocate(LENGTH)
        .put((byte) TYPE)
        .put((byte) DIRECT_ACCESS)
        .putShort((short) 0)
        .put((byte) BINARY)
        .put((byte) NAA)
        .put((byte) 0)
        .put((byte) NAA_LENGTH)
        .put(HexFormat.of().parseHex(unit.naa()))
        .putInt(28, blockLength)
        .array();
  }

  boolean isDisk() {
    return deviceType == DIRECT_ACCESS;
  }

  /** Where {@code nexus} sees the unit; null when it sees no such unit. */
  @Nullable Place find(ItNexus nexus) {
    return naa == null ? null : find(nexus, naa);
  }

  /** Where {@code nexus} sees the unit named {@code naa}, writable if it can be; null: nowhere. */
  static @Nullable Place find(ItNexus nexus, String naa) {
    Place found = null;
    for (Map.Entry<Integer, LunMap.MappedLun> entry : nexus.luns().units().entrySet()) {
      LunMap.MappedLun mapped = entry.getValue();
      if (mapped.unit().identity().naa().equals(naa) && (found == null || !mapped.readOnly())) {
        found = new Place(nexus, LunMap.encode(entry.getKey()), mapped.unit());
        if (!mapped.readOnly()) {
          return found;
        }
      }
    }
    return found;
  }
}
