package org.holdfast.pr;

/**
 * An I_T nexus (SAM-5 clause 4.7): who speaks to which port. Registrations, reservations and unit
 * attentions are kept for exactly this pair, never for the initiator's name alone.
 */
public record Nexus(InitiatorPort initiator, TargetPort target) {
  /** Both port names, for people: {@code iqn.…:a,i,0x00023d000001 at iqn.…:t,t,0x0001}. */
  public String describe() {
    return initiator.portName() + " at " + target.portName();
  }
}
