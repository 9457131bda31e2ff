package org.holdfast.pr;

import java.nio.ByteBuffer;

/**
 * Parameter data of PERSISTENT RESERVE IN (SPC-4 clause 6.15), always whole: the ADDITIONAL LENGTH
 * counts everything there is, and cutting down to the ALLOCATION LENGTH is the caller's.
 */
public final class PrInData {
  private static final int HEADER = 8;
  private static final int KEY = 8;
  private static final int RESERVATION_DESCRIPTOR = 16;
  private static final int CAPABILITIES = 8;
  private static final int FULL_STATUS_FIXED = 24;

  private PrInData() {}

  /** The parameter data that {@code action} returns for {@code state}. */
  public static byte[] encode(
      PrInServiceAction action, ReservationState state, PrCapabilities capabilities) {
    return switch (action) {
      case READ_KEYS -> readKeys(state);
      case READ_RESERVATION -> readReservation(state);
      case REPORT_CAPABILITIES -> reportCapabilities(state, capabilities);
      case READ_FULL_STATUS -> readFullStatus(state);
    };
  }

  /** SPC-4 clause 6.15.2: every registration's key, as often as it is registered. */
  static byte[] readKeys(ReservationState state) {
    byte[] data = new byte[HEADER + KEY * state.registrations().size()];
    ByteBuffer out = putHeader(data, state);
    state.registrations().values().forEach(out::putLong);
    return data;
  }

  /** SPC-4 clause 6.15.3. */
  static byte[] readReservation(ReservationState state) {
    Reservation held = state.reservation();
    byte[] data = new byte[HEADER + (held == null ? 0 : RESERVATION_DESCRIPTOR)];
    ByteBuffer out = putHeader(data, state);
    if (held != null) {
      out.putLong(state.reservationKey());
      out.putInt(0).put((byte) 0); // obsolete and reserved
      out.put((byte) held.type().code()); // SCOPE, the high half, is LU_SCOPE = 0
    }
    return data;
  }

  /** SPC-4 clause 6.15.4. */
  static byte[] reportCapabilities(ReservationState state, PrCapabilities capabilities) {
    byte[] data = new byte[CAPABILITIES];
    ByteBuffer out = ByteBuffer.wrap(data);
    out.putShort((short) CAPABILITIES);
    out.put((byte) capabilities.flagBits());
    // TMV (bit 7): the type mask is valid. ALLOW COMMANDS (bits 6..4) = 100b: TEST UNIT READY
    // passes
    // every type, MODE SENSE and its like pass the Write Exclusive types. PTPL_A (bit 0).
    out.put((byte) (0x80 | 0x40 | (state.aptpl() ? 0x01 : 0)));
    out.putShort((short) capabilities.typeMask());
    return data;
  }

  /** SPC-4 clause 6.15.5. */
  static byte[] readFullStatus(ReservationState state) {
    int length = 0;
    for (Nexus nexus : state.registrations().keySet()) {
      length += FULL_STATUS_FIXED + TransportId.encode(nexus.initiator()).length;
    }
    byte[] data = new byte[HEADER + length];
    ByteBuffer out = putHeader(data, state);
    state.registrations().forEach((nexus, key) -> putFullStatus(out, state, nexus, key));
    return data;
  }

  private static void putFullStatus(ByteBuffer out, ReservationState state, Nexus nexus, long key) {
    Reservation held = state.reservation();
    byte[] transportId = TransportId.encode(nexus.initiator());
    boolean holder = held != null && state.isHolder(nexus);
    out.putLong(key);
    out.putInt(0);
    // ALL_TG_PT (bit 1) stays 0: every I_T nexus is listed with its own port.
    out.put((byte) (holder ? 0x01 : 0));
    // SCOPE and TYPE mean something for a holder only.
    out.put((byte) (holder && held != null ? held.type().code() : 0));
    out.putInt(0);
    out.putShort((short) nexus.target().relativeId());
    out.putInt(transportId.length);
    out.put(transportId);
  }

  /** Puts PRGENERATION and ADDITIONAL LENGTH; what comes next goes behind them. */
  private static ByteBuffer putHeader(byte[] data, ReservationState state) {
    return ByteBuffer.wrap(data).putInt((int) state.generation()).putInt(data.length - HEADER);
  }
}
