package org.holdfast.backstore.linux;

import java.io.IOException;
import java.util.Set;

/** A call of the operating system failed. The message is the call's name and the system's words. */
public final class OsException extends IOException {
  private static final long serialVersionUID = 1L;

  static final int ENXIO = 6;
  static final int EBUSY = 16;
  private static final int EXDEV = 18;
  static final int EINVAL = 22;
  private static final int ENOTTY = 25;
  static final int ENOSYS = 38;
  private static final int EOPNOTSUPP = 95;

  private static final Set<Integer> UNSUPPORTED = Set.of(EXDEV, ENOTTY, ENOSYS, EOPNOTSUPP);

  private final int number;

  OsException(String call, int number) {
    super(call + ": " + CLibrary.strerror(number));
    this.number = number;
  }

  /** The errno. */
  public int number() {
    return number;
  }

  /** True when somebody else holds what was asked for. */
  public boolean isBusy() {
    return number == EBUSY;
  }

  /** True when the file system, the disk or the kernel has no way to do this. */
  boolean isUnsupported() {
    return isUnsupported(number);
  }

  static boolean isUnsupported(int number) {
    return UNSUPPORTED.contains(number);
  }

  /** True when an argument, such as a flag of open(2), is nothing that this file takes. */
  public boolean isInvalid() {
    return number == EINVAL;
  }
}
