package org.holdfast.iscsi.session;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.holdfast.iscsi.ConnectionLogic;
import org.holdfast.iscsi.Outbox;
import org.holdfast.iscsi.PortalGroup;
import org.holdfast.iscsi.login.Login;
import org.holdfast.iscsi.login.LoginPhase;
import org.holdfast.iscsi.login.LoginStatus;
import org.holdfast.iscsi.login.LoginStep;
import org.holdfast.iscsi.login.SessionParameters;
import org.holdfast.iscsi.pdu.Bhs;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.iscsi.pdu.DataSink;
import org.holdfast.iscsi.pdu.InitiatorPdu;
import org.holdfast.iscsi.pdu.InitiatorPdu.LoginRequest;
import org.holdfast.iscsi.pdu.Opcode;
import org.holdfast.iscsi.pdu.Pdu;
import org.holdfast.iscsi.pdu.ProtocolViolation;
import org.holdfast.iscsi.pdu.ProtocolViolation.Framing;
import org.holdfast.iscsi.pdu.RejectReason;
import org.holdfast.pr.InitiatorPort;
import org.holdfast.pr.Nexus;
import org.holdfast.scsi.ItNexus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One iSCSI connection: logs in, takes its place among the sessions, serves, leaves.
 *
 * <p>Thread: the connection's; what the registry calls from other threads is passed to it.
 */
public final class IscsiConnection implements ConnectionLogic, SessionRegistry.Member {
  private static final Logger LOG = LoggerFactory.getLogger(IscsiConnection.class);

  private enum State {
    LOGIN,
    /** Logged in, waiting for the session of the same initiator port to go. */
    ENTERING,
    FULL_FEATURE,
    /** Nothing more is taken in. */
    CLOSED
  }

  private final IscsiNode node;
  private final Context context;
  private final Outbox outbox;
  private final LoginPhase login;

  /** The initiator's address, for logs: {@code 192.0.2.7:49152}. */
  private final String peer;

  /** Where text and pings go: one short PDU at a time. */
  private final DataSink requests;

  private final SessionTraffic traffic = new SessionTraffic();

  private State state = State.LOGIN;
  private long since;

  private @Nullable CommandWindow window;
  private @Nullable Responder responder;

  /** The request whose response completes the login. */
  private @Nullable LoginRequest finalRequest;

  private LoginStep.@Nullable Complete complete;
  private SessionRegistry.@Nullable Key place;
  private @Nullable FullFeaturePhase fullFeature;
  private @Nullable KeepAlive keepAlive;
  private @Nullable Long drainDeadline;
  private @Nullable Admitted admitted;

  /** What is told of the session; null when there is none. Written by the connection's thread. */
  private volatile @Nullable SessionFacts facts;

  IscsiConnection(IscsiNode node, Context context) {
    this.node = node;
    this.context = context;
    this.outbox = context.outbox();
    this.peer = address(context.remote());
    this.requests = DataSink.allocating(context.allocator());
    this.since = context.clock().getAsLong();
    this.login =
        new LoginPhase(
            SendTargets.reachedBy(context.local(), node.groups()),
            (initiator, group, tsih) -> node.registry().exists(key(initiator, group), tsih),
            node.security());
  }

  private static SessionRegistry.Key key(InitiatorPort initiator, PortalGroup group) {
    return new SessionRegistry.Key(initiator, group.targetName(), group.tag());
  }

  @Override
  public DataSegment destination(Bhs header, int length) {
    return switch (state) {
      case LOGIN, ENTERING -> requests.destination(header, length);
      case FULL_FEATURE -> Objects.requireNonNull(fullFeature).destination(header, length);
      case CLOSED -> DataSegment.skipped(length);
    };
  }

  @Override
  public void onPdu(Pdu pdu) {
    if (!(pdu instanceof InitiatorPdu request)) {
      pdu.data().release();
      close("a PDU that only targets send: " + pdu.opcode());
      return;
    }
    switch (state) {
      case LOGIN -> {
        if (request instanceof LoginRequest loginRequest) {
          onLogin(loginRequest);
        } else {
          refuseForeign(request);
        }
        request.data().release();
      }
      case ENTERING -> {
        request.data().release();
        close("a request before the login was answered");
      }
      case FULL_FEATURE -> {
        if (keepAlive != null) {
          keepAlive.heard(context.clock().getAsLong());
        }
        if (fullFeature != null) {
          fullFeature.onPdu(request);
        }
      }
      case CLOSED -> request.data().release();
    }
  }

  // ---- Login.

