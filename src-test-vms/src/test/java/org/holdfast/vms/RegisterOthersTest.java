package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.RawInitiator;
import org.holdfast.vms.initiator.RawLogin;
import org.holdfast.vms.initiator.ScsiReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * REGISTER with SPEC_I_PT (SPC-4 clause 6.16.3): one node registers another that has an ACL for the
 * disk, but no session yet.
 */
class RegisterOthersTest {
  @RegisterExtension static final DaemonExtension DAEMON = new DaemonExtension("two-nodes");

  private static final String NAME = "iqn.2026-11.org.holdfast.test:";
  private static final long KEY = 0x7368617265644bL;
  private static final long ISID = 0x80_0000_000042L;
  private static final int SPEC_I_PT = 0x08;
  private static final int REGISTRANTS_ONLY = 5;

  private static RawInitiator login(String node, long isid) throws IOException {
    RawInitiator initiator = RawLogin.as(DAEMON.target(), NAME + node).withIsid(isid).login();
    initiator.read(Cdbs.testUnitReady(), 0);
    assertThat(initiator.read(Cdbs.testUnitReady(), 0)).hasToString("GOOD");
    return initiator;
  }

  /** An iSCSI TransportID with ISID (SPC-4 clause 7.6.4.6). */
  private static byte[] transportId(String node, long isid) {
    byte[] name = "%s,i,0x%012x".formatted(NAME + node, isid).getBytes(StandardCharsets.US_ASCII);
    int length = (name.length + 1 + 3) / 4 * 4;
    return ByteBuffer.allocate(4 + length)
        .put((byte) 0x45)
        .put((byte) 0)
        .putShort((short) length)
        .put(name)
        .array();
  }

  private static ScsiReply register(RawInitiator initiator, byte... transportId)
      throws IOException {
    byte[] basic = Cdbs.prOutList(0, KEY, false);
    byte[] list =
        ByteBuffer.allocate(basic.length + 4 + transportId.length)
            .put(basic)
            .put(20, (byte) SPEC_I_PT)
            .putInt(transportId.length)
            .put(transportId)
            .array();
    byte[] cdb = ByteBuffer.wrap(Cdbs.prOut(Cdbs.PR_REGISTER, 0)).putInt(5, list.length).array();
    return initiator.write(cdb, list);
  }

  private static int generation(RawInitiator initiator) throws IOException {
    byte[] keys = initiator.read(Cdbs.prIn(Cdbs.PR_READ_KEYS, 255), 255).data();
    assertThat(ByteBuffer.wrap(keys).getInt(4)).as("bytes of keys").isZero();
    return ByteBuffer.wrap(keys).getInt(0);
  }

  @Test
  void aNodeThatComesLaterIsRegisteredAlready() throws IOException {
    byte[] block = new byte[512];
    try (RawInitiator first = login("node-1", ISID)) {
      int before = generation(first);
      assertThat(register(first, transportId("stranger", ISID)))
          .as("it has no ACL")
          .hasToString("CHECK 05/26/00");
      assertThat(generation(first)).as("nobody was registered").isEqualTo(before);

      assertThat(register(first, transportId("node-2", ISID))).hasToString("GOOD");
      assertThat(
              first.write(
                  Cdbs.prOut(Cdbs.PR_RESERVE, REGISTRANTS_ONLY), Cdbs.prOutList(KEY, 0, false)))
          .hasToString("GOOD");
      try (RawInitiator second = login("node-2", ISID);
          RawInitiator otherPort = login("node-2", ISID + 1)) {
        assertThat(second.write(Cdbs.write10(0, 1), block)).hasToString("GOOD");
        assertThat(otherPort.write(Cdbs.write10(0, 1), block).conflict())
            .as("another port of the same node was not named")
            .isTrue();
      } finally {
        assertThat(first.write(Cdbs.prOut(Cdbs.PR_CLEAR, 0), Cdbs.prOutList(KEY, 0, false)))
            .hasToString("GOOD");
      }
    }
  }
}
