package org.holdfast.scsi;

/**
 * One field of a CDB. The operation code, the service action and the CONTROL byte are not listed:
 * they are in every row by construction.
 *
 * @param name as the standard writes it
 * @param offset byte that holds the most significant bit, 0-based
 * @param bit most significant bit in that byte, 7..0
 * @param width number of bits, 1..64, going down from there and on into the next bytes
 * @param use what a non-zero value does
 */
public record CdbField(String name, int offset, int bit, int width, Use use) {
  /** What the device server does with a field. */
  public enum Use {
    /** The handler looks at the value. */
    EVALUATED,
    /**
     * The standard knows the field, this device server does not support what it asks for: any value
     * but zero is refused with a pointer to the field.
     */
    ZERO_ONLY
  }

  public CdbField {
    if (offset < 1 || offset > 30 || bit < 0 || bit > 7 || width < 1 || width > 64) {
      throw new IllegalArgumentException(
          name + ": no field of " + width + " bits begins at byte " + offset + " bit " + bit);
    }
  }

  /** A field that the handler evaluates. */
  public static CdbField of(String name, int offset, int bit, int width) {
    return new CdbField(name, offset, bit, width, Use.EVALUATED);
  }

  /** A field of whole bytes that the handler evaluates. */
  public static CdbField bytes(String name, int offset, int count) {
    return of(name, offset, 7, count * 8);
  }

  /** A field that has to be zero. */
  public static CdbField zero(String name, int offset, int bit, int width) {
    return new CdbField(name, offset, bit, width, Use.ZERO_ONLY);
  }

  /** Last byte that holds a bit of this field. */
  public int lastByte() {
    return offset + (7 - bit + width - 1) / 8;
  }

  /** The bits of byte {@code at} that belong to this field, as a mask. */
  public int maskAt(int at) {
    int mask = 0;
    int first = offset * 8 + 7 - bit;
    for (int i = Math.max(first, at * 8); i < Math.min(first + width, at * 8 + 8); i++) {
      mask |= 0x80 >>> (i & 7);
    }
    return mask;
  }

  /** The unsigned value in {@code cdb}; of a 64-bit field the same bits as a long. */
  public long valueIn(Cdb cdb) {
    long value = 0;
    int first = offset * 8 + 7 - bit;
    for (int i = first; i < first + width; i++) {
      value = value << 1 | (cdb.bit(i >>> 3, 7 - (i & 7)) ? 1 : 0);
    }
    return value;
  }

  /** INVALID FIELD IN CDB, pointing here (SPC-4 clause 4.5.2.4.2). */
  public Sense refused() {
    return Sense.invalidFieldInCdb(offset, bit);
  }
}
