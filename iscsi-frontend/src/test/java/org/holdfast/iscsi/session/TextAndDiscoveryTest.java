package org.holdfast.iscsi.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.holdfast.iscsi.PortalGroup;
import org.holdfast.iscsi.pdu.InitiatorPdu.LogoutRequest;
import org.holdfast.iscsi.pdu.Pdu;
import org.holdfast.iscsi.pdu.TargetPdu.DataIn;
import org.holdfast.iscsi.pdu.TargetPdu.LogoutResponse;
import org.holdfast.iscsi.pdu.TargetPdu.Reject;
import org.holdfast.iscsi.pdu.TargetPdu.TextResponse;
import org.holdfast.iscsi.session.TestInitiator.World;
import org.holdfast.pr.TargetPort;
import org.holdfast.scsi.FakeTarget;
import org.holdfast.scsi.LunMap;
import org.junit.jupiter.api.Test;

/**
 * Text requests and discovery in the full feature phase (RFC 7143 clauses 11.10, 11.11 and appendix
 * C).
 */
class TextAndDiscoveryTest {
  private final World world = new World();

  private TestInitiator initiator(String... keys) {
    return new TestInitiator(world).loggedIn(keys);
  }

  private static String ask(TestInitiator initiator, String text) {
    initiator.textRequest(initiator.tag(), Pdu.RESERVED_TAG, false, text + "\0");
    return initiator.nextText(TextResponse.class);
  }

  private PortalGroup group(String name, int tag, List<InetSocketAddress> portals, String friend) {
    return new PortalGroup(
        name,
        tag,
        portals,
        new FakeTarget(new TargetPort(name, tag, 1)),
        who -> who.equals(friend) ? Optional.of(LunMap.EMPTY) : Optional.empty(),
        Map.of());
  }

  @Test
  void discoveryListsWhatTheInitiatorMaySee() throws UnknownHostException {
    InetAddress any = InetAddress.getByName("0.0.0.0");
    InetAddress six = InetAddress.getByName("2001:db8::7");
    world.groups.add(
        group(
            "iqn.2026-11.org.holdfast:b",
            1,
            List.of(new InetSocketAddress(any, 3260), new InetSocketAddress(six, 3261)),
            TestInitiator.NAME));
    world.groups.add(
        group(
            "iqn.2026-11.org.holdfast:b",
            2,
            List.of(new InetSocketAddress(InetAddress.getByName("192.0.2.9"), 3260)),
            TestInitiator.NAME));
    world.groups.add(
        group("iqn.2026-11.org.holdfast:secret", 1, List.of(TestInitiator.LOCAL), "nobody"));
    TestInitiator initiator = new TestInitiator(world).discovering();
    String disk = "TargetName=iqn.2026-11.org.holdfast:disk TargetAddress=127.0.0.1:3260,7";
    String b =
        "TargetName=iqn.2026-11.org.holdfast:b TargetAddress=127.0.0.1:3260,1"
            + " TargetAddress=[2001:db8:0:0:0:0:0:7]:3261,1";
    assertThat(ask(initiator, "SendTargets=All"))
        .as("group 2 cannot be reached through this portal")
        .isEqualTo(disk + " " + b);
    assertThat(ask(initiator, "SendTargets=iqn.2026-11.org.holdfast:b")).isEqualTo(b);
    assertThat(ask(initiator, "SendTargets=iqn.2026-11.org.holdfast:secret")).isEmpty();
    for (String wrong : List.of("SendTargets=Alle", "SendTargets=A", "SendTargets=")) {
      initiator.textRequest(initiator.tag(), Pdu.RESERVED_TAG, false, wrong + "\0");
      assertThat(initiator.next(Reject.class).reason()).as(wrong).isEqualTo(4);
    }
    assertThat(ask(initiator, "SendTargetsPlease=All"))
        .isEqualTo("SendTargetsPlease=NotUnderstood");
    assertThat(ask(initiator, "sENDtARGETS=aLL")).isEqualTo("sENDtARGETS=NotUnderstood");
    assertThat(ask(initiator, "SendTargets=All")).as("afterwards").isEqualTo(disk + " " + b);
    initiator.nothing();
    assertThat(initiator.next(Reject.class).reason()).as("no SCSI here").isEqualTo(4);
    initiator.logout(LogoutRequest.CLOSE_SESSION);
    initiator.next(LogoutResponse.class);
    initiator.closeAndCountBuffers();
  }

