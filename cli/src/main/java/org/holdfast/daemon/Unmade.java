package org.holdfast.daemon;

/**
 * What becomes of a disk that a change brings and whose file is to be made, when that cannot be
 * done: its directory is not there, for instance.
 */
public enum Unmade {
  /**
   * It answers NOT READY until the file is there or can be made. For configurations that were
   * served before, as at the start of the daemon: the file system that holds it may be late.
   */
  AWAITED,
  /** The change is refused. For who asks for the disk now, and may have mistyped its place. */
  REFUSED
}
