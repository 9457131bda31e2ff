package org.holdfast.pr;

/**
 * An I_T nexus (SAM-5 clause 4.7): who speaks to which port. Registrations, reservations and unit
 * attentions are kept for exactly this pair, never for the initiator's name alone.
 */
public record Nexus(InitiatorPort initiator, TargetPort target) {}
