package org.holdfast.vms.bench.load;

/**
 * Which I/O comes next. {@link #advance} draws it, the other two describe it; nothing allocates.
 */
interface Workload {
  /** Draws the next I/O; false when there is none. */
  boolean advance();

  boolean isRead();

  /** On which logical unit, counted from the first that is used. */
  int unit();

  /** Where, counted in I/Os of the size that is used, from 0. */
  long position();
}
