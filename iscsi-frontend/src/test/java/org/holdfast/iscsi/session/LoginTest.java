package org.holdfast.iscsi.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.holdfast.iscsi.pdu.Digest;
import org.holdfast.iscsi.pdu.InitiatorPdu.LoginRequest;
import org.holdfast.iscsi.pdu.TargetPdu.LoginResponse;
import org.holdfast.iscsi.session.TestInitiator.World;
import org.junit.jupiter.api.Test;

/** RFC 7143 clauses 6.3, 11.12 and 11.13: stages, identity, and each way to be refused. */
class LoginTest {
  private static final String ME = "InitiatorName=" + TestInitiator.NAME;
  private static final String THERE = "TargetName=" + TestInitiator.TARGET;

  private final World world = new World();
  private final TestInitiator initiator = new TestInitiator(world);

  private void refused(LoginResponse response, int status) {
    assertThat(response.statusClass() << 8 | response.statusDetail())
        .as("status %04x", status)
        .isEqualTo(status);
    assertThat(response.transit()).isFalse();
    assertThat(initiator.outbox.closed).isNotEmpty();
    initiator.closeAndCountBuffers();
    assertThat(world.engine.attached).isEmpty();
    assertThat(world.node.registry().size()).isZero();
  }

  @Test
  void securityThenOperationalThenFullFeature() {
    initiator.send(
        new LoginRequest(
            true,
            false,
            0,
            1,
            0,
            0,
            initiator.isid,
            0,
            9,
            1,
            0xFFFF_FFFF,
            77,
            initiator.text(ME, THERE, "AuthMethod=CHAP,None")));
    RecordingOutbox.Sent first = initiator.nextWithData(LoginResponse.class);
    LoginResponse security = (LoginResponse) first.pdu();
    assertThat(security.currentStage()).isZero();
    assertThat(security.nextStage()).isEqualTo(1);
    assertThat(security.transit()).isTrue();
    assertThat(security.tsih()).isZero();
    assertThat(security.numbers().statSn()).isEqualTo(77);
    assertThat(new String(first.data(), StandardCharsets.UTF_8))
        .isEqualTo("TargetPortalGroupTag=7\0AuthMethod=None\0");

    initiator.send(
        new LoginRequest(
            true,
            false,
            1,
            3,
            0,
            0,
            initiator.isid,
            0,
            9,
            1,
            0xFFFF_FFFF,
            78,
            initiator.text("HeaderDigest=CRC32C,None", "InitialR2T=No")));
    RecordingOutbox.Sent second = initiator.nextWithData(LoginResponse.class);
    LoginResponse last = (LoginResponse) second.pdu();
    assertThat(last.transit()).isTrue();
    assertThat(last.nextStage()).isEqualTo(3);
    assertThat(last.tsih()).isNotZero();
    assertThat(last.isid()).isEqualTo(initiator.isid);
    assertThat(last.initiatorTaskTag()).isEqualTo(9);
    assertThat(last.numbers().statSn()).isEqualTo(78);
    assertThat(last.numbers().expCmdSn()).isEqualTo(0xFFFF_FFFF);
    assertThat(last.numbers().maxCmdSn()).as("128 commands, across zero").isEqualTo(126);
    assertThat(new String(second.data(), StandardCharsets.UTF_8))
        .isEqualTo("HeaderDigest=CRC32C\0InitialR2T=No\0MaxRecvDataSegmentLength=262144\0");
    assertThat(initiator.outbox.format.header()).isEqualTo(Digest.CRC32C);
    assertThat(initiator.outbox.format.data()).isEqualTo(Digest.NONE);
    assertThat(initiator.outbox.format.maxRecvDataSegmentLength()).isEqualTo(262144);
    assertThat(world.engine.attached).hasSize(1);
    assertThat(world.engine.attached.getFirst().identity().initiator().isid())
        .isEqualTo(initiator.isid);
    assertThat(world.engine.attached.getFirst().address()).isEqualTo("127.0.0.1:49152");
    initiator.closeAndCountBuffers();
    assertThat(world.engine.attached).isEmpty();
  }

  @Test
  void withoutTheTransitBitTheStageGoesOn() {
    LoginResponse response = initiator.loginRequest(1, 1, ME, THERE);
    assertThat(response.transit()).isFalse();
    assertThat(response.currentStage()).isEqualTo(1);
    assertThat(initiator.loginRequest(1, 3).transit()).isTrue();
  }

  @Test
  void keysMaySpanRequests() {
    initiator.send(part(true, (ME + "\0TargetNa")));
    LoginResponse empty = initiator.next(LoginResponse.class);
    assertThat(empty.transit()).isFalse();
    initiator.send(part(false, ("me=" + TestInitiator.TARGET + "\0")));
    assertThat(initiator.next(LoginResponse.class).nextStage()).isEqualTo(3);
  }

