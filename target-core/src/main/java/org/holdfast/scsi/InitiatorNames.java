package org.holdfast.scsi;

/**
 * The initiators that the administrator has named for a logical unit at one target port: they may
 * be spoken of in PERSISTENT RESERVE OUT before they have logged in.
 */
@FunctionalInterface
public interface InitiatorNames {
  /** Nobody is named; who logs in is known as long as it is logged in. */
  InitiatorNames NONE = _ -> false;

  /**
   * Thread: any.
   *
   * @param name iSCSI name, normalised
   */
  boolean include(String name);
}
