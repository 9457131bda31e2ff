package org.holdfast.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A configuration with its passwords at their places, wherever they stood.
 *
 * @param document the whole
 * @param secrets what the place that it names held; empty: it names none
 * @param origins of each password that came from there: its path in {@code document} → where it is
 * @param warnings what was noticed on the way
 */
public record JoinedConfig(
    ObjectNode document,
    Optional<Secrets> secrets,
    Map<String, String> origins,
    List<Finding> warnings) {
  public JoinedConfig {
    origins = Map.copyOf(origins);
    warnings = List.copyOf(warnings);
  }

  /** What a file of secrets held when it was read. */
  public record Secrets(SecretsPlace place, ObjectNode tree) {}

  /** Reads the file of secrets. */
  @FunctionalInterface
  public interface Reader {
    /**
     * @throws IOException the message says what to do when it is a {@link
     *     PrivateFiles.RefusedException}
     */
    byte[] read(SecretsPlace place) throws IOException;
  }

  /** A document that has its passwords already. */
  public static JoinedConfig whole(ObjectNode document) {
    return new JoinedConfig(document, Optional.empty(), Map.of(), List.of());
  }

  /** The same with another document in the place of its own. */
  public JoinedConfig with(ObjectNode other) {
    return new JoinedConfig(other, secrets, origins, warnings);
  }

  /**
   * Puts together what stands in two files.
   *
   * @param main the document without its passwords; it is not changed
   * @param source what to call it in messages
   * @throws ConfigException naming everything that keeps them apart
   */
  public static JoinedConfig of(ObjectNode main, String source, Reader reader)
      throws ConfigException {
    Optional<SecretsPlace> place = SecretsPlace.of(main);
    if (place.isEmpty()) {
      return whole(main);
    }
    String name = place.get().toString();
    String text;
    try {
      text = new String(reader.read(place.get()), StandardCharsets.UTF_8);
    } catch (PrivateFiles.RefusedException e) {
      throw refused(source, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw refused(source, name + " cannot be read: " + e);
    }
    ObjectNode tree = ConfigReader.tree(text, name);
    Findings findings = new Findings();
    SecretsJoin join = new SecretsJoin(findings, source, name);
    ObjectNode document = join.join(main, tree);
    if (findings.hasErrors()) {
      throw new ConfigException(source, findings.errors(), findings.warnings());
    }
    return new JoinedConfig(
        document, Optional.of(new Secrets(place.get(), tree)), join.origins(), findings.warnings());
  }

  private static ConfigException refused(String source, String message) {
    return new ConfigException(
        source, List.of(new Finding(ConfigKey.SECRETS_FILE.key(), message)), List.of());
  }

  /**
   * What {@link #document} comes to; findings about a password say where it stands.
   *
   * @param source what to call the document in messages
   */
  public ConfigReader.Loaded check(String source) throws ConfigException {
    try {
      ConfigReader.Loaded loaded = ConfigReader.check(document, source);
      List<Finding> all = new ArrayList<>(warnings);
      all.addAll(located(loaded.warnings()));
      return new ConfigReader.Loaded(loaded.configuration(), all, loaded.withoutEffect());
    } catch (ConfigException e) {
      List<Finding> all = new ArrayList<>(warnings);
      all.addAll(located(e.warnings()));
      throw new ConfigException(source, located(e.errors()), all);
    }
  }

  private List<Finding> located(List<Finding> findings) {
    return findings.stream()
        .map(
            finding ->
                origins.containsKey(finding.path())
                    ? new Finding(
                        finding.path(),
                        finding.message() + " (it stands in " + origins.get(finding.path()) + ")")
                    : finding)
        .toList();
  }

  /** The passwords of what is served, by their paths, to be compared and not shown. */
  public static Map<String, JsonNode> passwords(ObjectNode document) {
    Map<String, JsonNode> found = new TreeMap<>();
    collect(Element.root(document), found);
    return found;
  }

  private static void collect(Element at, Map<String, JsonNode> found) {
    for (Map.Entry<String, JsonNode> entry : at.object().properties()) {
      Optional<ConfigKey> row = at.row(entry.getKey());
      if (SecretKeys.isPassword(row) && SecretKeys.isSet(entry.getValue())) {
        found.put(at.at(entry.getKey()), entry.getValue());
      } else if (SecretKeys.leadsToPasswords(row)) {
        at.entries(entry.getKey()).stream()
            .map(Element.Entry::element)
            .filter(SecretKeys::isServed)
            .forEach(inner -> collect(inner, found));
      }
    }
  }
}
