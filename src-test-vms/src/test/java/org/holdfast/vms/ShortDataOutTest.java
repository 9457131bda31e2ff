package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.RawInitiator;
import org.holdfast.vms.initiator.RawLogin;
import org.holdfast.vms.initiator.RawPdu;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The Expected Data Transfer Length is less than what the CDB asks for (RFC 7143 clause 11.4.5.1):
 * what was announced is transferred and the residual tells the rest.
 */
class ShortDataOutTest {
  @RegisterExtension static final DaemonExtension DAEMON = new DaemonExtension();

  private static final int BLOCK = 512;
  private static final int OVERFLOW = 0x04;

  private static RawInitiator login() throws IOException {
    RawInitiator initiator =
        RawLogin.as(DAEMON.target(), "iqn.2026-11.org.holdfast.test:short").login();
    initiator.read(Cdbs.testUnitReady(), 0);
    assertThat(initiator.read(Cdbs.testUnitReady(), 0)).hasToString("GOOD");
    return initiator;
  }

  private static byte[] filled(int length, char with) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) with);
    return bytes;
  }

  /** Sends all of {@code data} with the command; the response must tell of {@code missing} more. */
  private static RawPdu response(RawInitiator initiator, byte[] cdb, byte[] data, int missing)
      throws IOException {
    initiator.start(cdb, data, 0);
    RawPdu response = initiator.connection().receive();
    assertThat(response.opcode()).isEqualTo(RawPdu.SCSI_RESPONSE);
    assertThat(response.flags() & OVERFLOW).as("residual overflow").isEqualTo(OVERFLOW);
    assertThat(response.i32(44)).as("residual count").isEqualTo(missing);
    return response;
  }

  @ParameterizedTest
  @ValueSource(ints = {200, BLOCK, BLOCK + 1, 2 * BLOCK - 1})
  void aWriteEndsWhereItsDataDoes(int length) throws IOException {
    try (RawInitiator initiator = login()) {
      assertThat(initiator.write(Cdbs.write10(7, 3), filled(3 * BLOCK, 'a'))).hasToString("GOOD");
      RawPdu response =
          response(initiator, Cdbs.write10(7, 2), filled(length, 'b'), 2 * BLOCK - length);
      assertThat(RawInitiator.reply(response)).hasToString("GOOD");
      byte[] wanted = filled(3 * BLOCK, 'a');
      Arrays.fill(wanted, 0, length, (byte) 'b');
      assertThat(initiator.read(Cdbs.read10(7, 3), 3 * BLOCK).data()).isEqualTo(wanted);
    }
  }

  @Test
  void aParameterListThatEndsEarlyIsRefused() throws IOException {
    byte[] register = Cdbs.prOut(Cdbs.PR_REGISTER_AND_IGNORE, 0);
    byte[] longer = ByteBuffer.wrap(register.clone()).putInt(5, 32).array();
    try (RawInitiator initiator = login()) {
      RawPdu response = response(initiator, longer, Cdbs.prOutList(0, 0x5EED, false), 8);
      assertThat(RawInitiator.reply(response)).hasToString("CHECK 05/1A/00");
      byte[] keys = initiator.read(Cdbs.prIn(Cdbs.PR_READ_KEYS, 255), 255).data();
      assertThat(ByteBuffer.wrap(keys).getInt(4)).as("bytes of keys").isZero();
    }
  }
}
