package org.holdfast.backstore;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.holdfast.backstore.linux.OsException;
import org.holdfast.scsi.DeviceFault;

/** From an {@link IOException} to the fault that a device reports: the one translator. */
final class IoFaults {
  private IoFaults() {}

  static DeviceFault ofRead(IOException e) {
    if (e instanceof ClosedChannelException || has(e, Errno.ENODEV) || has(e, Errno.ENXIO)) {
      return DeviceFault.NOT_READY;
    }
    return DeviceFault.READ_ERROR;
  }

  static DeviceFault ofWrite(IOException e) {
    if (e instanceof ClosedChannelException) {
      return DeviceFault.NOT_READY;
    }
    for (Errno errno : Errno.values()) {
      if (has(e, errno)) {
        return errno.writeFault();
      }
    }
    return DeviceFault.WRITE_ERROR;
  }

  static boolean has(IOException e, Errno errno) {
    if (e instanceof OsException system) {
      return system.number() == errno.number();
    }
    String message = e.getMessage();
    return message != null && errno.in(message);
  }

  /** The operating system's words, or the exception's name where there are none. */
  static String words(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
