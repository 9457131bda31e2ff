package org.holdfast.control;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.holdfast.backstore.StateFiles;
import org.holdfast.config.ConfigException;
import org.holdfast.config.ConfigKey;
import org.holdfast.config.ConfigReader;
import org.holdfast.config.Finding;
import org.holdfast.config.JoinedConfig;
import org.holdfast.config.PrivateFiles;
import org.holdfast.config.SecretsPlace;
import org.holdfast.config.SplitConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where a configuration outlives the daemon: its file, and the one that it names for its passwords.
 * They are read, replaced and brought back together. {@link SecretsFile} says how.
 *
 * <p>Thread: one at a time.
 */
final class KeptConfiguration {
  private static final Logger log = LoggerFactory.getLogger(KeptConfiguration.class);

  private final KeptFile main;
  private final StateFiles files;
  private final PrivateFiles privates;

  /** The passwords of what is served, as the daemon read or wrote them last. */
  private Optional<Known> known = Optional.empty();

  private record Known(SecretsFile file, Optional<byte[]> content) {}

  KeptConfiguration(KeptFile main, StateFiles files, PrivateFiles privates) {
    this.main = main;
    this.files = files;
    this.privates = privates;
  }

  Path path() {
    return main.path();
  }

  // ---- Reading.

  /**
   * A configuration and the passwords that it names; nothing is changed.
   *
   * @param content of its file
   * @param source what to call that in messages
   */
  JoinedConfig read(byte[] content, String source) throws ConfigException {
    return join(content, source, file -> file.beside(content));
  }

  /**
   * What was served once.
   *
   * @throws java.nio.file.NoSuchFileException when there is no backup of that name
   */
  JoinedConfig backup(String name) throws IOException, ConfigException {
    return join(main.backup(name), name, file -> file.readBackup(name));
  }

  private interface FileReader {
    byte[] read(SecretsFile file) throws IOException;
  }

  private JoinedConfig join(byte[] content, String source, FileReader reader)
      throws ConfigException {
    return JoinedConfig.of(
        ConfigReader.tree(content, source),
        source,
        place ->
            switch (place) {
              case SecretsPlace.File(Path path) -> reader.read(at(path));
              case SecretsPlace.Credential credential ->
                  credential.read(privates, KeptFile.LONGEST);
            });
  }

  private SecretsFile at(Path path) {
    return SecretsFile.at(path, files, privates);
  }

  private Optional<SecretsFile> secretsOf(ObjectNode document) {
    return SecretsPlace.of(document)
        .filter(SecretsPlace.File.class::isInstance)
        .map(place -> at(((SecretsPlace.File) place).path()));
  }

  /**
   * Takes what the files hold for what is served: a change that was interrupted is ended, and no
   * edit is left that nobody has read.
   *
   * @param served as {@link #read} gave it
   */
  void learn(byte[] content, ObjectNode served) throws IOException {
    main.learn(content);
    Optional<SecretsFile> secrets = secretsOf(served);
    if (secrets.isPresent()) {
      secrets.get().settle(Optional.of(content));
    }
    know(secrets);
  }

  private void know(Optional<SecretsFile> secrets) throws IOException {
    known =
        secrets.isPresent()
            ? Optional.of(new Known(secrets.get(), secrets.get().content()))
            : Optional.empty();
  }

  /** A file that somebody else has changed since; empty: there is none. */
  Optional<Path> edited() throws IOException {
    if (main.edited()) {
      return Optional.of(main.path());
    }
    return known.isPresent() && !known.get().file().holds(known.get().content())
        ? Optional.of(known.get().file().path())
        : Optional.empty();
  }

  List<KeptFile.Backup> backups() throws IOException {
    return main.backups();
  }

  /** A backup without its passwords; as {@link #backup}. */
  ObjectNode backupWithoutSecrets(String name) throws IOException, ConfigException {
    return ConfigReader.tree(main.backup(name), name);
  }

