package org.holdfast.scsi;

import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one initiator sees at one target port: LUN → logical unit. Immutable.
 *
 * @param units by LUN, 0..16383 (SAM-5 clause 4.6: flat space addressing)
 */
public record LunMap(SortedMap<Integer, MappedLun> units) {
  public static final int MAX_LUN = 0x3FFF;
  public static final LunMap EMPTY = new LunMap(new TreeMap<>());

  /**
   * What is at one LUN.
   *
   * @param unit the logical unit behind the LUN
   * @param readOnly this initiator may only read it
   */
  public record MappedLun(LogicalUnit unit, boolean readOnly) {}

  public LunMap {
    units = Collections.unmodifiableSortedMap(new TreeMap<>(units));
    if (!units.isEmpty() && (units.firstKey() < 0 || units.lastKey() > MAX_LUN)) {
      throw new IllegalArgumentException("LUN out of range in " + units.keySet());
    }
  }

  public static LunMap of(Map<Integer, MappedLun> units) {
    return new LunMap(new TreeMap<>(units));
  }

  /**
   * The unit at the eight-byte LUN field, or null when nothing is mapped or the format is another.
   */
  public @Nullable MappedLun find(long lunField) {
    int lun = decode(lunField);
    return lun < 0 ? null : units.get(lun);
  }

  /** The logical units that can be seen, each once; a fresh set. */
  Set<LogicalUnit> distinctUnits() {
    Set<LogicalUnit> all = new HashSet<>();
    units.values().forEach(mapped -> all.add(mapped.unit()));
    return all;
  }

  /**
   * The LUN in an eight-byte field with peripheral (00b, bus 0) or flat space (01b) addressing, or
   * -1.
   */
  public static int decode(long lunField) {
    int first = (int) (lunField >>> 48) & 0xFFFF;
    if ((lunField & 0xFFFF_FFFF_FFFFL) != 0) {
      return -1;
    }
    return switch (first >>> 14) {
      case 0 -> first < 0x100 ? first : -1;
      case 1 -> first & MAX_LUN;
      default -> -1;
    };
  }

  /** The eight-byte field for {@code lun}: peripheral addressing up to 255, flat space above. */
  public static long encode(int lun) {
    return (long) (lun < 0x100 ? lun : 0x4000 | lun) << 48;
  }
}
