package org.holdfast.pr;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.holdfast.pr.ReservationSnapshot.CorruptException;
import org.junit.jupiter.api.Test;

/** Kept reservation tables: what goes in comes out, and nothing else is believed. */
class ReservationSnapshotTest {
  private static final String UNIT = "6001405f1d2c3b4a5968778695a4b3c2";
  private static final String SAMPLE =
      """
      holdfast-reservations 1
      unit 6001405f1d2c3b4a5968778695a4b3c2
      generation 12
      aptpl 1
      reservation 5 1
      registrant 0xfedcba9876543210 iqn.x:a 0x00023d000001 iqn.x:t 1 1
      registrant 0x0000000000000002 iqn.x:bé 0xffffffffffff iqn.x:t 65535 65535
      """;

  private static ReservationState sampleState() {
    LinkedHashMap<Nexus, Long> registrations = new LinkedHashMap<>();
    registrations.put(nexus("iqn.x:a", 0x0002_3d00_0001L, 1), 0xFEDC_BA98_7654_3210L);
    Nexus holder = nexus("iqn.x:bé", InitiatorPort.MAX_ISID, 0xFFFF);
    registrations.put(holder, 2L);
    return new ReservationState(
        registrations,
        Reservation.establishedBy(holder, ReservationType.WRITE_EXCLUSIVE_REGISTRANTS_ONLY),
        12,
        true);
  }

  private static Nexus nexus(String name, long isid, int port) {
    return new Nexus(new InitiatorPort(name, isid), new TargetPort("iqn.x:t", port, port));
  }

