package org.holdfast.backstore;

/** When a write is answered. The WCE bit that a LUN shows follows from it. */
public enum CacheMode {
  /** GOOD means that the bytes are on stable storage (WCE = 0). */
  WRITE_THROUGH,
  /**
   * GOOD means that the operating system has the bytes (WCE = 1); a flush or FUA makes them stable.
   */
  WRITE_BACK
}
