package org.holdfast.iscsi.session;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.holdfast.iscsi.ConnectionLogic;
import org.holdfast.iscsi.PortalGroup;
import org.holdfast.iscsi.login.Chap;
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
  private final LoginPhase.Security security;
  private final FailedLogins failedLogins = new FailedLogins();
  private final SessionRegistry registry = new SessionRegistry();

  /**
   * A node.
   *
   * @param groups every portal group there is, asked at each connection; any thread
   * @param dataOutBytes memory for Data-Out of all sessions together; at least twice what the
   *     largest command wants, because half of it is for data that comes unasked
   * @param security how discovery sessions authenticate, and where challenges come from
   */
  public IscsiNode(
      Supplier<List<PortalGroup>> groups,
      SessionLimits limits,
      long dataOutBytes,
      LoginPhase.Security security) {
    this.groups = groups;
    this.limits = limits;
    this.dataOut = DataOutPools.of(dataOutBytes);
    this.security = security;
  }

  /** A node with as much memory for Data-Out as the launcher's JVM options are made for. */
  public IscsiNode(
      Supplier<List<PortalGroup>> groups, SessionLimits limits, Optional<Chap> discovery) {
    this(
        groups,
        limits,
        DataOutPools.DEFAULT_BYTES,
        new LoginPhase.Security(discovery, secureRandom()));
  }

  /** A node whose portal groups stay the same, open for discovery. */
  public IscsiNode(List<PortalGroup> groups) {
    this(() -> groups, SessionLimits.DEFAULT, Optional.empty());
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

  List<PortalGroup> groups() {
    return groups.get();
  }

  SessionLimits limits() {
    return limits;
  }

  LoginPhase.Security security() {
    return security;
  }

  FailedLogins failedLogins() {
    return failedLogins;
  }

  DataOutPools dataOut() {
    return dataOut;
  }

  /** Who is logged in. */
  public SessionRegistry registry() {
    return registry;
  }
}
