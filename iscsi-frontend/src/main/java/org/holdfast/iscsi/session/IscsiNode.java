package org.holdfast.iscsi.session;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.holdfast.iscsi.ConnectionLogic;
import org.holdfast.iscsi.PortalGroup;
import org.holdfast.iscsi.login.Chap;
import org.holdfast.iscsi.login.Login;
import org.holdfast.iscsi.login.LoginPhase;
import org.holdfast.iscsi.login.OurValues;

/**
 * This daemon as initiators see it: its targets and their sessions. Makes the logic of each
 * connection.
 */
public final class IscsiNode implements ConnectionLogic.Factory {
  private final Supplier<List<PortalGroup>> groups;
  private final SessionLimits limits;
  private final DataOutPools dataOut;
  private final Supplier<LoginPhase.Security> security;
  private final FailedLogins failedLogins = new FailedLogins();
  private final LoginRecord logins = new LoginRecord();
  private final SessionRegistry registry = new SessionRegistry();

  /**
   * A node.
   *
   * @param groups every portal group there is, asked at each connection; any thread
   * @param dataOutBytes memory for Data-Out of all sessions together; at least twice what the
   *     largest command wants, because half of it is for data that comes unasked
   * @param security how discovery sessions authenticate, and where challenges come from; asked at
   *     each connection
   */
  public IscsiNode(
      Supplier<List<PortalGroup>> groups,
      SessionLimits limits,
      long dataOutBytes,
      Supplier<LoginPhase.Security> security) {
    this.groups = groups;
    this.limits = limits;
    this.dataOut = DataOutPools.of(dataOutBytes);
    this.security = security;
  }

  /** A node with as much memory for Data-Out as the launcher's JVM options are made for. */
  public IscsiNode(
      Supplier<List<PortalGroup>> groups,
      SessionLimits limits,
      Supplier<Optional<Chap>> discovery) {
    this(groups, limits, DataOutPools.DEFAULT_BYTES, security(discovery));
  }

  private static Supplier<LoginPhase.Security> security(Supplier<Optional<Chap>> discovery) {
    IntFunction<byte[]> random = secureRandom();
    return () -> new LoginPhase.Security(discovery.get(), random);
  }

  /** A node whose portal groups stay the same, open for discovery. */
  public IscsiNode(List<PortalGroup> groups) {
    this(() -> groups, SessionLimits.DEFAULT, Optional::empty);
    groups.forEach(IscsiNode::check);
  }

  private static IntFunction<byte[]> secureRandom() {
    SecureRandom random = new SecureRandom();
    return length -> {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      return bytes;
    };
  }

  /**
   * Checks the login keys that the configuration sets for a portal group.
   *
   * @throws IllegalArgumentException naming target, key, value and what was expected
   */
  public static void check(PortalGroup group) {
    try {
      OurValues.of(group.parameters());
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          group.targetName() + ", portal group " + group.tag() + ": " + wrong.getMessage(), wrong);
    }
  }

  @Override
  public ConnectionLogic open(ConnectionLogic.Context context) {
    return new IscsiConnection(this, context);
  }

  /**
   * The portal groups are other ones than before: every session goes by them from now on, or ends
   * when there is no place for it any more. Thread: any.
   *
   * @param done run, on any thread, when no command of a session can touch a unit any more that it
   *     does not see now
   */
  public void reconfigured(Runnable done) {
    registry.reconfigured(done);
  }

  /**
   * What {@code admission} comes to now: the configuration may have changed since the login began.
   */
  Optional<Login.Admission> renewed(Login.Admission admission, String initiatorName) {
    PortalGroup before = admission.group();
    return groups().stream()
        .filter(
            group -> group.targetName().equals(before.targetName()) && group.tag() == before.tag())
        .findFirst()
        .flatMap(
            group ->
                group
                    .access()
                    .lunsFor(initiatorName)
                    .map(luns -> new Login.Admission(group, luns)));
  }

  List<PortalGroup> groups() {
    return groups.get();
  }

  SessionLimits limits() {
    return limits;
  }

  LoginPhase.Security security() {
    return security.get();
  }

  FailedLogins failedLogins() {
    return failedLogins;
  }

  /** How logins went. */
  public LoginRecord logins() {
    return logins;
  }

  DataOutPools dataOut() {
    return dataOut;
  }

  /** Who is logged in. */
  public SessionRegistry registry() {
    return registry;
  }
}
