package org.holdfast.scsi;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What one initiator sees at one target port: LUN → logical unit. Immutable. Thread: any. */
public final class LunMap {
  public static final int MAX_LUN = 0x3FFF;
  public static final LunMap EMPTY = new LunMap(new TreeMap<>());

  private final SortedMap<Integer, MappedLun> units;

  /** The LUNs in ascending order, and what is there: every command looks its LUN up. */
  private final int[] luns;

  private final MappedLun[] mapped;

  /**
   * What is at one LUN.
   *
   * @param unit the logical unit behind the LUN
   * @param readOnly this initiator may only read it
   */
  public record MappedLun(LogicalUnit unit, boolean readOnly) {}

  private LunMap(SortedMap<Integer, MappedLun> units) {
    this.units = Collections.unmodifiableSortedMap(units);
    luns = units.keySet().stream().mapToInt(Integer::intValue).toArray();
    mapped = units.values().toArray(MappedLun[]::new);
    if (!units.isEmpty() && (units.firstKey() < 0 || units.lastKey() > MAX_LUN)) {
      throw new IllegalArgumentException("LUN out of range in " + units.keySet());
    }
  }

  /**
   * A map of these units.
   *
   * @param units by LUN, 0..16383 (SAM-5 clause 4.6: flat space addressing); copied
   */
  public static LunMap of(Map<Integer, MappedLun> units) {
    return new LunMap(new TreeMap<>(units));
  }

  /** By LUN, in ascending order. */
  public SortedMap<Integer, MappedLun> units() {
    return units;
  }

  /**
   * The unit at the eight-byte LUN field, or null when nothing is mapped or the format is another.
   */
  public @Nullable MappedLun find(long lunField) {
    int lun = decode(lunField);
    if (lun < 0) {
      return null;
    }
    // Without a gap below it a LUN is its own place.
    int at = lun < luns.length && luns[lun] == lun ? lun : Arrays.binarySearch(luns, lun);
    return at < 0 ? null : mapped[at];
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

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LunMap that && units.equals(that.units);
  }

  @Override
  public int hashCode() {
    return units.hashCode();
  }

  @Override
  public String toString() {
    return units.toString();
  }
}