  private LoginRequest part(boolean more, String text) {
    return new LoginRequest(
        !more,
        more,
        1,
        more ? 0 : 3,
        0,
        0,
        initiator.isid,
        0,
        1,
        1,
        1,
        0,
        initiator.segment(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aLongAnswerIsSplitAndTheStageEndsWithItsLastPart() {
    String unknown =
        IntStream.range(0, 900).mapToObj(i -> "X-k" + i + "=").collect(Collectors.joining("\0"));
    initiator.send(part(false, ME + "\0" + THERE + "\0" + unknown + "\0"));
    RecordingOutbox.Sent first = initiator.nextWithData(LoginResponse.class);
    assertThat(first.data()).hasSize(8192);
    assertThat(((LoginResponse) first.pdu()).continues()).isTrue();
    assertThat(((LoginResponse) first.pdu()).transit()).isFalse();
    StringBuilder whole = new StringBuilder(new String(first.data(), StandardCharsets.UTF_8));
    for (boolean more = true; more; ) {
      initiator.send(part(false, ""));
      RecordingOutbox.Sent next = initiator.nextWithData(LoginResponse.class);
      whole.append(new String(next.data(), StandardCharsets.UTF_8));
      more = ((LoginResponse) next.pdu()).continues();
      assertThat(((LoginResponse) next.pdu()).transit()).isEqualTo(!more);
    }
    assertThat(whole.toString()).contains("X-k0=NotUnderstood", "X-k899=NotUnderstood");
    assertThat(world.engine.attached).hasSize(1);
  }

  @Test
  void whatTheConfigurationDemandsIsProposedBeforeTheStageEnds() {
    World strict = new World(Map.of("HeaderDigest", "CRC32C"), SessionLimits.DEFAULT);
    TestInitiator other = new TestInitiator(strict);
    other.send(new LoginRequest(true, false, 1, 3, 0, 0, 1, 0, 1, 1, 1, 0, other.text(ME, THERE)));
    RecordingOutbox.Sent proposal = other.nextWithData(LoginResponse.class);
    assertThat(((LoginResponse) proposal.pdu()).transit()).isFalse();
    assertThat(new String(proposal.data(), StandardCharsets.UTF_8)).contains("HeaderDigest=CRC32C");
    other.send(
        new LoginRequest(
            true, false, 1, 3, 0, 0, 1, 0, 1, 1, 1, 0, other.text("HeaderDigest=CRC32C")));
    assertThat(other.next(LoginResponse.class).transit()).isTrue();
    assertThat(other.outbox.format.header()).isEqualTo(Digest.CRC32C);
  }

  @Test
  void namesAreFoldedBeforeTheyAreCompared() {
    LoginResponse response =
        initiator.login(
            "InitiatorName=IQN.2026-11.org.example:Node-A",
            "TargetName=" + TestInitiator.TARGET.toUpperCase(Locale.ROOT));
    assertThat(response.statusClass()).isZero();
    assertThat(world.engine.attached.getFirst().identity().initiator().name())
        .isEqualTo("iqn.2026-11.org.example:node-a");
  }

  @Test
  void missingNames() {
    refused(initiator.login(THERE), 0x0207);
    TestInitiator other = new TestInitiator(world);
    assertThat(other.login(ME).statusDetail()).isEqualTo(0x07);
  }

  @Test
  void badInitiatorName() {
    refused(initiator.login("InitiatorName=node a", THERE), 0x0200);
  }

  @Test
  void unknownTarget() {
    refused(initiator.login(ME, THERE + "2"), 0x0203);
  }

  @Test
  void aTargetOfAnotherPortalIsNotFoundHere() {
    TestInitiator elsewhere =
        new TestInitiator(world, new InetSocketAddress(InetAddress.getLoopbackAddress(), 3261));
    assertThat(elsewhere.login(ME, THERE).statusDetail()).isEqualTo(0x03);
  }

  @Test
  void noAcl() {
    refused(initiator.login("InitiatorName=iqn.1999-01.org.example:stranger", THERE), 0x0202);
  }

  @Test
  void onlyChapOffered() {
    refused(initiator.loginRequest(0, 1, ME, THERE, "AuthMethod=CHAP"), 0x0201);
  }

  @Test
  void versionFromTheFuture() {
    initiator.send(
        new LoginRequest(true, false, 1, 3, 2, 1, 1, 0, 1, 1, 1, 0, initiator.text(ME, THERE)));
    refused(initiator.next(LoginResponse.class), 0x0205);
  }

  @Test
  void sessionTypeOfThirdKind() {
    refused(initiator.login(ME, THERE, "SessionType=Sideways"), 0x0209);
  }

  @Test
  void tsihOfNoSession() {
    initiator.tsih = 5;
    refused(initiator.login(ME, THERE), 0x020A);
  }

  @Test
  void aSecondConnectionForASession() {
    TestInitiator first = new TestInitiator(world).loggedIn();
    initiator.tsih = 1;
    initiator.connectionId = 2;
    assertThat(world.node.registry().size()).isEqualTo(1);
    LoginResponse response = initiator.login(ME, THERE);
    assertThat(response.statusClass() << 8 | response.statusDetail()).isEqualTo(0x0206);
    first.nop(1, "still there");
    assertThat(first.outbox.sent).as("the first connection lives").hasSize(1);
  }

  @Test
  void keyTwice() {
    refused(initiator.login(ME, THERE, "InitialR2T=No", "InitialR2T=No"), 0x0200);
  }

  @Test
  void malformedText() {
    refused(initiator.login(ME, THERE, "nonsense"), 0x0200);
  }

  @Test
  void tooMuchText() {
    initiator.send(part(true, "A=" + "x".repeat(8000)));
    initiator.next(LoginResponse.class);
    initiator.send(part(true, "x".repeat(8000)));
    initiator.next(LoginResponse.class);
    initiator.send(part(true, "x".repeat(8000)));
    refused(initiator.next(LoginResponse.class), 0x0200);
  }

  @Test
  void tooManyRequests() {
    initiator.loginRequest(1, 1, ME, THERE);
    LoginResponse last = null;
    for (int i = 0; i < 70 && initiator.outbox.closed.isEmpty(); i++) {
      last = initiator.loginRequest(1, 1);
    }
    refused(last, 0x0200);
  }

  @Test
  void stagesOutOfOrder() {
    refused(initiator.loginRequest(2, 3, ME, THERE), 0x0200);
    TestInitiator other = new TestInitiator(world);
    assertThat(other.loginRequest(1, 0, ME, THERE).statusClass()).isEqualTo(2);
    TestInitiator third = new TestInitiator(world);
    third.loginRequest(0, 1, ME, THERE);
    assertThat(third.loginRequest(0, 3).statusClass()).as("back to security").isEqualTo(2);
    TestInitiator fourth = new TestInitiator(world);
    fourth.send(
        new LoginRequest(
            true, false, 1, 1, 0, 0, fourth.isid, 0, 1, 1, 1, 0, fourth.text(ME, THERE)));
    assertThat(fourth.next(LoginResponse.class).statusClass()).as("transit to here").isEqualTo(2);
  }

  @Test
  void identityChangesOnTheWay() {
    initiator.loginRequest(0, 1, ME, THERE);
    initiator.isid++;
    refused(initiator.loginRequest(1, 3), 0x0200);
  }

  @Test
  void somethingElseDuringLogin() {
    initiator.loginRequest(1, 1, ME, THERE);
    initiator.nothing();
    refused(initiator.next(LoginResponse.class), 0x020B);
  }

  @Test
  void aStrangerGetsNoAnswer() {
    initiator.nop(1, "hello?");
    initiator.nothingSent();
    assertThat(initiator.outbox.closed).isNotEmpty();
    initiator.closeAndCountBuffers();
  }

  @Test
  void aLoginThatTakesTooLongEnds() {
    initiator.loginRequest(1, 1, ME, THERE);
    long limit = SessionLimits.DEFAULT.login().toNanos();
    initiator.connection.onTick(limit - 1);
    assertThat(initiator.outbox.closed).isEmpty();
    initiator.connection.onTick(limit);
    assertThat(initiator.outbox.closed).isNotEmpty();
  }

  @Test
  void aNewLoginOfTheSamePortReplacesTheSession() {
    TestInitiator old = new TestInitiator(world).loggedIn();
    world.engine.hold = true;
    old.write(4096, 4096, true, new byte[4096]);
    old.write(4096, 4096, true, new byte[0]);
    old.outbox.sent.clear();

    initiator.send(
        new LoginRequest(
            true, false, 1, 3, 0, 0, old.isid, 0, 1, 1, 1, 0, initiator.text(ME, THERE)));
    assertThat(old.outbox.closed).as("the old connection goes").isNotEmpty();
    initiator.nothingSent();
    assertThat(world.engine.attached).as("until the engine has let go of the old nexus").hasSize(1);

    world.engine.hold = false;
    world.engine.go();
    assertThat(initiator.next(LoginResponse.class).statusClass()).isZero();
    assertThat(world.engine.attached).hasSize(1);
    assertThat(old.outbox.sent).as("aborted commands have no response").isEmpty();
    old.closeAndCountBuffers();
    assertThat(world.node.registry().size()).as("the new one stays").isEqualTo(1);
    initiator.closeAndCountBuffers();
    assertThat(world.node.registry().size()).isZero();
  }

  @Test
  void aSessionThatDoesNotEndDoesNotHoldTheNewLoginForEver() {
    TestInitiator old = new TestInitiator(world).loggedIn();
    world.engine.hold = true;
    old.nothing();
    initiator.send(
        new LoginRequest(
            true, false, 1, 3, 0, 0, old.isid, 0, 1, 1, 1, 0, initiator.text(ME, THERE)));
    initiator.nothingSent();
    initiator.connection.onTick(Duration.ofSeconds(10).toNanos());
    LoginResponse response = initiator.next(LoginResponse.class);
    assertThat(response.statusClass() << 8 | response.statusDetail()).isEqualTo(0x0301);
    old.closeAndCountBuffers();
    new TestInitiator(world).loggedIn().closeAndCountBuffers();
  }

  @Test
  void anotherIsidIsAnotherSession() {
    new TestInitiator(world).loggedIn();
    initiator.isid = 42;
    initiator.loggedIn();
    assertThat(world.engine.attached).hasSize(2);
    assertThat(world.node.registry().size()).isEqualTo(2);
  }
}
