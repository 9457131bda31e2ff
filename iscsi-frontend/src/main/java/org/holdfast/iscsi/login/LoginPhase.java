package org.holdfast.iscsi.login;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.holdfast.iscsi.PortalGroup;
import org.holdfast.iscsi.login.TextKeys.Pair;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.iscsi.pdu.InitiatorPdu.LoginRequest;
import org.holdfast.iscsi.pdu.WireFormat;
import org.holdfast.pr.InitiatorPort;
import org.jspecify.annotations.Nullable;

/**
 * The login phase of one connection (RFC 7143 clause 6.3): security negotiation, operational
 * negotiation, full feature phase.
 *
 * <p>Where the portal group, or discovery, wants CHAP, nobody leaves the security stage before it
 * is done, and a login that leaves that stage out is refused. A login is bounded in requests here,
 * in bytes by {@link TextAssembler} and the decoder, in time by its owner. Thread: the
 * connection's.
 */
public final class LoginPhase {
  /** Stage numbers of the wire. */
  public static final int SECURITY = 0;

  public static final int OPERATIONAL = 1;
  public static final int FULL_FEATURE = 3;

  /** An honest login takes fewer than ten requests. */
  private static final int MAX_REQUESTS = 64;

  private final List<PortalGroup> groups;
  private final SessionLookup sessions;
  private final Security security;
  private final Negotiation negotiation = new Negotiation(OurValues.DEFAULT);
  private final TextAssembler request = new TextAssembler();
  private final TextChunks answer = new TextChunks();
  private OurValues ours = OurValues.DEFAULT;
  private int requests;

  /** The first request: its ISID, TSIH, CID and task tag hold for the whole login. */
  private @Nullable LoginRequest first;

  private int stage;
  private @Nullable InitiatorPort initiator;
  private Optional<Login.Admission> admission = Optional.empty();
  private boolean segmentLengthDeclared;

  /** What the initiator has to go through; empty when its name is enough. */
  private Optional<ChapExchange> chap = Optional.empty();

  /** AuthMethod=CHAP was agreed in an earlier request. */
  private boolean chapAgreed;

  /**
   * Begins a login.
   *
   * @param groups the portal groups that the connection's portal belongs to
   */
  public LoginPhase(List<PortalGroup> groups, SessionLookup sessions, Security security) {
    this.groups = List.copyOf(groups);
    this.sessions = sessions;
    this.security = security;
  }

  /**
   * What does not depend on the portal group.
   *
   * @param discovery what a discovery session has to go through; empty when the initiator's name is
   *     enough
   * @param random so many unpredictable bytes; any thread
   */
  public record Security(Optional<Chap> discovery, IntFunction<byte[]> random) {}

  /** Whether a session is there that a login with a TSIH refers to. */
  @FunctionalInterface
  public interface SessionLookup {
    boolean exists(InitiatorPort initiator, PortalGroup group, int tsih);
  }

  /** The next request; its data stays the caller's. */
  public LoginStep onRequest(LoginRequest pdu) {
    try {
      return step(pdu);
    } catch (LoginRefusedException refused) {
      return new LoginStep.Refuse(refused.status(), String.valueOf(refused.getMessage()));
    } catch (NegotiationException broken) {
      return new LoginStep.Refuse(LoginStatus.INITIATOR_ERROR, String.valueOf(broken.getMessage()));
    }
  }

  private LoginStep step(LoginRequest pdu) throws LoginRefusedException, NegotiationException {
    check(pdu);
    request.add(pdu.data().toByteArray());
    if (pdu.continues()) {
      return new LoginStep.Answer(false, false, stage, stage, DataSegment.EMPTY);
    }
    if (answer.more() && !request.pending()) {
      return chunk(pdu);
    }
    List<Pair> offers = TextKeys.decode(request.take());
    List<Pair> answers = new ArrayList<>();
    Phase phase = stage == SECURITY ? Phase.SECURITY : Phase.OPERATIONAL;
    boolean leading = initiator == null;
    // Who and where decide which values are ours, so these come before every answer.
    if (leading) {
      admit(offers, pdu, answers);
    }
    answers.addAll(negotiation.answer(phase, offers));
    if (phase == Phase.SECURITY) {
      answers.addAll(authenticate(pdu, offers));
    } else {
      declareOurs(answers);
      answers.addAll(negotiation.proposals());
    }
    answer.start(TextKeys.encode(answers));
    return chunk(pdu);
  }

