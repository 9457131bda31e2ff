package org.holdfast.iscsi.session;

import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;

/**
 * How Data-Out can be wrong, and the sense by which the command ends (RFC 7143 clause 11.4.7.2).
 * With ErrorRecoveryLevel 0 nothing is asked for again (clauses 7.7 and 7.8); the connection goes
 * on.
 */
enum DataFault {
  /** DataSN, buffer offset or transfer tag out of sequence: a PDU went missing. */
  SEQUENCE(SenseCode.PROTOCOL_SERVICE_CRC_ERROR),
  /** Nobody said that this data would come. */
  UNEXPECTED_UNSOLICITED(SenseCode.WRITE_ERROR_UNEXPECTED_UNSOLICITED_DATA),
  /** More or less than the burst allows. */
  INCORRECT_AMOUNT(SenseCode.WRITE_ERROR_NOT_ENOUGH_UNSOLICITED_DATA);

  private final SenseCode code;

  DataFault(SenseCode code) {
    this.code = code;
  }

  Sense sense() {
    return Sense.of(SenseKey.ABORTED_COMMAND, code);
  }
}
