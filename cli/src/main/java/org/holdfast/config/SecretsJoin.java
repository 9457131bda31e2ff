package org.holdfast.config;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Brings passwords to whom they belong: the target, portal group, ACL or fabric of the same name,
 * wherever it stands in its list. Owner: the reading thread; used once.
 */
final class SecretsJoin {
  private final Findings findings;
  private final String source;
  private final String secretsName;
  private final Map<String, String> origins = new HashMap<>();

  /**
   * @param source what to call the document in messages
   * @param secretsName the same for the file of secrets
   */
  SecretsJoin(Findings findings, String source, String secretsName) {
    this.findings = findings;
    this.source = source;
    this.secretsName = secretsName;
  }

  /** A copy of {@code main} with what {@code secrets} holds. */
  ObjectNode join(ObjectNode main, ObjectNode secrets) {
    ObjectNode document = main.deepCopy();
    walk(Element.root(secrets), Element.root(document));
    leftInMain(Element.root(document));
    return document;
  }

  /** Path in the document → where the password was. */
  Map<String, String> origins() {
    return origins;
  }

  private void walk(Element secrets, @Nullable Element main) {
    for (Map.Entry<String, JsonNode> entry : secrets.object().properties()) {
      String key = entry.getKey();
      Optional<ConfigKey> row = secrets.row(key);
      if (SecretKeys.isPassword(row)) {
        if (main != null) {
          password(secrets, main, key, entry.getValue());
        }
      } else if (SecretKeys.leadsToPasswords(row)) {
        list(secrets, main, key, entry.getValue());
      } else if (!secrets.isNamedBy(key)) {
        findings.error(
            in(secrets.at(key)),
            "only passwords and the names of whom they belong to stand here; take it out, or to "
                + source
                + " if it is to have an effect");
      }
    }
  }

  private void password(Element secrets, Element main, String key, JsonNode value) {
    if (!SecretKeys.isSet(value)) {
      return;
    }
    if (SecretKeys.isSet(main.object().path(key))) {
      findings.error(
          main.at(key),
          "is in "
              + source
              + ", and in "
              + in(secrets.at(key))
              + ", too; take it out of the first, so that nobody has to guess which one holds");
      return;
    }
    ((ObjectNode) main.object()).set(key, value);
    origins.put(main.at(key), in(secrets.at(key)));
  }

  private void list(Element secrets, @Nullable Element main, String key, JsonNode value) {
    if (!value.isArray()) {
      findings.error(in(secrets.at(key)), "is not a list of objects");
      return;
    }
    for (int i = 0; i < value.size(); i++) {
      if (!value.get(i).isObject()) {
        findings.error(in(secrets.at(key) + "[" + i + "]"), "is not an object");
      }
    }
    Map<String, String> places = new HashMap<>();
    for (Element.Entry entry : secrets.entries(key)) {
      Element element = entry.element();
      if (isNamed(element)) {
        @Nullable String first = places.putIfAbsent(entry.identity(), element.path());
        if (first != null) {
          findings.error(in(element.path()), element.label() + " is already at " + first);
        }
        @Nullable Element owner = main == null ? null : owner(main, key, entry.identity());
        if (main != null && owner == null) {
          nobody(element);
        }
        walk(element, owner);
      }
    }
  }

  private static @Nullable Element owner(Element main, String key, String identity) {
    return main.entries(key).stream()
        .filter(entry -> entry.identity().equals(identity))
        .map(Element.Entry::element)
        .filter(SecretKeys::isServed)
        .findFirst()
        .orElse(null);
  }

  /** A place in a list is no name: in the other file it may be another one's. */
  private boolean isNamed(Element element) {
    boolean named = true;
    for (ConfigKey name : element.naming()) {
      boolean needed = name.isRequired() || name == ConfigKey.TPG_TAG;
      boolean there =
          new ConfigCursor("", element.object()).text(name).isPresent()
              || (!needed && !element.object().has(name.key()));
      if (!there) {
        findings.error(
            in(element.at(name.key())),
            "missing, or not " + name.type().expected() + "; it says whose passwords these are");
        named = false;
      }
    }
    return named;
  }

  /**
   * Nobody gets in by a password that is nobody's, so it keeps nobody from starting. Discovery is
   * the exception: without its section it needs no password, and somebody meant it to.
   */
  private void nobody(Element element) {
    if (element.pattern().equals(ConfigKey.FABRIC_MODULES.key() + "[]")) {
      findings.error(
          in(element.path()),
          element.label()
              + " has a password here and is not in "
              + source
              + ", so that it would need none: add "
              + ConfigKey.FABRIC_MODULES.key()
              + " with "
              + ConfigKey.FABRIC_CHAP_USERID.key()
              + " there, or take this out");
    } else {
      findings.warning(
          in(element.path()),
          element.label()
              + " is not in "
              + source
              + ", or not served: this is not used; take it out, or correct the name");
    }
  }

  private void leftInMain(Element document) {
    for (String path : JoinedConfig.passwords((ObjectNode) document.object()).keySet()) {
      if (!origins.containsKey(path)) {
        findings.warning(
            path,
            "stands in "
                + source
                + " although "
                + ConfigKey.SECRETS_FILE.key()
                + " is set; the next change by the shell or the control API moves it to "
                + secretsName
                + " if that is a file");
      }
    }
  }

  private String in(String path) {
    return secretsName + ": " + path;
  }
}