  // ---- Whether a document can be kept.

  /**
   * Looks whether the passwords of a document can stand where it wants them.
   *
   * @param from where the document comes from
   */
  void mustBeAbleToKeep(ObjectNode document, JoinedConfig from) throws Problem {
    Optional<SecretsPlace> place = SecretsPlace.of(document);
    if (place.isPresent() && place.get() instanceof SecretsPlace.Credential) {
      mustAgree(document, place.get());
    }
    Optional<SecretsFile> file = secretsOf(document);
    if (file.isPresent()) {
      mustBeOurs(document, file.get(), from);
    }
  }

  private void mustBeOurs(ObjectNode document, SecretsFile file, JoinedConfig from) throws Problem {
    if (file.path().equals(main.path())) {
      throw new Problem(
          Problem.Kind.INVALID,
          "secrets_file: " + file.path() + " is the configuration itself; choose another place");
    }
    boolean ours =
        known.filter(served -> served.file().path().equals(file.path())).isPresent()
            || from.secrets()
                .flatMap(secrets -> secretsOf(from.document()))
                .filter(read -> read.path().equals(file.path()))
                .isPresent();
    try {
      Optional<byte[]> there = file.content();
      byte[] wanted = Json.pretty(SplitConfig.of(document).secrets());
      if (!ours && there.isPresent() && !Arrays.equals(there.get(), wanted)) {
        throw new Problem(
            Problem.Kind.CONFLICT,
            "secrets_file: "
                + file.path()
                + " is there already and would be overwritten; move it away, or let 'holdfast"
                + " apply' serve a configuration that names it, which takes the passwords in it");
      }
    } catch (IOException e) {
      throw new Problem(
          Problem.Kind.INVALID, "secrets_file: " + file.path() + " cannot be read: " + e);
    }
  }

  /** After a restart the same passwords must come out: a credential cannot be written. */
  private void mustAgree(ObjectNode document, SecretsPlace place) throws Problem {
    Map<String, JsonNode> wanted = JoinedConfig.passwords(document);
    Map<String, JsonNode> given;
    try {
      byte[] content = Json.pretty(SplitConfig.of(document).main());
      given = JoinedConfig.passwords(read(content, "the document").document());
    } catch (ConfigException e) {
      throw Problem.of(e);
    }
    List<Finding> findings = new ArrayList<>();
    Set<String> paths = new TreeSet<>(wanted.keySet());
    paths.addAll(given.keySet());
    for (String path : paths) {
      if (!wanted.containsKey(path)) {
        findings.add(new Finding(path, place + " has a password for this, and it would come back"));
      } else if (!wanted.get(path).equals(given.get(path))) {
        findings.add(
            new Finding(
                path, place + (given.containsKey(path) ? " has another one" : " has none")));
      }
    }
    if (!findings.isEmpty()) {
      throw new Problem(
          Problem.Kind.INVALID,
          "passwords stand in "
              + place
              + ", which the daemon can only read; change them where the service's LoadCredential="
              + " takes them from and restart it. Nothing was changed",
          findings);
    }
  }

  // ---- Keeping.

  /**
   * Makes {@code next} what the next start serves, durably, and keeps what stood there.
   *
   * @param served what is served now
   * @return bytes of the configuration file
   * @throws IOException nothing has changed; or, where the message says so, it may have
   */
  int keep(ObjectNode next, ObjectNode served) throws IOException {
    Optional<byte[]> before = main.content();
    Optional<SecretsFile> old = known.map(Known::file);
    String backup = main.newBackupName();
    if (old.isPresent()) {
      settle(old.get(), before);
      boolean takesEdit = edited().isPresent() && !next.equals(served);
      Optional<byte[]> there = takesEdit ? Optional.empty() : old.get().content();
      old.get()
          .keepBackup(backup, there.orElseGet(() -> Json.pretty(SplitConfig.of(served).secrets())));
    }
    int bytes;
    boolean kept = false;
    try {
      bytes = replace(next, Json.pretty(written(served)), backup, before);
      kept = true;
    } finally {
      if (!kept && old.isPresent()) {
        old.get().forgetBackup(backup);
      }
    }
    try {
      know(secretsOf(next));
    } catch (IOException e) {
      log.warn("the passwords were written and cannot be read", e);
    }
    forget(old, next);
    return bytes;
  }