  private void onLogin(LoginRequest request) {
    Responder out = responder;
    if (out == null) {
      window = new CommandWindow(request.cmdSn(), node.limits().queueDepth());
      out = new Responder(outbox, window, request.expStatSn(), peer);
      responder = out;
      if (node.failedLogins()
          .mustWait(context.remote().getAddress(), context.clock().getAsLong())) {
        node.logins().refusedByRate();
        refuse(
            request,
            LoginStatus.SERVICE_UNAVAILABLE,
            "too many failed logins from there; it has to wait "
                + FailedLogins.SECONDS
                + " s after the last");
        return;
      }
    }
    switch (login.onRequest(request)) {
      case LoginStep.Answer answer ->
          out.send(LoginResponses.answer(request, out, answer, request.tsih()));
      case LoginStep.Refuse refusal -> {
        if (refusal.status().isDenial()) {
          node.failedLogins().failed(context.remote().getAddress(), context.clock().getAsLong());
        }
        node.logins()
            .failed(
                context.remote().getAddress(),
                Instant.now(),
                refusal.status() + ": " + refusal.why());
        refuse(request, refusal.status(), refusal.why());
      }
      case LoginStep.Complete done -> {
        finalRequest = request;
        complete = done;
        Optional<Login.Admission> target = done.login().target();
        if (target.isEmpty()) {
          begin(done, node.registry().discoveryTsih());
        } else {
          state = State.ENTERING;
          since = context.clock().getAsLong();
          place = key(done.login().initiator(), target.get().group());
          node.registry().enter(place, this);
        }
      }
    }
  }

  private void refuse(LoginRequest request, LoginStatus status, String why) {
    LOG.info("{}: login refused, {}: {}", peer, status, why);
    if (responder != null) {
      outbox.send(LoginResponses.refusal(request, responder, status));
    }
    state = State.CLOSED;
    outbox.closeAfterSent("login refused: " + why);
  }

  /** Not a login request: when there was one, its initiator hears why; a stranger does not. */
  private void refuseForeign(InitiatorPdu pdu) {
    Responder out = responder;
    if (out != null) {
      outbox.send(LoginResponses.refusal(pdu, out));
    }
    close(pdu.opcode() + " during login");
  }

  @Override
  public void entered(int tsih) {
    outbox.execute(
        () -> {
          LoginStep.Complete done = complete;
          // Otherwise this login has been given up since, and the place with it.
          if (state == State.ENTERING && done != null) {
            begin(done, tsih);
          }
        });
  }

  @Override
  public void full() {
    outbox.execute(() -> abandonLogin(LoginStatus.OUT_OF_RESOURCES, "no TSIH is left"));
  }

  @Override
  public void displaced() {
    outbox.execute(
        () -> {
          abandonLogin(LoginStatus.SERVICE_UNAVAILABLE, "another login took over");
          if (state == State.FULL_FEATURE) {
            LOG.info("{}: session replaced by a new login", peer);
            endSession();
            state = State.CLOSED;
            outbox.abort("session reinstatement");
          }
        });
  }

  @Override
  public void reset() {
    outbox.execute(
        () -> {
          if (state == State.FULL_FEATURE) {
            LOG.info("{}: session ends, its target was reset", peer);
            endSession();
            state = State.CLOSED;
            outbox.closeAfterSent("target cold reset");
          }
        });
  }

  @Override
  public void reconfigured(Runnable done) {
    outbox.execute(
        () -> {
          if (admitted == null || fullFeature == null) {
            // A login that is not complete looks at the configuration when it is.
            done.run();
          } else {
            admitted.follow(fullFeature, () -> close("no longer admitted"), done);
          }
        });
  }

  private void abandonLogin(LoginStatus status, String why) {
    if (state == State.ENTERING && finalRequest != null && place != null) {
      refuse(finalRequest, status, why);
      node.registry().leave(place, this);
    }
  }

  /** The login's last response goes out in the old wire format, all else in the new one. */
  private void begin(LoginStep.Complete done, int tsih) {
    LoginRequest request = finalRequest;
    Responder out = responder;
    CommandWindow commands = window;
    if (request == null || out == null || commands == null) {
      throw new IllegalStateException("a login without a request");
    }
    Login result = done.login();
    String initiator = result.initiator().name();
    Optional<Login.Admission> target =
        result
            .target()
            .flatMap(
                admission ->
                    node.renewed(admission, initiator)
                        .filter(renewed -> renewed.asksTheSameOf(initiator, admission)));
    if (target.isEmpty() && result.target().isPresent()) {
      abandonLogin(LoginStatus.NOT_FOUND, "the configuration has changed during the login");
      return;
    }
    state = State.FULL_FEATURE;
    SendTargets targets = new SendTargets(node::groups, context.local(), initiator);
    TextExchange text =
        new TextExchange(
            out,
            targets,
            target.map(admission -> admission.group().targetName()),
            result.negotiation());
    fullFeature =
        new FullFeaturePhase(
            outbox,
            out,
            commands,
            result,
            text,
            request.connectionId(),
            current -> target.map(admission -> session(result, admission, current)),
            requests,
            this::left);
    keepAlive = new KeepAlive(out, node.limits(), context.clock().getAsLong());
    outbox.send(LoginResponses.answer(request, out, done.last(), tsih));
    outbox.enterFullFeaturePhase(result.wireFormat());
    node.logins().succeeded();
    Admitted in = admitted;
    if (in != null) {
      facts =
          new SessionFacts(
              tsih, request.connectionId(), in.nexus(), context, result, Instant.now(), traffic);
    }
    LOG.info(
        "{}: {} logged in {}",
        peer,
        initiator,
        target.map(admission -> "to " + admission.group().targetName()).orElse("to discover"));
  }