  /** The text with the checksum that goes with it. */
  private static byte[] sealed(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(UTF_8));
    return (text + "crc32c 0x%08x\n".formatted(crc.getValue())).getBytes(UTF_8);
  }

  private static void assertRefused(byte[] bytes, String why) {
    assertThatThrownBy(() -> ReservationSnapshot.decode(bytes))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining(why);
  }

  @Test
  void theFormatOfVersion1() throws CorruptException {
    ReservationSnapshot sample = new ReservationSnapshot(UNIT, sampleState());
    assertThat(new String(sample.encode(), UTF_8)).isEqualTo(new String(sealed(SAMPLE), UTF_8));
    assertThat(ReservationSnapshot.decode(sealed(SAMPLE))).isEqualTo(sample);
    assertThat(
            List.copyOf(
                ReservationSnapshot.decode(sealed(SAMPLE)).state().registrations().keySet()))
        .isEqualTo(List.copyOf(sampleState().registrations().keySet()));
  }

  @Test
  void randomStatesComeBackAsTheyWere() throws CorruptException {
    long seed = Long.getLong("holdfast.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      ReservationState state = random(random);
      ReservationSnapshot read =
          ReservationSnapshot.decode(new ReservationSnapshot(UNIT, state).encode());
      assertThat(read.unit()).isEqualTo(UNIT);
      assertThat(read.state()).as("seed %d, round %d", seed, round).isEqualTo(state);
      // A map's equality says nothing of its order, which is that of READ KEYS.
      assertThat(List.copyOf(read.state().registrations().entrySet()))
          .as("seed %d, round %d", seed, round)
          .isEqualTo(List.copyOf(state.registrations().entrySet()));
    }
  }

  private static ReservationState random(Random random) {
    LinkedHashMap<Nexus, Long> registrations = new LinkedHashMap<>();
    for (int i = random.nextInt(20); i > 0; i--) {
      String name =
          "iqn.x:"
              + Integer.toString(random.nextInt(50), 36)
              + "ñ日𝒳".substring(0, random.nextInt(3));
      long isid = random.nextLong() & InitiatorPort.MAX_ISID;
      long key = random.nextBoolean() ? random.nextLong() | 1 : 1L << random.nextInt(64);
      registrations.put(nexus(name, isid, 1 + random.nextInt(0xFFFF)), key);
    }
    Reservation held = null;
    if (!registrations.isEmpty() && random.nextBoolean()) {
      List<Nexus> registrants = new ArrayList<>(registrations.keySet());
      ReservationType[] types = ReservationType.values();
      held =
          Reservation.establishedBy(
              registrants.get(random.nextInt(registrants.size())),
              types[random.nextInt(types.length)]);
    }
    long generation = random.nextLong() & ReservationState.MAX_GENERATION;
    return new ReservationState(registrations, held, generation, random.nextBoolean());
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] whole = sealed(SAMPLE);
    for (int length = 0; length < whole.length; length++) {
      assertRefused(Arrays.copyOf(whole, length), "checksum");
    }
    assertRefused(Arrays.copyOf(whole, whole.length + 1), "checksum");
  }

  @Test
  void everyChangedByteIsRefused() {
    byte[] whole = sealed(SAMPLE);
    for (int at = 0; at < whole.length; at++) {
      for (int value = 0; value < 256; value++) {
        byte[] changed = whole.clone();
        changed[at] = (byte) value;
        if (changed[at] != whole[at] && isBelieved(changed)) {
          throw new AssertionError("byte %d changed to %d".formatted(at, value));
        }
      }
    }
  }

  private static boolean isBelieved(byte[] bytes) {
    try {
      ReservationSnapshot.decode(bytes);
      return true;
    } catch (CorruptException _) {
      return false;
    }
  }

  @Test
  void otherVersionsAreRefusedByName() {
    assertRefused(
        sealed(SAMPLE.replace("reservations 1\n", "reservations 2\n")), "format version 2");
  }

  @Test
  void whatIsSealedWithoutBeingRightIsRefused() {
    for (String[] wrong :
        new String[][] {
          {"aptpl 1", "aptpl 2"},
          {"aptpl 1", "aptpl yes"},
          {"generation 12", "generation 012"},
          {"generation 12", "generation 4294967296"},
          {"generation 12", "generation -1"},
          {"generation 12\n", ""},
          {"reservation 5 1", "reservation 5 2"},
          {"reservation 5 1", "reservation 5 -1"},
          {"reservation 5 1", "reservation 5 all"},
          {"reservation 5 1", "reservation 7 1"},
          {"reservation 5 1", "reservation 2 1"},
          {"reservation 5 1", "reservation 21 1"},
          {"reservation 5 1", "reservation 5"},
          {"reservation 5 1", "reservation"},
          {"0x0000000000000002", "0x0000000000000000"},
          {"0x0000000000000002", "0x2"},
          {"0xffffffffffff", "0xFFFFFFFFFFFF"},
          {"65535 65535", "65535 65536"},
          {"65535 65535", "65535 65535 1"},
          {"65535 65535", "65535 0"},
          {"iqn.x:bé", "iqn.x:b\u00a0"},
          {"unit 6001405f", "unit 6001405F"},
          {"unit 6001405f", "unit"},
          {"aptpl 1\n", "aptpl 1\n\n"},
          {"registrant 0xf", "registrar 0xf"},
          {"aptpl 1\n", "aptpl 1\nfuture field\n"},
        }) {
      String text = SAMPLE.replace(wrong[0], wrong[1]);
      assertThat(text).isNotEqualTo(SAMPLE);
      assertThatThrownBy(() -> ReservationSnapshot.decode(sealed(text)))
          .as("%s for %s", wrong[1], wrong[0])
          .isInstanceOf(CorruptException.class);
    }
    String line = "registrant 0xfedcba9876543210 iqn.x:a 0x00023d000001 iqn.x:t 1 1\n";
    assertRefused(sealed(SAMPLE.replace(line, line + line)), "twice");
    assertRefused(sealed(SAMPLE + "more"), "does not understand");
    assertRefused(sealed(""), "holdfast-reservations");
  }

  @Test
  void reserveOfSpc2IsNotKept() throws CorruptException {
    ReservationState reserved =
        new ReservationState(new LinkedHashMap<>(), null, 3, true, nexus("iqn.x:a", 1, 1));
    assertThat(ReservationSnapshot.decode(new ReservationSnapshot(UNIT, reserved).encode()).state())
        .isEqualTo(new ReservationState(new LinkedHashMap<>(), null, 3, true));
  }

  @Test
  void namesThatWouldBreakALineCannotBeMade() {
    for (String name :
        List.of(
            "",
            "a b",
            "a\nb",
            "a\tb",
            "a\u0000",
            "a\u007f",
            "a\u0085",
            "a\u00a0b",
            "a\u2028b",
            "a\ud800")) {
      assertThatThrownBy(() -> new InitiatorPort(name, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("name");
      assertThatThrownBy(() -> new TargetPort(name, 1, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("name");
    }
  }

  @Test
  void theLargestTableFits() {
    LinkedHashMap<Nexus, Long> most = new LinkedHashMap<>();
    String longest = "n".repeat(223);
    for (int i = 0; i < ReservationEngine.DEFAULT_MAX_REGISTRATIONS; i++) {
      most.put(
          new Nexus(
              new InitiatorPort(longest, InitiatorPort.MAX_ISID - i),
              new TargetPort(longest, 65535, 65535)),
          -1L);
    }
    byte[] file =
        new ReservationSnapshot(UNIT, new ReservationState(most, null, 0xFFFF_FFFFL, true))
            .encode();
    assertThat(file).hasSizeLessThan(ReservationSnapshot.MAX_BYTES);
  }
}
