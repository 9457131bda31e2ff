package org.holdfast.scsi;

/**
 * Which command of several that share an operation code a row is (SPC-4 clause 4.2.5.3). In all
 * CDBs of fixed length that have one, the service action is in bits 4..0 of byte 1.
 */
public sealed interface ServiceAction {
  /** Byte of the SERVICE ACTION field. */
  int BYTE = 1;

  /** Most significant bit of the SERVICE ACTION field. */
  int BIT = 4;

  /** All bits of the field in its byte. */
  int MASK = 0x1F;

  /** The operation code alone says which command it is. */
  record None() implements ServiceAction {}

  /**
   * One of the commands of the operation code.
   *
   * @param value 0..1Fh
   */
  record Value(int value) implements ServiceAction {
    public Value {
      if (value < 0 || value > MASK) {
        throw new IllegalArgumentException("a service action has five bits, not " + value);
      }
    }
  }

  static ServiceAction none() {
    return new None();
  }

  static ServiceAction value(int value) {
    return new Value(value);
  }
}
