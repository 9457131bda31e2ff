package org.holdfast.scsi;

/**
 * Who a logical unit is, on every port and path alike (SPC-4 clause 7.8.6). Two units never share
 * one.
 *
 * @param naa NAA IEEE Registered Extended designator (type 6h), 16 bytes as 32 lower-case hex
 *     digits
 * @param serial unit serial number, ASCII, 1..64 characters
 * @param vendor T10 vendor identification, ASCII, at most 8 characters
 * @param product product identification, ASCII, at most 16 characters
 * @param revision product revision level, ASCII, at most 4 characters
 */
public record LuIdentity(
    String naa, String serial, String vendor, String product, String revision) {
  public LuIdentity {
    if (!naa.matches("6[0-9a-f]{31}")) {
      throw new IllegalArgumentException("not an NAA type 6 designator: " + naa);
    }
    ascii("serial", serial, 64);
    ascii("vendor", vendor, 8);
    ascii("product", product, 16);
    ascii("revision", revision, 4);
    if (serial.isEmpty()) {
      throw new IllegalArgumentException("a logical unit has a serial number");
    }
  }

  private static void ascii(String what, String text, int most) {
    if (text.length() > most || !text.chars().allMatch(c -> c >= 0x20 && c < 0x7F)) {
      throw new IllegalArgumentException(
          what + " is printable ASCII of at most " + most + " characters: " + text);
    }
  }
}