  private void check(LoginRequest pdu) throws LoginRefusedException {
    LoginRequest leader = first;
    if (++requests > MAX_REQUESTS) {
      throw refuse("more than " + MAX_REQUESTS + " login requests");
    }
    // The draft version 00h of RFC 3720 is the only one there is.
    if (pdu.versionMin() > 0) {
      throw new LoginRefusedException(
          LoginStatus.UNSUPPORTED_VERSION, "version " + pdu.versionMin() + " at least is wanted");
    }
    if (leader == null) {
      if (pdu.currentStage() != SECURITY && pdu.currentStage() != OPERATIONAL) {
        throw refuse("a login begins in stage " + pdu.currentStage());
      }
      stage = pdu.currentStage();
      first = pdu;
    } else if (pdu.isid() != leader.isid()
        || pdu.tsih() != leader.tsih()
        || pdu.connectionId() != leader.connectionId()
        || pdu.initiatorTaskTag() != leader.initiatorTaskTag()) {
      throw refuse("ISID, TSIH, CID or task tag changed during login");
    }
    if (pdu.currentStage() != stage) {
      throw refuse("stage " + pdu.currentStage() + " in stage " + stage);
    }
    if (pdu.transit()
        && (pdu.continues()
            || pdu.nextStage() <= stage
            || (pdu.nextStage() != OPERATIONAL && pdu.nextStage() != FULL_FEATURE))) {
      throw refuse("transit from stage " + stage + " to " + pdu.nextStage());
    }
  }

  private static LoginRefusedException refuse(String why) {
    return new LoginRefusedException(LoginStatus.INITIATOR_ERROR, why);
  }

  /** The leading request names initiator, session type and target (RFC 7143 clause 6.3). */
  private void admit(List<Pair> offers, LoginRequest pdu, List<Pair> answers)
      throws LoginRefusedException {
    String name =
        IscsiName.normalise(required(offers, KeyTable.INITIATOR_NAME))
            .orElseThrow(() -> refuse("InitiatorName is not an iqn., eui. or naa. name"));
    InitiatorPort port = new InitiatorPort(name, pdu.isid());
    initiator = port;
    String type = find(offers, KeyTable.SESSION_TYPE).orElse(KeyTable.SESSION_TYPE.initial());
    if (!KeyTable.SESSION_TYPE.type().admits(type)) {
      throw new LoginRefusedException(
          LoginStatus.SESSION_TYPE_NOT_SUPPORTED,
          "SessionType " + TextKeys.printable(type) + " is neither Normal nor Discovery");
    }
    if (type.equals("Discovery")) {
      if (pdu.tsih() != 0) {
        throw missingSession(pdu);
      }
      demand(security.discovery());
      return;
    }
    Login.Admission where = admission(name, required(offers, KeyTable.TARGET_NAME));
    if (pdu.tsih() != 0) {
      // MaxConnections is 1: the session exists and is full, or there is none.
      if (sessions.exists(port, where.group(), pdu.tsih())) {
        throw new LoginRefusedException(
            LoginStatus.TOO_MANY_CONNECTIONS, "a second connection for session " + pdu.tsih());
      }
      throw missingSession(pdu);
    }
    admission = Optional.of(where);
    ours = OurValues.of(where.group().parameters());
    demand(where.group().access().chapFor(name));
    answers.add(
        new Pair(KeyTable.TARGET_PORTAL_GROUP_TAG.name(), Integer.toString(where.group().tag())));
    String alias = ours.value(KeyTable.TARGET_ALIAS);
    if (!alias.isEmpty()) {
      answers.add(new Pair(KeyTable.TARGET_ALIAS.name(), alias));
    }
  }

  private void demand(Optional<Chap> wanted) throws LoginRefusedException {
    chap = wanted.map(one -> new ChapExchange(one, security.random()));
    ours = ours.with(KeyTable.AUTH_METHOD, chap.isPresent() ? "CHAP" : "None");
    negotiation.use(ours);
    if (chap.isPresent() && stage != SECURITY) {
      throw unauthenticated("the login leaves out the security stage, and CHAP is required");
    }
  }

  private static LoginRefusedException unauthenticated(String why) {
    return new LoginRefusedException(LoginStatus.AUTHENTICATION_FAILURE, why);
  }