  /** What was not ended at the last change, because the disk was full then. */
  private static void settle(SecretsFile secrets, Optional<byte[]> main) throws IOException {
    try {
      secrets.settle(main);
    } catch (PrivateFiles.RefusedException _) {
      secrets.abandon(); // Both files were edited, and the administrator overwrites them.
    }
  }

  /** What stands in the configuration file. */
  private static ObjectNode written(ObjectNode document) {
    return SecretsPlace.of(document).isPresent() ? SplitConfig.of(document).main() : document;
  }

  private int replace(ObjectNode next, byte[] servedMain, String backup, Optional<byte[]> before)
      throws IOException {
    byte[] content = Json.pretty(written(next));
    Optional<SecretsFile> file = secretsOf(next);
    if (file.isEmpty()) {
      main.keep(content, servedMain, backup);
      return content.length;
    }
    SecretsFile secrets = file.get();
    ObjectNode tree = SplitConfig.of(next).secrets();
    byte[] wanted = Json.pretty(tree);
    settle(secrets, before);
    if (secrets.holds(Optional.of(wanted))) {
      main.keep(content, servedMain, backup);
    } else if (before.isPresent() && Arrays.equals(before.get(), content)) {
      main.keep(content, servedMain, backup); // Only for the backup: it stays the same.
      replaceAlone(secrets, wanted, backup);
    } else {
      replaceBoth(secrets, tree, content, servedMain, backup, before);
    }
    return content.length;
  }

  private void replaceAlone(SecretsFile secrets, byte[] wanted, String backup) throws IOException {
    boolean replaced = false;
    try {
      secrets.replace(wanted);
      replaced = true;
    } finally {
      if (!replaced) {
        main.forget(backup);
      }
    }
  }

  private void replaceBoth(
      SecretsFile secrets,
      ObjectNode tree,
      byte[] content,
      byte[] servedMain,
      String backup,
      Optional<byte[]> before)
      throws IOException {
    boolean happened = false;
    try {
      secrets.begin(before, content, tree);
      main.keep(content, servedMain, backup);
      happened = true;
    } finally {
      // Where nobody can say which configuration stands, the next start sees by what is pending.
      if (!happened && Contents.same(main.content(), before)) {
        secrets.abandon();
      }
    }
    try {
      secrets.finish(Json.pretty(tree));
    } catch (IOException e) {
      log.warn(
          "{} could not be written; the new passwords are safe beside it, and the next change or"
              + " start puts them there",
          secrets.path(),
          e);
    }
  }

  private void forget(Optional<SecretsFile> old, ObjectNode next) {
    if (old.isEmpty()) {
      return;
    }
    try {
      Set<String> names =
          main.backups().stream().map(KeptFile.Backup::name).collect(Collectors.toSet());
      old.get().forgetBackups(main.backupStem(), names);
    } catch (IOException e) {
      log.warn("old backups beside {} could not be removed", old.get().path(), e);
    }
    if (secretsOf(next).filter(now -> now.path().equals(old.get().path())).isEmpty()) {
      log.info("{} holds passwords that are no longer used from there", old.get().path());
    }
  }

  /** Writes the whole, with its passwords, to another file; what stood there is kept. */
  int export(Path file, ObjectNode document) throws IOException {
    ObjectNode whole = document.deepCopy();
    whole.remove(ConfigKey.SECRETS_FILE.key()); // It needs nothing beside it.
    byte[] content = Json.pretty(whole);
    main.another(file).keep(content, content);
    return content.length;
  }
}
