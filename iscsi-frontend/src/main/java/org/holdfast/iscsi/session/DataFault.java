package org.holdfast.iscsi.session;

import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;
import org.jspecify.annotations.Nullable;

/**
 * Why Data-Out is not taken, and how the command ends (RFC 7143 clause 11.4.7.2). With
 * ErrorRecoveryLevel 0 nothing is asked for again (clauses 7.7 and 7.8); the connection goes on.
 */
enum DataFault {
  /** DataSN, buffer offset or transfer tag out of sequence: a PDU went missing. */
  SEQUENCE(SenseCode.PROTOCOL_SERVICE_CRC_ERROR),
  /** Nobody said that this data would come. */
  UNEXPECTED_UNSOLICITED(SenseCode.WRITE_ERROR_UNEXPECTED_UNSOLICITED_DATA),
  /** More or less than the burst allows. */
  INCORRECT_AMOUNT(SenseCode.WRITE_ERROR_NOT_ENOUGH_UNSOLICITED_DATA),
  /** It came unasked, and the daemon has no memory for it. The initiator may try again. */
  NO_MEMORY(null);

  private final @Nullable SenseCode code;

  /** A null code stands for TASK SET FULL. */
  DataFault(@Nullable SenseCode code) {
    this.code = code;
  }

  Outcome outcome() {
    return code == null
        ? Outcome.TASK_SET_FULL
        : Outcome.check(Sense.of(SenseKey.ABORTED_COMMAND, code));
  }
}