  @Test
  void aNormalSessionLearnsOfItsOwnTargetOnlyAndAllOfIt() throws UnknownHostException {
    world.groups.add(
        group("iqn.2026-11.org.holdfast:b", 1, List.of(TestInitiator.LOCAL), TestInitiator.NAME));
    world.groups.add(
        group(
            TestInitiator.TARGET,
            8,
            List.of(new InetSocketAddress(InetAddress.getByName("192.0.2.9"), 3260)),
            TestInitiator.NAME));
    TestInitiator initiator = initiator();
    String own =
        "TargetName=iqn.2026-11.org.holdfast:disk TargetAddress=127.0.0.1:3260,7"
            + " TargetAddress=192.0.2.9:3260,8";
    assertThat(ask(initiator, "SendTargets=")).isEqualTo(own);
    assertThat(ask(initiator, "SendTargets=All")).isEqualTo(own);
    assertThat(ask(initiator, "SendTargets=iqn.2026-11.org.holdfast:b")).isEmpty();
  }

  @Test
  void aLongListIsSplit() {
    List<InetSocketAddress> portals = new ArrayList<>();
    for (int port = 3260; port < 3360; port++) {
      portals.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }
    world.groups.add(group("iqn.2026-11.org.holdfast:many", 1, portals, TestInitiator.NAME));
    TestInitiator initiator = new TestInitiator(world);
    initiator.login(
        "InitiatorName=" + TestInitiator.NAME,
        "SessionType=Discovery",
        "MaxRecvDataSegmentLength=512");
    int tag = initiator.tag();
    int transfer = Pdu.RESERVED_TAG;
    StringBuilder all = new StringBuilder();
    String request = "SendTargets=All\0";
    for (boolean more = true; more; request = "") {
      initiator.textRequest(tag, transfer, false, request);
      RecordingOutbox.Sent sent = initiator.nextWithData(TextResponse.class);
      TextResponse response = (TextResponse) sent.pdu();
      assertThat(sent.data().length).isLessThanOrEqualTo(512);
      assertThat(response.finalPdu()).isEqualTo(!response.continues());
      all.append(new String(sent.data(), StandardCharsets.UTF_8));
      transfer = response.targetTransferTag();
      more = response.continues();
    }
    assertThat(transfer).isEqualTo(Pdu.RESERVED_TAG);
    assertThat(all.toString()).contains("127.0.0.1:3260,1\0").endsWith("127.0.0.1:3359,1\0");
    initiator.closeAndCountBuffers();
  }

  @Test
  void aTextRequestMaySpanPdus() {
    TestInitiator initiator = initiator();
    int tag = initiator.tag();
    initiator.textRequest(tag, Pdu.RESERVED_TAG, true, "SendTar");
    TextResponse part = initiator.next(TextResponse.class);
    assertThat(part.finalPdu()).isFalse();
    initiator.textRequest(tag, part.targetTransferTag(), false, "gets=\0");
    assertThat(initiator.nextText(TextResponse.class)).startsWith("TargetName=");
    initiator.textRequest(tag, 99, false, "SendTargets=\0");
    assertThat(initiator.next(Reject.class).reason()).isEqualTo(4);
    initiator.textRequest(initiator.tag(), Pdu.RESERVED_TAG, false, "no key");
    assertThat(initiator.next(Reject.class).reason()).isEqualTo(4);
    initiator.closeAndCountBuffers();
  }

  @Test
  void theSegmentLengthMayChangeAfterLogin() {
    TestInitiator initiator = initiator();
    assertThat(ask(initiator, "MaxRecvDataSegmentLength=512")).isEmpty();
    initiator.read(FakeTarget.READ, 1024, 1024);
    assertThat(initiator.nextWithData(DataIn.class).data()).hasSize(512);
    initiator.next(DataIn.class);
    assertThat(ask(initiator, "MaxBurstLength=512")).isEqualTo("MaxBurstLength=Reject");
    initiator.closeAndCountBuffers();
  }
}