  private static LoginRefusedException missingSession(LoginRequest pdu) {
    return new LoginRefusedException(
        LoginStatus.SESSION_DOES_NOT_EXIST, "there is no session with TSIH " + pdu.tsih());
  }

  private Login.Admission admission(String initiatorName, String targetName)
      throws LoginRefusedException {
    Optional<String> wanted = IscsiName.normalise(targetName);
    PortalGroup group =
        groups.stream()
            .filter(candidate -> wanted.equals(Optional.of(candidate.targetName())))
            .findFirst()
            .orElseThrow(
                () ->
                    new LoginRefusedException(
                        LoginStatus.NOT_FOUND,
                        "no target " + TextKeys.printable(targetName) + " at this portal"));
    return group
        .access()
        .lunsFor(initiatorName)
        .map(luns -> new Login.Admission(group, luns))
        .orElseThrow(
            () ->
                new LoginRefusedException(
                    LoginStatus.AUTHORIZATION_FAILURE,
                    initiatorName + " has no ACL at " + group.targetName()));
  }

  private static Optional<String> find(List<Pair> offers, KeySpec row) {
    return offers.stream()
        .filter(pair -> pair.key().equals(row.name()))
        .map(Pair::value)
        .findFirst();
  }

  private static String required(List<Pair> offers, KeySpec row) throws LoginRefusedException {
    return find(offers, row)
        .orElseThrow(
            () ->
                new LoginRefusedException(
                    LoginStatus.MISSING_PARAMETER, row.name() + " is missing"));
  }

  /** The method, then what it needs, in requests of its own (RFC 7143 clause 12.1). */
  private List<Pair> authenticate(LoginRequest pdu, List<Pair> offers)
      throws LoginRefusedException {
    Optional<String> offered = find(offers, KeyTable.AUTH_METHOD);
    if (offered.isPresent() && negotiation.value(KeyTable.AUTH_METHOD).isEmpty()) {
      throw unauthenticated(
          "AuthMethod "
              + TextKeys.printable(offered.get())
              + " is offered, this target has "
              + ours.value(KeyTable.AUTH_METHOD));
    }
    if (offers.stream().anyMatch(ChapExchange::concerns) && !chapAgreed) {
      throw unauthenticated("CHAP keys before AuthMethod=CHAP was agreed");
    }
    List<Pair> answers = chap.isPresent() ? chap.get().answer(offers) : List.of();
    chapAgreed = negotiation.value(KeyTable.AUTH_METHOD).equals("CHAP");
    if (chap.isPresent() && !chapAgreed && pdu.transit()) {
      throw unauthenticated("no AuthMethod is offered, and CHAP is required");
    }
    return answers;
  }

  /** Whether the initiator has shown what it has to. */
  private boolean secure() {
    return chap.isEmpty() || chap.get().done();
  }

  private void declareOurs(List<Pair> answers) {
    if (!segmentLengthDeclared) {
      segmentLengthDeclared = true;
      answers.add(
          new Pair(
              KeyTable.MAX_RECV_DATA_SEGMENT_LENGTH.name(),
              ours.value(KeyTable.MAX_RECV_DATA_SEGMENT_LENGTH)));
    }
  }

  /** The next part of the answer; with the last one the stage may end. */
  private LoginStep chunk(LoginRequest pdu) {
    byte[] part = answer.next(WireFormat.LOGIN.maxRecvDataSegmentLength());
    boolean transit = pdu.transit() && secure() && !answer.more() && !negotiation.unanswered();
    int next = transit ? pdu.nextStage() : stage;
    LoginStep.Answer response =
        new LoginStep.Answer(transit, answer.more(), stage, next, DataSegment.copyOf(part));
    if (next == FULL_FEATURE) {
      return new LoginStep.Complete(login(), response);
    }
    stage = next;
    return response;
  }

  private Login login() {
    InitiatorPort port = initiator;
    if (port == null) {
      throw new IllegalStateException("login without an initiator name");
    }
    int segment =
        segmentLengthDeclared
            ? ours.number(KeyTable.MAX_RECV_DATA_SEGMENT_LENGTH)
            : WireFormat.LOGIN.maxRecvDataSegmentLength();
    return new Login(port, admission, negotiation.parameters(), segment, negotiation);
  }
}
