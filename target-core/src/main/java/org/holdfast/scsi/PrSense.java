package org.holdfast.scsi;

import org.holdfast.pr.PrFault;

/** The sense data of what PERSISTENT RESERVE OUT finds wrong. */
final class PrSense {
  private PrSense() {}

  static Sense of(PrFault fault) {
    return switch (fault) {
      case PrFault.ParameterListLengthError _ ->
          Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
      case PrFault.InvalidFieldInCdb(int at, int bit) -> Sense.invalidFieldInCdb(at, bit);
      case PrFault.InvalidFieldInParameterList(int at, int bit) ->
          Sense.invalidFieldInParameterList(at, bit);
      case PrFault.InvalidReleaseOfPersistentReservation _ ->
          Sense.illegalRequest(SenseCode.INVALID_RELEASE_OF_PERSISTENT_RESERVATION);
      case PrFault.InsufficientRegistrationResources _ ->
          Sense.illegalRequest(SenseCode.INSUFFICIENT_REGISTRATION_RESOURCES);
    };
  }
}
