package org.holdfast.pr;

/** What RESERVE and RELEASE of SPC-2 come to while somebody is registered (CRH bit). */
public enum LegacyHandling {
  /** CRH = 0: they conflict, whoever sends them. */
  SPC_2,

  /**
   * CRH = 1, compatible reservation handling (SPC-4 clause 5.13.3): from those whom the persistent
   * reservation favours they are GOOD and change nothing; otherwise as {@link #SPC_2}.
   */
  COMPATIBLE;

  /** The CRH bit in byte 2 of REPORT CAPABILITIES. */
  int crh() {
    return this == COMPATIBLE ? 0x10 : 0;
  }
}
