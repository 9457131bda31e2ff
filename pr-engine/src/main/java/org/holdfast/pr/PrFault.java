package org.holdfast.pr;

/**
 * Why PERSISTENT RESERVE OUT ends with CHECK CONDITION, ILLEGAL REQUEST. A field pointer has the
 * field's first byte, 0-based, and its most significant bit in that byte, 7..0.
 */
public sealed interface PrFault {
  /** 1A/00: the parameter list is not as long as the service action wants it. */
  record ParameterListLengthError() implements PrFault {}

  /** 24/00. */
  record InvalidFieldInCdb(int byteOffset, int bit) implements PrFault {}

  /** 26/00. */
  record InvalidFieldInParameterList(int byteOffset, int bit) implements PrFault {}

  /** 26/04: RELEASE by a holder with another scope or type than the reservation has. */
  record InvalidReleaseOfPersistentReservation() implements PrFault {}

  /** 55/04: no room for one more registration. */
  record InsufficientRegistrationResources() implements PrFault {}
}
