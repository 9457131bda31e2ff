package org.holdfast.iscsi.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.holdfast.iscsi.login.Chap;
import org.holdfast.iscsi.login.ChapAlgorithm;
import org.holdfast.iscsi.login.Secret;
import org.holdfast.iscsi.pdu.InitiatorPdu.LoginRequest;
import org.holdfast.iscsi.pdu.TargetPdu.LoginResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CHAP as RFC 7143 clause 12.1 has it, and everything that must not get in. */
class ChapLoginTest {
  private static final String ME = "InitiatorName=" + TestInitiator.NAME;
  private static final String THERE = "TargetName=" + TestInitiator.TARGET;
  private static final String CHAP = "AuthMethod=CHAP";
  private static final String USER = "alice";
  private static final byte[] THEIRS = ascii("initiator-key");
  private static final byte[] OURS = ascii("the-target-key-1");
  private static final int OPERATIONAL = 1;

  private TestInitiator.World world;
  private TestInitiator initiator;

  @BeforeEach
  void wantChap() {
    want(Optional.of(OURS), Chap.ALL);
  }

  /**
   * A new world, where everybody has to authenticate.
   *
   * @param ours what this target shows of itself
   */
  private void want(Optional<byte[]> ours, List<ChapAlgorithm> allowed) {
    Optional<Chap.Credentials> target = ours.map(secret -> credentials("bob", secret));
    world = new TestInitiator.World(new Chap(credentials(USER, THEIRS), target, allowed));
    initiator = new TestInitiator(world);
  }

