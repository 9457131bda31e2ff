package org.holdfast.pr.model;

import java.util.List;

/**
 * What a sequence starts with.
 *
 * @param slots initiators that send, 1..8
 * @param aptplSupported whether APTPL may be set
 * @param allTgPtSupported whether ALL_TG_PT may be set
 * @param specIPtSupported whether SPEC_I_PT may be set
 * @param room most registrations
 * @param generation PRgeneration at the beginning
 */
record Scene(
    int slots,
    boolean aptplSupported,
    boolean allTgPtSupported,
    boolean specIPtSupported,
    int room,
    long generation) {
  /** None, a small one, one with all bytes different and the highest bit set, all ones. */
  static final List<Long> KEYS = List.of(0L, 1L, 0x8877_6655_4433_2211L, -1L);

  /** Initiators a, b, c and d, each through both target ports; the same ISID for all of them. */
  static String nexus(int slot, int logins) {
    int isid = logins == 0 ? 0 : logins * 8 + slot;
    return "%c%d/%d".formatted('a' + slot / 2, isid, slot % 2 + 1);
  }
}
