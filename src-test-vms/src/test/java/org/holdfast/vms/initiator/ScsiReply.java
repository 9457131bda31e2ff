package org.holdfast.vms.initiator;

/**
 * How a command ended.
 *
 * @param status the SCSI status byte, 0 to 255
 * @param sense sense data, empty when there is none
 * @param data what the command returned
 */
@SuppressWarnings("ArrayRecordComponent") // a plain carrier; never compared
public record ScsiReply(int status, byte[] sense, byte[] data) {
  public static final int GOOD = 0x00;
  public static final int CHECK_CONDITION = 0x02;
  public static final int RESERVATION_CONFLICT = 0x18;
  private static final int FIXED_FORMAT = 0x70;
  private static final int DESCRIPTOR_FORMAT = 0x72;
  private static final int UNIT_ATTENTION = 6;

  public boolean good() {
    return status == GOOD;
  }

  public boolean conflict() {
    return status == RESERVATION_CONFLICT;
  }

  public boolean unitAttention() {
    return status == CHECK_CONDITION && senseKey() == UNIT_ATTENTION;
  }

  /** SPC-4 clauses 4.5.2 (descriptor format) and 4.5.3 (fixed format). */
  public int senseKey() {
    return (fixed() ? sense[2] : sense[1]) & 0x0f;
  }

  /** Additional sense code in the upper, its qualifier in the lower byte. */
  public int additionalSense() {
    int at = fixed() ? 12 : 2;
    return (sense[at] & 0xff) << 8 | (sense[at + 1] & 0xff);
  }

  private boolean fixed() {
    int code = sense.length == 0 ? 0 : sense[0] & 0x7f;
    return switch (code) {
      case FIXED_FORMAT -> true;
      case DESCRIPTOR_FORMAT -> false;
      default ->
          throw new IllegalStateException(
              "no current sense data; response code %02x, %d bytes, status %02x"
                  .formatted(code, sense.length, status));
    };
  }

  /**
   * As the replay scripts write it: {@code GOOD}, {@code CONFLICT}, {@code UA 2A/05}, {@code CHECK
   * 05/24/00}.
   */
  @Override
  public String toString() {
    return switch (status) {
      case GOOD -> "GOOD";
      case RESERVATION_CONFLICT -> "CONFLICT";
      case CHECK_CONDITION -> {
        String code = "%02X/%02X".formatted(additionalSense() >> 8, additionalSense() & 0xff);
        yield unitAttention() ? "UA " + code : "CHECK %02X/%s".formatted(senseKey(), code);
      }
      default -> "STATUS %02X".formatted(status);
    };
  }
}