  private IscsiSession session(
      Login result, Login.Admission admission, Supplier<SessionParameters> current) {
    Responder out = Objects.requireNonNull(responder);
    CommandWindow commands = Objects.requireNonNull(window);
    PortalGroup group = admission.group();
    ItNexus nexus =
        group
            .engine()
            .attach(new Nexus(result.initiator(), group.engine().port()), peer, admission.luns());
    admitted = new Admitted(node, nexus, admission);
    SessionContext shared =
        new SessionContext(
            group.engine(),
            nexus,
            outbox,
            context.allocator(),
            node.limits(),
            node.dataOut(),
            traffic,
            () -> node.registry().displaceAll(group.targetName()),
            current);
    return new IscsiSession(shared, out, commands);
  }

  @Override
  public Optional<SessionInfo> info() {
    return Optional.ofNullable(facts).map(SessionFacts::now);
  }

  private static String address(InetSocketAddress remote) {
    InetAddress address = remote.getAddress();
    return (address == null ? remote.getHostString() : address.getHostAddress())
        + ":"
        + remote.getPort();
  }

  // ---- After login.

  @Override
  public void onViolation(ProtocolViolation violation) {
    Responder out = responder;
    if (state != State.FULL_FEATURE || out == null || fullFeature == null) {
      close(violation.detail());
      return;
    }
    Bhs header = violation.header();
    Opcode opcode = header.opcode();
    boolean numbered =
        opcode != null
            && opcode.sender() == Opcode.Side.INITIATOR
            && opcode != Opcode.DATA_OUT
            && opcode != Opcode.SNACK_REQUEST;
    if (numbered && !header.immediate() && violation.framing() == Framing.INTACT) {
      fullFeature.skip(header.i32(24));
    }
    out.reject(violation.reason(), header, violation.detail());
    // ErrorRecoveryLevel 0 recovers from a digest error by a new session (RFC 7143 clause 7.8).
    if (violation.framing() == Framing.LOST
        || violation.reason() == RejectReason.DATA_DIGEST_ERROR
        || opcode == Opcode.DATA_OUT) {
      close(violation.detail());
    }
  }

  @Override
  public void onTick(long now) {
    switch (state) {
      case LOGIN -> {
        if (now - since >= node.limits().login().toNanos()) {
          close("login took too long");
        }
      }
      case ENTERING -> {
        if (now - since >= node.limits().reinstatement().toNanos()) {
          abandonLogin(LoginStatus.SERVICE_UNAVAILABLE, "the session to be replaced does not end");
        }
      }
      case FULL_FEATURE -> {
        boolean overdue = drainDeadline != null && now - drainDeadline >= 0;
        if (overdue && fullFeature != null && fullFeature.quiet()) {
          close("the initiator did not log out");
        } else if (keepAlive != null && keepAlive.dead(now)) {
          LOG.warn("{}: no sign of life, connection closed", peer);
          endSession();
          state = State.CLOSED;
          outbox.abort("the initiator does not answer");
        }
      }
      case CLOSED -> {}
    }
  }

  @Override
  public void onDrain() {
    requestLogout();
  }

  /** Asks the initiator to leave, as the target shuts down; a login under way just ends. */
  public void requestLogout() {
    if (state == State.FULL_FEATURE && fullFeature != null) {
      drainDeadline = context.clock().getAsLong() + node.limits().drain().toNanos();
      fullFeature.drain((int) node.limits().drain().toSeconds());
    } else if (state != State.CLOSED) {
      abandonLogin(LoginStatus.SERVICE_UNAVAILABLE, "the target shuts down");
      close("the target shuts down");
    }
  }

  @Override
  public void onClosed() {
    endSession();
    if (state == State.ENTERING && place != null) {
      node.registry().leave(place, this);
    }
    state = State.CLOSED;
  }

  private void close(String reason) {
    if (state == State.CLOSED) {
      return;
    }
    if (state == State.ENTERING && place != null) {
      node.registry().leave(place, this);
    }
    endSession();
    state = State.CLOSED;
    outbox.closeAfterSent(reason);
  }

  private void endSession() {
    facts = null;
    if (fullFeature != null) {
      fullFeature.end(() -> {});
    }
  }

  /** The engine holds nothing of this session any more. */
  private void left() {
    if (place != null) {
      node.registry().leave(place, this);
    }
    if (admitted != null) {
      admitted.gone();
    }
  }
}
