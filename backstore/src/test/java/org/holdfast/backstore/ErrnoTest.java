package org.holdfast.backstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.FileOutputStream;
import java.io.IOException;
import org.holdfast.scsi.DeviceFault;
import org.junit.jupiter.api.Test;

class ErrnoTest {
  @Test
  void theKernelsOwnNoSpaceIsRecognised() throws Exception {
    // A device that answers every write with ENOSPC.
    try (FileOutputStream full = new FileOutputStream("/dev/full")) {
      IOException e = catchThrowableOfType(IOException.class, () -> full.write(1));
      assertThat(IoFaults.has(e, Errno.ENOSPC)).as(e.getMessage()).isTrue();
      assertThat(IoFaults.ofWrite(e)).isEqualTo(DeviceFault.NO_SPACE);
    }
  }

  @Test
  void anExceptionWithoutWordsIsAnOrdinaryFault() {
    assertThat(IoFaults.ofWrite(new IOException())).isEqualTo(DeviceFault.WRITE_ERROR);
    assertThat(IoFaults.ofRead(new IOException())).isEqualTo(DeviceFault.READ_ERROR);
    assertThat(IoFaults.words(new IOException())).isEqualTo("IOException");
  }
}
