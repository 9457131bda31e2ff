package org.holdfast.config;

import java.util.Locale;

/**
 * The NAA IEEE Registered Extended designator (SPC-4 clause 7.8.6.6.5) that belongs to a unit
 * serial number. LIO builds it as 6h, the OpenFabrics company identifier 001405h, and the first 25
 * hexadecimal digits of the serial; so does this, and a disk that moves here from LIO stays the
 * same disk to multipath and to Windows.
 */
public final class NaaDesignator {
  private static final String HEAD = "6001405";
  private static final int DIGITS = 32;

  private NaaDesignator() {}

  /** 32 lower-case hexadecimal digits; a short serial is filled up with zeros. */
  public static String of(String serial) {
    StringBuilder naa = new StringBuilder(HEAD);
    serial
        .toLowerCase(Locale.ROOT)
        .chars()
        .filter(c -> Character.digit(c, 16) >= 0 && c < 0x80)
        .limit(DIGITS - HEAD.length())
        .forEach(c -> naa.append((char) c));
    while (naa.length() < DIGITS) {
      naa.append('0');
    }
    return naa.toString();
  }
}
