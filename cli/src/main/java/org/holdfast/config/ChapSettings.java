package org.holdfast.config;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.holdfast.iscsi.login.Chap;
import org.holdfast.iscsi.login.ChapAlgorithm;
import org.holdfast.iscsi.login.Secret;

/**
 * Who has to show a CHAP secret, and which. Closed where the file leaves it open: who has a secret
 * has to show it, and where CHAP is required and there is no secret, nobody gets in.
 *
 * @param findings told what is wrong, never a secret
 */
record ChapSettings(Findings findings) {
  /** The four keys at one place. */
  private record Keys(
      ConfigKey user, ConfigKey password, ConfigKey mutualUser, ConfigKey mutualPassword) {}

  private static final Keys DISCOVERY =
      new Keys(
          ConfigKey.FABRIC_CHAP_USERID,
          ConfigKey.FABRIC_CHAP_PASSWORD,
          ConfigKey.FABRIC_CHAP_MUTUAL_USERID,
          ConfigKey.FABRIC_CHAP_MUTUAL_PASSWORD);
  private static final Keys GROUP =
      new Keys(
          ConfigKey.TPG_CHAP_USERID,
          ConfigKey.TPG_CHAP_PASSWORD,
          ConfigKey.TPG_CHAP_MUTUAL_USERID,
          ConfigKey.TPG_CHAP_MUTUAL_PASSWORD);
  private static final Keys ACL =
      new Keys(
          ConfigKey.ACL_CHAP_USERID,
          ConfigKey.ACL_CHAP_PASSWORD,
          ConfigKey.ACL_CHAP_MUTUAL_USERID,
          ConfigKey.ACL_CHAP_MUTUAL_PASSWORD);

  /** What discovery sessions go through; empty when a name is enough. */
  Optional<Chap> discovery(ConfigCursor root) {
    Optional<Chap> found = Optional.empty();
    for (ConfigCursor fabric : root.list(ConfigKey.FABRIC_MODULES)) {
      if (fabric.text(ConfigKey.FABRIC_NAME).orElse("iscsi").equals("iscsi")) {
        Optional<Chap> chap =
            read(fabric, DISCOVERY, algorithms(fabric, ConfigKey.FABRIC_CHAP_ALGORITHMS));
        if (chap.isEmpty() && fabric.flag(ConfigKey.FABRIC_AUTH)) {
          chap = locked(fabric.path(ConfigKey.FABRIC_AUTH), "discover", DISCOVERY);
        }
        if (chap.isPresent()) {
          found = chap;
        }
      }
    }
    return found;
  }

  /** What initiators without an ACL go through in a group; empty when a name is enough. */
  Optional<Chap> group(ConfigCursor group) {
    Optional<Chap> own = ofGroup(group);
    boolean demo = group.section(ConfigKey.TPG_ATTRIBUTES).flag(ConfigKey.TPG_GENERATE_ACLS);
    return own.isEmpty() && demo && everybody(group)
        ? locked(group.path(), "log in without an ACL", GROUP)
        : own;
  }

  /** What the initiator of an ACL goes through; empty when its name is enough. */
  Optional<Chap> acl(ConfigCursor group, ConfigCursor acl) {
    boolean asked =
        acl.section(ConfigKey.ACL_ATTRIBUTES)
            .text(ConfigKey.ACL_AUTHENTICATION)
            .filter("1"::equals)
            .isPresent();
    Optional<Chap> known =
        read(acl, ACL, algorithms(group, ConfigKey.TPG_CHAP_ALGORITHMS))
            .or(() -> new ChapSettings(new Findings()).ofGroup(group));
    return known.isEmpty() && (asked || everybody(group))
        ? locked(acl.path(), "log in as " + acl.text(ConfigKey.ACL_NODE).orElse("it"), ACL)
        : known;
  }

  private Optional<Chap> ofGroup(ConfigCursor group) {
    return read(group, GROUP, algorithms(group, ConfigKey.TPG_CHAP_ALGORITHMS));
  }

  private static boolean everybody(ConfigCursor group) {
    return group.section(ConfigKey.TPG_ATTRIBUTES).flag(ConfigKey.TPG_AUTHENTICATION)
        || methodsWithoutNone(group);
  }

  /** As LIO does: nobody gets in there, and the rest is served. */
  private Optional<Chap> locked(String where, String what, Keys keys) {
    findings.warning(
        where,
        "CHAP is required and there is no secret, so nobody can "
            + what
            + ": set "
            + keys.user().key()
            + " and "
            + keys.password().key());
    return Optional.of(Chap.locked());
  }

  private static boolean methodsWithoutNone(ConfigCursor group) {
    return Optional.ofNullable(group.section(ConfigKey.TPG_PARAMETERS).object().get("AuthMethod"))
        .filter(value -> !value.isNull())
        .map(value -> List.of(value.asString().split("\\s*,\\s*", -1)))
        .filter(methods -> !methods.contains("None"))
        .isPresent();
  }

  private Optional<Chap> read(ConfigCursor at, Keys keys, List<ChapAlgorithm> allowed) {
    Optional<Chap.Credentials> initiator = credentials(at, keys.user(), keys.password());
    Optional<Chap.Credentials> target = credentials(at, keys.mutualUser(), keys.mutualPassword());
    if (initiator.isEmpty()) {
      if (target.isPresent()) {
        findings.error(
            at.path(keys.mutualUser()),
            "mutual CHAP without the initiator's own: set "
                + keys.user().key()
                + " and "
                + keys.password().key()
                + ", too");
      }
      return Optional.empty();
    }
    return tried(at.path(keys.mutualPassword()), () -> new Chap(initiator.get(), target, allowed));
  }

  private Optional<Chap.Credentials> credentials(
      ConfigCursor at, ConfigKey user, ConfigKey password) {
    Optional<String> name = at.text(user).filter(text -> !text.isEmpty());
    Optional<String> secret = at.text(password).filter(text -> !text.isEmpty());
    if (name.isPresent() != secret.isPresent()) {
      ConfigKey absent = name.isPresent() ? password : user;
      ConfigKey present = name.isPresent() ? user : password;
      findings.error(
          at.path(absent), "missing; " + present.key() + " is set, and one needs the other");
    }
    if (name.isEmpty() || secret.isEmpty()) {
      return Optional.empty();
    }
    byte[] bytes = secret.get().getBytes(StandardCharsets.UTF_8);
    return tried(at.path(password), () -> new Chap.Credentials(name.get(), Secret.of(bytes)));
  }

  private List<ChapAlgorithm> algorithms(ConfigCursor at, ConfigKey key) {
    List<ChapAlgorithm> allowed = new ArrayList<>();
    for (String title : at.text(key).orElse(key.fallback()).split(",", -1)) {
      ChapAlgorithm.titled(title)
          .ifPresentOrElse(
              allowed::add,
              () ->
                  findings.error(
                      at.path(key),
                      title + " is no CHAP algorithm; expected some of " + key.fallback()));
    }
    return allowed.isEmpty() ? Chap.ALL : allowed;
  }

  /** The constructors of secrets know what is wrong with one, and say it without showing it. */
  private <T> Optional<T> tried(String where, Supplier<T> made) {
    try {
      return Optional.of(made.get());
    } catch (IllegalArgumentException e) {
      findings.error(where, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }
}
