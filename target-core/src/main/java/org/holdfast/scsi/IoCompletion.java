package org.holdfast.scsi;

/**
 * Told once when an {@link IoRequest} has ended, on the submitter's thread or on one of the
 * device's.
 */
@FunctionalInterface
public interface IoCompletion {
  void done(IoResult result);
}
