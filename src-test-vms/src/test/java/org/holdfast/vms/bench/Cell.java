package org.holdfast.vms.bench;

import java.util.ArrayList;
import java.util.List;
import org.holdfast.vms.bench.load.Shape;

/**
 * One row of the benchmark: a load, and how it is run.
 *
 * @param name short, as {@code --cells} takes it
 * @param label as tables and the plot show it
 * @param pinned target and load generator on a core each; otherwise on all cores
 * @param wanted at least so many times the IOPS of tgt; 0 when nothing is asked
 * @param plain name of the same cell without digests, for cells with them; else the cell's own
 */
record Cell(String name, String label, Shape shape, boolean pinned, double wanted, String plain) {
  static final long DISK_BYTES = 1L << 30;
  private static final int KIB = 1024;

  /** What is compared with the other targets. */
  static final List<Cell> COMPARED =
      List.of(
          one("r4kd1", "read 4 KiB × 1", 4, 1, 100, 1.0),
          one("r4kd32", "read 4 KiB × 32", 4, 32, 100, 2.5),
          one("w4kd1", "write 4 KiB × 1", 4, 1, 0, 1.0),
          one("w4kd32", "write 4 KiB × 32", 4, 32, 0, 2.2),
          one("r256kd1", "read 256 KiB × 1", 256, 1, 100, 1.8),
          one("r256kd32", "read 256 KiB × 32", 256, 32, 100, 2.2),
          one("w256kd1", "write 256 KiB × 1", 256, 1, 0, 2.2),
          one("w256kd32", "write 256 KiB × 32", 256, 32, 0, 2.4),
          new Cell(
              "rw4kd8s4",
              "70/30 4 KiB, 4 × 8",
              new Shape(4 * KIB, 8, 4, 70, false, DISK_BYTES),
              false,
              2.0,
              "rw4kd8s4"));

  /** The same with CRC32C header and data digests, for Holdfast alone. */
  static final List<Cell> WITH_DIGESTS =
      COMPARED.stream().filter(cell -> cell.shape().depth() == 32).map(Cell::digested).toList();

  static final List<Cell> ALL = all();

  private static List<Cell> all() {
    List<Cell> all = new ArrayList<>(COMPARED);
    all.addAll(WITH_DIGESTS);
    return List.copyOf(all);
  }

  private static Cell one(
      String name, String label, int kib, int depth, int readPercent, double wanted) {
    Shape shape = new Shape(kib * KIB, depth, 1, readPercent, false, DISK_BYTES);
    return new Cell(name, label, shape, true, wanted, name);
  }

  private Cell digested() {
    Shape with =
        new Shape(
            shape.ioBytes(),
            shape.depth(),
            shape.sessions(),
            shape.readPercent(),
            true,
            shape.span());
    return new Cell(name + "crc", label + ", digests", with, pinned, 0, name);
  }

  /** Whether only Holdfast runs it. */
  boolean onlyOurs() {
    return shape.digests();
  }
}
