package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import java.util.List;
import org.holdfast.pr.TargetPort;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.LuIdentity;
import org.jspecify.annotations.Nullable;

/** Vital product data (SPC-4 clause 7.8, SBC-3 clause 6.5). */
final class VpdPages {
  private static final int SUPPORTED_PAGES = 0x00;
  private static final int SERIAL_NUMBER = 0x80;
  private static final int DEVICE_IDENTIFICATION = 0x83;
  private static final int BLOCK_LIMITS = 0xB0;
  private static final int CHARACTERISTICS = 0xB1;
  private static final int PROVISIONING = 0xB2;

  /** Strictly ascending: Windows ignores the B pages otherwise. */
  private static final List<Integer> PAGES =
      List.of(
          SUPPORTED_PAGES,
          SERIAL_NUMBER,
          DEVICE_IDENTIFICATION,
          BLOCK_LIMITS,
          CHARACTERISTICS,
          PROVISIONING);

  private static final int SBC_3_PAGE_LENGTH = 0x3C;

  /** FUAB: FUA and SYNCHRONIZE CACHE do what SBC-3 says (SBC-3 clause 6.5.2). */
  private static final int FUAB = 0x02;

  private VpdPages() {}

  /** The page with its header, or null when there is no such page. */
  static byte @Nullable [] page(
      int code, LuIdentity identity, DeviceProfile profile, TargetPort port) {
    return switch (code) {
      case SUPPORTED_PAGES -> supported(0x00, PAGES);
      case SERIAL_NUMBER -> serialNumber(identity);
      case DEVICE_IDENTIFICATION ->
          wrap(0x00, DEVICE_IDENTIFICATION, DeviceIdentification.designators(identity, port));
      case BLOCK_LIMITS -> blockLimits(profile);
      case CHARACTERISTICS -> characteristics();
      case PROVISIONING -> provisioning();
      default -> null;
    };
  }

  /** Where no unit is, there is only the list that says so. */
  static byte @Nullable [] pageWithoutUnit(int code, int peripheral) {
    return code == SUPPORTED_PAGES ? supported(peripheral, List.of(SUPPORTED_PAGES)) : null;
  }

  private static byte[] supported(int peripheral, List<Integer> codes) {
    byte[] list = new byte[codes.size()];
    for (int i = 0; i < list.length; i++) {
      list[i] = codes.get(i).byteValue();
    }
    return wrap(peripheral, SUPPORTED_PAGES, list);
  }

  private static byte[] serialNumber(LuIdentity identity) {
    ByteBuffer serial = ByteBuffer.allocate(identity.serial().length());
    Bytes.putAscii(serial, identity.serial(), serial.capacity());
    return wrap(0x00, SERIAL_NUMBER, serial.array());
  }

  /** SBC-3 clause 6.5.3. Limits of commands that do not exist here are zero. */
  private static byte[] blockLimits(DeviceProfile profile) {
    ByteBuffer body = ByteBuffer.allocate(SBC_3_PAGE_LENGTH);
    // OPTIMAL TRANSFER LENGTH GRANULARITY: a physical block.
    body.putShort(2, (short) (1 << profile.physicalBlockExponent()));
    // MAXIMUM TRANSFER LENGTH.
    body.putInt(4, Limits.maximumTransferBlocks(profile));
    return wrap(0x00, BLOCK_LIMITS, body.array());
  }

  /** Rotation rate and form factor of what lies behind a file are not known: not reported. */
  private static byte[] characteristics() {
    ByteBuffer body = ByteBuffer.allocate(SBC_3_PAGE_LENGTH);
    body.put(4, (byte) FUAB);
    return wrap(0x00, CHARACTERISTICS, body.array());
  }

  /**
   * SBC-3 clause 6.5.4. Neither UNMAP nor WRITE SAME is in the command table, so LBPU, LBPWS and
   * LBPWS10 are zero and READ CAPACITY(16) has LBPME zero, however the device stores its blocks.
   */
  private static byte[] provisioning() {
    return wrap(0x00, PROVISIONING, new byte[4]);
  }

  private static byte[] wrap(int peripheral, int code, byte[] body) {
    return ByteBuffer.allocate(4 + body.length)
        .put((byte) peripheral)
        .put((byte) code)
        .putShort((short) body.length)
        .put(body)
        .array();
  }
}
