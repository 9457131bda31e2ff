package org.holdfast.backstore;

import org.holdfast.backstore.linux.CLibrary;
import org.holdfast.scsi.DeviceFault;

/**
 * The errors of the operating system that mean something special here. Java hands out only their
 * text, in the language of the process, so they are recognised by asking the C library in the same
 * process for the same text.
 *
 * <p>The numbers are those of Linux on x86_64 and aarch64.
 */
enum Errno {
  EPERM(1, DeviceFault.READ_ONLY),
  ENXIO(6, DeviceFault.NOT_READY),
  EACCES(13, DeviceFault.READ_ONLY),
  ENODEV(19, DeviceFault.NOT_READY),
  EFBIG(27, DeviceFault.NO_SPACE),
  ENOSPC(28, DeviceFault.NO_SPACE),
  EROFS(30, DeviceFault.READ_ONLY),
  ESHUTDOWN(108, DeviceFault.NOT_READY),
  EDQUOT(122, DeviceFault.NO_SPACE);

  private final int number;
  private final DeviceFault writeFault;
  private final String text;

  Errno(int number, DeviceFault writeFault) {
    this.number = number;
    this.writeFault = writeFault;
    this.text = CLibrary.strerror(number);
  }

  /** The C library's words for it. */
  String text() {
    return text;
  }

  /** What a write that fails with it is reported as. */
  DeviceFault writeFault() {
    return writeFault;
  }

  /** True when {@code message}, an exception's, carries this error. */
  boolean in(String message) {
    return message.contains(text);
  }

  int number() {
    return number;
  }
}
