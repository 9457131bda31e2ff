package org.holdfast.pr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Parameter data of PERSISTENT RESERVE IN, byte by byte (SPC-4 clause 6.15). */
class PrInDataTest {
  private static final Nexus A = nexus("iqn.x:a", 0x4000_0137_0000L, 1);
  private static final Nexus B = nexus("iqn.x:bc", 0x80_0000_0000_01L, 0x102);
  private static final long KEY_A = 0xFEDC_BA98_7654_3210L;
  private static final long KEY_B = 2;

  private static Nexus nexus(String name, long isid, int port) {
    return new Nexus(new InitiatorPort(name, isid), new TargetPort("iqn.x:t", port, port));
  }

  private static ReservationState state(Reservation reservation) {
    LinkedHashMap<Nexus, Long> registrations = new LinkedHashMap<>();
    registrations.put(A, KEY_A);
    registrations.put(B, KEY_B);
    return new ReservationState(registrations, reservation, 0xFFFF_FFFEL, true);
  }

  private static void assertBytes(
      PrInServiceAction action, ReservationState state, PrCapabilities capabilities, String hex) {
    assertThat(
            HexFormat.of().withUpperCase().formatHex(PrInData.encode(action, state, capabilities)))
        .isEqualTo(hex.replaceAll("\\s+", ""));
  }

  private static void assertBytes(PrInServiceAction action, ReservationState state, String hex) {
    assertBytes(action, state, PrCapabilities.volatileOnly(), hex);
  }

  @Test
  void nothingRegistered() {
    for (PrInServiceAction action :
        List.of(
            PrInServiceAction.READ_KEYS,
            PrInServiceAction.READ_RESERVATION,
            PrInServiceAction.READ_FULL_STATUS)) {
      assertBytes(action, ReservationState.EMPTY, "00000000 00000000");
    }
  }

  @Test
  void readKeys() {
    assertBytes(
        PrInServiceAction.READ_KEYS,
        state(null),
        "FFFFFFFE 00000010 FEDCBA9876543210 0000000000000002");
  }

  @Test
  void readReservation() {
    assertBytes(PrInServiceAction.READ_RESERVATION, state(null), "FFFFFFFE 00000000");
    assertBytes(
        PrInServiceAction.READ_RESERVATION,
        state(Reservation.establishedBy(B, ReservationType.EXCLUSIVE_ACCESS_REGISTRANTS_ONLY)),
        "FFFFFFFE 00000010 0000000000000002 00000000 00 06 0000");
    assertBytes(
        PrInServiceAction.READ_RESERVATION,
        state(Reservation.establishedBy(B, ReservationType.EXCLUSIVE_ACCESS_ALL_REGISTRANTS)),
        "FFFFFFFE 00000010 0000000000000000 00000000 00 08 0000");
  }

  @Test
  void reportCapabilities() {
    assertBytes(
        PrInServiceAction.REPORT_CAPABILITIES, ReservationState.EMPTY, "0008 00 C0 EA01 0000");
    assertBytes(
        PrInServiceAction.REPORT_CAPABILITIES,
        state(null),
        PrCapabilities.persistentThroughPowerLoss(),
        "0008 01 C1 EA01 0000");
    assertBytes(
        PrInServiceAction.REPORT_CAPABILITIES,
        ReservationState.EMPTY,
        new PrCapabilities(
            Set.of(),
            EnumSet.of(
                ReservationType.WRITE_EXCLUSIVE, ReservationType.WRITE_EXCLUSIVE_REGISTRANTS_ONLY)),
        "0008 00 C0 2200 0000");
  }

  @Test
  void capabilitiesAreBitsOfByte2() {
    assertBytes(
        PrInServiceAction.REPORT_CAPABILITIES,
        ReservationState.EMPTY,
        PrCapabilities.complete(AptplPolicy.FORCE),
        "0008 1D C0 EA01 0000");
    assertThatThrownBy(
            () ->
                new PrCapabilities(
                    Set.of(), Set.of(), LegacyHandling.COMPATIBLE, AptplPolicy.FORCE))
        .hasMessageContaining("APTPL");
  }

  @Test
  void readFullStatus() {
    String transportIdA = "45 00 001C" + text("iqn.x:a,i,0x400001370000") + "00000000";
    String transportIdB = "45 00 001C" + text("iqn.x:bc,i,0x800000000001") + "000000";
    assertBytes(
        PrInServiceAction.READ_FULL_STATUS,
        state(Reservation.establishedBy(A, ReservationType.WRITE_EXCLUSIVE)),
        "FFFFFFFE 00000070"
            + "FEDCBA9876543210 00000000 01 01 00000000 0001 00000020"
            + transportIdA
            + "0000000000000002 00000000 00 00 00000000 0102 00000020"
            + transportIdB);
    assertBytes(
        PrInServiceAction.READ_FULL_STATUS,
        state(Reservation.establishedBy(A, ReservationType.WRITE_EXCLUSIVE_ALL_REGISTRANTS)),
        "FFFFFFFE 00000070"
            + "FEDCBA9876543210 00000000 01 07 00000000 0001 00000020"
            + transportIdA
            + "0000000000000002 00000000 01 07 00000000 0102 00000020"
            + transportIdB);
  }

  private static String text(String ascii) {
    return HexFormat.of().withUpperCase().formatHex(ascii.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void transportIdIsPaddedToFour() {
    assertThat(TransportId.encode(new InitiatorPort("a", 1))).hasSize(24);
    assertThat(TransportId.encode(new InitiatorPort("ab", 1))).hasSize(24);
    assertThat(TransportId.encode(new InitiatorPort("abc", 1)))
        .as("20 characters and their null")
        .hasSize(4 + 24);
    byte[] longest = TransportId.encode(new InitiatorPort("n".repeat(223), 1));
    assertThat(longest).hasSize(4 + 244).endsWith(0, 0, 0, 0);
    assertThat((longest[2] << 8) | (longest[3] & 0xFF)).isEqualTo(244);
  }
}