  /** What the target answered. */
  private record Answer(LoginResponse response, Map<String, String> keys) {
    int status() {
      return response.statusClass() << 8 | response.statusDetail();
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static Chap.Credentials credentials(String user, byte[] secret) {
    return new Chap.Credentials(user, Secret.of(secret));
  }

  private Answer send(boolean transit, int stage, String... keys) {
    initiator.send(
        new LoginRequest(
            transit,
            false,
            stage,
            transit ? stage == 0 ? OPERATIONAL : 3 : stage,
            0,
            0,
            initiator.isid,
            0,
            0x55,
            1,
            1,
            0,
            initiator.text(keys)));
    RecordingOutbox.Sent sent = initiator.nextWithData(LoginResponse.class);
    Map<String, String> answered = new LinkedHashMap<>();
    for (String pair : new String(sent.data(), StandardCharsets.UTF_8).split("\0", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        answered.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    return new Answer((LoginResponse) sent.pdu(), answered);
  }

  private Answer challenged(String algorithms) {
    assertThat(send(false, 0, ME, THERE, CHAP).keys()).containsEntry("AuthMethod", "CHAP");
    return send(false, 0, "CHAP_A=" + algorithms);
  }

  private static byte[] hex(String value) {
    assertThat(value).startsWith("0x");
    return HexFormat.of().parseHex(value.substring(2));
  }

  /** Computed here once more, from the clause and not by the code under test. */
  private static byte[] digest(String name, int id, byte[] secret, byte[] challenge)
      throws Exception {
    MessageDigest digest = MessageDigest.getInstance(name);
    digest.update((byte) id);
    digest.update(secret);
    return digest.digest(challenge);
  }

  private static String response(String name, Answer challenge, byte[] secret) throws Exception {
    int id = Integer.parseInt(challenge.keys().get("CHAP_I"));
    byte[] bytes = digest(name, id, secret, hex(challenge.keys().get("CHAP_C")));
    return "0x" + HexFormat.of().formatHex(bytes);
  }

  private void refused(Answer answer) {
    assertThat(answer.status()).isEqualTo(0x0201);
    assertThat(answer.keys()).isEmpty();
    assertThat(initiator.outbox.closed).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({"5, MD5", "6, SHA-1", "7, SHA-256", "8, SHA3-256"})
  void everyAlgorithmLetsTheRightSecretIn(int number, String name) throws Exception {
    Answer challenge = challenged(String.valueOf(number));
    assertThat(challenge.keys()).containsEntry("CHAP_A", String.valueOf(number));
    Answer done = send(true, 0, "CHAP_N=" + USER, "CHAP_R=" + response(name, challenge, THEIRS));
    assertThat(done.status()).isZero();
    assertThat(done.response().transit()).isTrue();
    assertThat(done.keys()).isEmpty();
    Answer in = send(true, OPERATIONAL, "HeaderDigest=None");
    assertThat(in.status()).isZero();
    assertThat(in.response().tsih()).isNotZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"7,5 | 7", "1,6,5 | 6", "5 , 8 | 5", "x,,8 | 8"})
  void theInitiatorsOrderDecidesAmongTheAllowed(String offered, String chosen) {
    assertThat(challenged(offered).keys()).containsEntry("CHAP_A", chosen);
  }

  @Test
  void anAlgorithmThatIsNotAllowedIsRefused() {
    want(Optional.empty(), List.of(ChapAlgorithm.SHA3_256));
    refused(challenged("5,6,7"));
  }

  @Test
  void mutualInBase64() throws Exception {
    Answer challenge = challenged("7");
    byte[] ourChallenge = ascii("a challenge of the initiator");
    byte[] right =
        digest(
            "SHA-256",
            Integer.parseInt(challenge.keys().get("CHAP_I")),
            THEIRS,
            hex(challenge.keys().get("CHAP_C")));
    Base64.Encoder base64 = Base64.getEncoder();
    Answer done =
        send(
            true,
            0,
            "CHAP_N=" + USER,
            "CHAP_R=0b" + base64.encodeToString(right),
            "CHAP_I=0xfe",
            "CHAP_C=0b" + base64.encodeToString(ourChallenge));
    assertThat(done.response().transit()).isTrue();
    assertThat(done.keys()).containsOnlyKeys("CHAP_N", "CHAP_R").containsEntry("CHAP_N", "bob");
    assertThat(hex(done.keys().get("CHAP_R")))
        .isEqualTo(digest("SHA-256", 0xfe, OURS, ourChallenge));
  }

  @Test
  void wrongSecretAndWrongUserGetTheSameAnswerAndAreCounted() throws Exception {
    Answer challenge = challenged("5");
    refused(send(true, 0, "CHAP_N=" + USER, "CHAP_R=" + response("MD5", challenge, OURS)));
    initiator = new TestInitiator(world);
    challenge = challenged("5");
    refused(send(true, 0, "CHAP_N=mallory", "CHAP_R=" + response("MD5", challenge, THEIRS)));
    assertThat(world.node.logins().totals().failed()).isEqualTo(2);
    assertThat(world.node.registry().size()).isZero();
  }

  @Test
  void aResponseOfAnEarlierLoginIsWorthNothing() throws Exception {
    String old = response("MD5", challenged("5"), THEIRS);
    initiator = new TestInitiator(world);
    challenged("5");
    refused(send(true, 0, "CHAP_N=" + USER, "CHAP_R=" + old));
  }

  @Test
  void ourOwnChallengeIsNotAnswered() throws Exception {
    Answer challenge = challenged("5");
    refused(
        send(
            true,
            0,
            "CHAP_N=" + USER,
            "CHAP_R=" + response("MD5", challenge, THEIRS),
            "CHAP_I=7",
            "CHAP_C=" + challenge.keys().get("CHAP_C")));
  }

  /**
   * RFC 7143 clause 12.1.3. No different secrets help against it: identifier, secret and challenge
   * are digested without a mark between them, so the last byte of one may be the first of the next.
   */
  @Test
  void aResponseThatWouldBeTheInitiatorsOwnIsNotGiven() throws Exception {
    want(Optional.of(Arrays.copyOf(THEIRS, THEIRS.length - 1)), Chap.ALL);
    Answer challenge = challenged("5");
    refused(
        send(
            true,
            0,
            "CHAP_N=" + USER,
            "CHAP_R=" + response("MD5", challenge, THEIRS),
            "CHAP_I=" + challenge.keys().get("CHAP_I"),
            "CHAP_C=0x%02x%s"
                .formatted(
                    THEIRS[THEIRS.length - 1], challenge.keys().get("CHAP_C").substring(2))));
  }

  @Test
  void afterTheExchangeThereIsNoOther() throws Exception {
    Answer challenge = challenged("5");
    Answer done = send(false, 0, "CHAP_N=" + USER, "CHAP_R=" + response("MD5", challenge, THEIRS));
    assertThat(done.status()).isZero();
    refused(send(true, 0, "CHAP_I=7", "CHAP_C=0x0011"));
  }

  @Test
  void nothingOfOursIsShownToWhoDoesNotKnowTheSecret() throws Exception {
    Answer challenge = challenged("5");
    refused(
        send(
            true,
            0,
            "CHAP_N=" + USER,
            "CHAP_R=" + response("MD5", challenge, OURS),
            "CHAP_I=7",
            "CHAP_C=0x0011"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CHAP_I=7",
        "CHAP_C=0x0011",
        "CHAP_I=256 CHAP_C=0x0011",
        "CHAP_I=-1 CHAP_C=0x0011",
        "CHAP_I=7 CHAP_C=0x",
        "CHAP_I=7 CHAP_C=0xzz",
        "CHAP_I=7 CHAP_C=0b***",
        "CHAP_I=7 CHAP_C=0011",
        "CHAP_I=7 CHAP_C=LONG",
        "CHAP_A=5"
      })
  void whatIsMalformedBesideARightResponseIsRefused(String more) throws Exception {
    Answer challenge = challenged("5");
    List<String> keys =
        new ArrayList<>(List.of("CHAP_N=" + USER, "CHAP_R=" + response("MD5", challenge, THEIRS)));
    keys.addAll(List.of(more.replace("LONG", "0x" + "00".repeat(1025)).split(" ", -1)));
    Answer answer = send(true, 0, keys.toArray(String[]::new));
    // A key that comes twice is refused by the negotiation already.
    assertThat(answer.status()).isIn(0x0200, 0x0201);
    assertThat(answer.keys()).isEmpty();
    assertThat(initiator.outbox.closed).isNotEmpty();
  }

  @Test
  void mutualWithoutASecretOfOursIsRefused() throws Exception {
    want(Optional.empty(), Chap.ALL);
    Answer challenge = challenged("5");
    refused(
        send(
            true,
            0,
            "CHAP_N=" + USER,
            "CHAP_R=" + response("MD5", challenge, THEIRS),
            "CHAP_I=7",
            "CHAP_C=0x0011"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"CHAP_A=5", "CHAP_N=alice", "CHAP_R=0x00", "CHAP_C=0x00"})
  void chapBeforeTheMethodIsAgreedIsRefused(String key) {
    refused(send(false, 0, ME, THERE, CHAP, key));
  }

  @ParameterizedTest
  @ValueSource(strings = {"CHAP_N=alice", "CHAP_R=0x00", "CHAP_I=1", "CHAP_C=0x00"})
  void aResponseBeforeTheChallengeIsRefused(String key) {
    send(false, 0, ME, THERE, CHAP);
    refused(send(false, 0, key));
  }

  @Test
  void noWayAroundTheSecurityStage() {
    refused(send(true, OPERATIONAL, ME, THERE));
    initiator = new TestInitiator(world);
    refused(send(true, 0, ME, THERE, "AuthMethod=None"));
    initiator = new TestInitiator(world);
    refused(send(true, 0, ME, THERE));
    initiator = new TestInitiator(world);
    refused(send(true, 0, ME, "SessionType=Discovery", "AuthMethod=None"));
    initiator = new TestInitiator(world);
    refused(send(true, OPERATIONAL, ME, "SessionType=Discovery"));
    assertThat(world.node.registry().size()).isZero();
  }

  @Test
  void whoWantsToMoveOnTooEarlyStays() {
    Answer agreed = send(true, 0, ME, THERE, "AuthMethod=CHAP,None");
    assertThat(agreed.keys()).containsEntry("AuthMethod", "CHAP");
    assertThat(agreed.response().transit()).isFalse();
    Answer challenge = send(true, 0, "CHAP_A=5");
    assertThat(challenge.response().transit()).isFalse();
    assertThat(send(true, 0).response().transit()).isFalse();
  }

  @Test
  void discoveryAuthenticates() throws Exception {
    send(false, 0, ME, "SessionType=Discovery", CHAP);
    Answer challenge = send(false, 0, "CHAP_A=5");
    Answer done = send(true, 0, "CHAP_N=" + USER, "CHAP_R=" + response("MD5", challenge, THEIRS));
    assertThat(done.response().transit()).isTrue();
    assertThat(send(true, OPERATIONAL).response().nextStage()).isEqualTo(3);
  }

  @Test
  void whoFailsOftenHasToWait() throws Exception {
    for (int i = 0; i < FailedLogins.MOST; i++) {
      initiator = new TestInitiator(world);
      refused(send(true, 0, ME, THERE, "AuthMethod=None"));
    }
    initiator = new TestInitiator(world);
    assertThat(send(false, 0, ME, THERE, CHAP).status()).isEqualTo(0x0301);
    world.now += FailedLogins.SECONDS * 1_000_000_000L;
    initiator = new TestInitiator(world);
    assertThat(send(false, 0, ME, THERE, CHAP).status()).isZero();
  }

  /** RFC 7143 clause 11.13.5, "authorization failure": names can be guessed like secrets. */
  @Test
  void whoHasNoAclIsCountedAndHasToWaitAsWell() {
    for (int i = 0; i < FailedLogins.MOST; i++) {
      initiator = new TestInitiator(world);
      Answer stranger = send(false, 0, "InitiatorName=iqn.2001-04.org.example:" + i, THERE, CHAP);
      assertThat(stranger.status()).isEqualTo(0x0202);
    }
    assertThat(world.node.logins().totals().failed()).isEqualTo(FailedLogins.MOST);
    initiator = new TestInitiator(world);
    assertThat(send(false, 0, ME, THERE, CHAP).status()).isEqualTo(0x0301);
  }

  @Test
  void theTableOfFailuresIsBounded() throws Exception {
    FailedLogins failed = new FailedLogins();
    for (int i = 0; i < 3 * FailedLogins.ADDRESSES; i++) {
      byte[] address = {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i};
      failed.failed(InetAddress.getByAddress(address), i);
    }
    assertThat(failed.addresses()).isEqualTo(FailedLogins.ADDRESSES);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 11, 17, 255})
  void aSecretOfAnotherLengthIsRefusedWithoutShowingIt(int length) {
    byte[] bytes = ascii("s".repeat(length));
    assertThatThrownBy(() -> Secret.of(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(length + " bytes; it must have 12 to 16")
        .hasMessageNotContaining("sssss");
  }

  @Test
  void secretsAreNotPrintedAndNotTheSameInBothDirections() {
    Chap.Credentials one = credentials(USER, THEIRS);
    assertThat(new Chap(one, Optional.of(credentials("bob", OURS)), Chap.ALL).toString())
        .doesNotContain("initiator-key", "the-target-key-1");
    assertThatThrownBy(() -> new Chap(one, Optional.of(credentials("bob", THEIRS)), Chap.ALL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("both directions")
        .hasMessageNotContaining("initiator-key");
  }
}
