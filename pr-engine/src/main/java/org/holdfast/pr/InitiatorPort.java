package org.holdfast.pr;

/**
 * An iSCSI initiator port: the initiator's node name together with the ISID of its session (RFC
 * 7143 clause 4.4.2 and 10.1, SPC-4 TransportID format 01b).
 *
 * @param name iSCSI name, already normalised (RFC 3722: lower case), never empty, without white
 *     space or control characters
 * @param isid the 48-bit ISID as an unsigned value, byte 0 of the wire in the highest octet
 */
public record InitiatorPort(String name, long isid) {
  /** Largest ISID: 48 bits. */
  public static final long MAX_ISID = 0xFFFF_FFFF_FFFFL;

  public InitiatorPort {
    PortNames.check("an initiator", name);
    if (isid < 0 || isid > MAX_ISID) {
      throw new IllegalArgumentException("ISID is not a 48-bit value: " + Long.toHexString(isid));
    }
  }

  /** The initiator port's SCSI port name as text: {@code name,i,0x<12 hex digits>}. */
  public String portName() {
    return name + ",i,0x" + String.format("%012x", isid);
  }
}
