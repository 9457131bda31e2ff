package org.holdfast.pr;

/**
 * A SCSI target port of an iSCSI target: the target's node name and one of its portal groups (RFC
 * 7143 clause 4.4.2).
 *
 * @param name iSCSI target name, never empty, without white space or control characters
 * @param portalGroupTag target portal group tag, 0..65535
 * @param relativeId RELATIVE TARGET PORT IDENTIFIER within the SCSI target device (SPC-4 clause
 *     7.8.6), 1..65535
 */
public record TargetPort(String name, int portalGroupTag, int relativeId) {
  public TargetPort {
    PortNames.check("a target", name);
    if (portalGroupTag < 0 || portalGroupTag > 0xFFFF) {
      throw new IllegalArgumentException("portal group tag out of range: " + portalGroupTag);
    }
    if (relativeId < 1 || relativeId > 0xFFFF) {
      throw new IllegalArgumentException("relative target port out of range: " + relativeId);
    }
  }

  /** The target port's SCSI port name as text: {@code name,t,0x<4 hex digits>}. */
  public String portName() {
    return name + ",t,0x" + String.format("%04x", portalGroupTag);
  }
}
