package org.holdfast.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.holdfast.backstore.StateFiles;
import org.holdfast.config.ConfigException;
import org.holdfast.config.ConfigKey;
import org.holdfast.config.SplitConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

/** The configuration and its passwords, with a kill between any two steps. */
class SecretsCrashTest {
  private static final String NEW = "another secret 1";

  @TempDir private Path dir;
  private Path file;
  private Path secrets;

  /** Nothing is done any more. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** A disk whose user is killed, before or after its Nth step took effect. */
  private static final class Until implements StateFiles {
    private final int most;
    private final boolean afterwards;
    private int steps;

    Until(int most, boolean afterwards) {
      this.most = most;
      this.afterwards = afterwards;
    }

    @Override
    public byte[] read(Path file, int longest) throws IOException {
      if (steps > most) {
        throw new Killed();
      }
      return StateFiles.onDisk().read(file, longest);
    }

    private interface Step {
      void run() throws IOException;
    }

    private void step(Step step) throws IOException {
      steps++;
      if (steps < most || (steps == most && afterwards)) {
        step.run();
      }
      if (steps >= most) {
        steps = most + 1;
        throw new Killed();
      }
    }

    @Override
    public void replace(Path file, byte[] content) throws IOException {
      step(() -> StateFiles.onDisk().replace(file, content));
    }

    @Override
    public void remove(Path file) throws IOException {
      step(() -> StateFiles.onDisk().remove(file));
    }
  }

  /** What an administrator does. */
  // What changes is handed to it, not kept in it. The checker cannot see it.
  @SuppressWarnings("ImmutableEnumChecker")
  enum Kind {
    PASSWORD_AND_DISK(
        document -> {
          acl(document).put("chap_password", NEW);
          Fixture.disks(document).remove(1);
        }),
    PASSWORD_ALONE(document -> acl(document).put("chap_password", NEW)),
    DISK_ALONE(document -> Fixture.disks(document).remove(1)),
    NEW_ACL(
        document ->
            Fixture.group(document)
                .withArray("node_acls")
                .addObject()
                .put("node_wwn", "iqn.2026-11.org.example:second")
                .put("chap_userid", "bob")
                .put("chap_password", NEW)),
    NO_ACL(document -> Fixture.group(document).putArray("node_acls")),
    NO_FILE_OF_THEIR_OWN(document -> document.remove(ConfigKey.SECRETS_FILE.key())),
    ANOTHER_FILE(
        document -> {
          acl(document).put("chap_password", NEW);
          String old = document.get(ConfigKey.SECRETS_FILE.key()).asString();
          document.put(ConfigKey.SECRETS_FILE.key(), old + ".other");
        });

    private final Consumer<ObjectNode> change;

    Kind(Consumer<ObjectNode> change) {
      this.change = change;
    }
  }

  private static ObjectNode acl(ObjectNode document) {
    return (ObjectNode) Fixture.group(document).at("/node_acls/0");
  }

  @BeforeEach
  void names() {
    file = dir.resolve("config/saveconfig.json");
    secrets = dir.resolve("secrets/chap.json");
  }

  private void empty() throws IOException {
    for (Path directory : List.of(file.getParent(), secrets.getParent())) {
      if (Files.exists(directory)) {
        try (Stream<Path> all = Files.walk(directory)) {
          for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(path);
          }
        }
      }
      Files.createDirectory(directory);
    }
  }

  private static void put(Path file, byte[] content) throws IOException {
    Files.write(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  /** Both files as they are before; the whole document. */
  private ObjectNode begin() throws Exception {
    empty();
    ObjectNode whole = (ObjectNode) Fixture.json(Fixture.text(dir).getBytes(UTF));
    whole.put(ConfigKey.SECRETS_FILE.key(), secrets.toString());
    var split = SplitConfig.of(whole);
    put(file, Json.pretty(split.main()));
    put(secrets, Json.pretty(split.secrets()));
    assertThat(start(StateFiles.onDisk()).document()).isEqualTo(whole);
    return whole;
  }

  private static final Charset UTF = StandardCharsets.UTF_8;

  private StartingPoint start(StateFiles files) throws ConfigException {
    return StartingPoint.read(file, dir, files);
  }

  private static void change(StartingPoint start, ObjectNode wanted) throws Problem {
    new ConfigService((_, _, keeper) -> keeper.keep(), start, List.of(), List::of)
        .change(wanted, OptionalLong.empty(), "");
  }

  @ParameterizedTest
  @EnumSource
  void theOldOneOrTheNewOneStartsAndNeverHalf(Kind kind) throws Exception {
    List<String> outcomes = new ArrayList<>();
    for (boolean afterwards : new boolean[] {false, true}) {
      boolean through = false;
      for (int step = 1; !through; step++) {
        ObjectNode old = begin();
        ObjectNode wanted = old.deepCopy();
        kind.change.accept(wanted);
        try {
          change(start(new Until(step, afterwards)), wanted);
          through = true;
        } catch (Killed _) {
          // And the power is back.
        }
        outcomes.add(restarts(old, wanted, kind + ", step " + step));
        if (through) {
          assertThat(outcomes.getLast()).isEqualTo("new");
        }
      }
    }
    assertThat(outcomes).contains("old", "new");
  }

  /** A kill may come while the start cleans up, too; then the next one does. */
  private String restarts(ObjectNode old, ObjectNode wanted, String when) throws Exception {
    for (int step = 1; step < 4; step++) {
      try {
        start(new Until(step, step % 2 == 0));
      } catch (Killed _) {
        // Again.
      }
    }
    ObjectNode found = start(StateFiles.onDisk()).document();
    assertThat(found).as(when).isIn(old, wanted);
    try (Stream<Path> left = Files.list(secrets.getParent())) {
      String place = found.path(ConfigKey.SECRETS_FILE.key()).asString("");
      assertThat(left.map(Path::toString)).as(when).doesNotContain(place + ".pending");
    }
    assertThat(StartingPoint.check(file).configuration()).isNotNull();
    return found.equals(wanted) ? "new" : "old";
  }

  /** Killed when the configuration was the new one, and the passwords were not yet. */
  private ObjectNode interrupted() throws Exception {
    ObjectNode wanted = begin().deepCopy();
    Kind.PASSWORD_AND_DISK.change.accept(wanted);
    // Backup of the passwords, pending, backup of the configuration, the configuration.
    assertThatThrownBy(() -> change(start(new Until(4, true)), wanted)).isInstanceOf(Killed.class);
    assertThat(Files.exists(Path.of(secrets + ".pending"))).isTrue();
    assertThat(Files.readString(secrets)).contains(Fixture.SECRET);
    return wanted;
  }

  @Test
  void whoOnlyLooksChangesNothingAndSeesTheSame() throws Exception {
    ObjectNode wanted = interrupted();
    byte[] before = Files.readAllBytes(secrets);
    assertThat(StartingPoint.join(file).document()).isEqualTo(wanted);
    assertThat(Files.readAllBytes(secrets)).isEqualTo(before);
    assertThat(start(StateFiles.onDisk()).document()).isEqualTo(wanted);
    assertThat(Files.readString(secrets)).contains(NEW);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secrets)))
        .isEqualTo("rw-------");
  }

  @Test
  void anEditAfterAKillIsNotGuessedAbout() throws Exception {
    for (boolean main : new boolean[] {true, false}) {
      interrupted();
      Path edited = main ? file : secrets;
      Files.writeString(edited, Files.readString(edited) + " ");
      assertThatThrownBy(() -> start(StateFiles.onDisk()))
          .isInstanceOf(ConfigException.class)
          .hasMessage(
              "%1$s: secrets_file: %2$s.pending is left of a change that was interrupted, and the"
                  + " configuration or %2$s was edited since; look at all three, and remove"
                  + " %2$s.pending when the other two are as they should be",
              file, secrets);
      Files.delete(Path.of(secrets + ".pending"));
      assertThat(start(StateFiles.onDisk()).document()).isNotEmpty();
    }
    interrupted();
    put(Path.of(secrets + ".pending"), "{}".getBytes(UTF));
    assertThatThrownBy(() -> start(StateFiles.onDisk()))
        .hasMessageContaining(secrets + ".pending is no pending change; look at all three");
  }

  /** A disk that refuses to replace a file, as often as is left. */
  private static final class Full implements StateFiles {
    private final Path which;
    private int left;

    Full(Path which, int times) {
      this.which = which;
      this.left = times;
    }

    @Override
    public byte[] read(Path file, int most) throws IOException {
      return StateFiles.onDisk().read(file, most);
    }

    @Override
    public void replace(Path file, byte[] content) throws IOException {
      if (file.equals(which) && left-- > 0) {
        throw new IOException("No space left on device");
      }
      StateFiles.onDisk().replace(file, content);
    }

    @Override
    public void remove(Path file) throws IOException {
      StateFiles.onDisk().remove(file);
    }
  }

  @Test
  void aFullDiskLeavesBothAsTheyWere() throws Exception {
    for (Path full : List.of(file, Path.of(secrets + ".pending"))) {
      ObjectNode old = begin();
      ObjectNode wanted = old.deepCopy();
      Kind.PASSWORD_AND_DISK.change.accept(wanted);
      assertThatThrownBy(() -> change(start(new Full(full, 1)), wanted))
          .hasMessageContaining("(No space left on device); nothing was changed");
      assertThat(start(StateFiles.onDisk()).document()).isEqualTo(old);
      for (Path directory : List.of(file.getParent(), secrets.getParent())) {
        Path backups = directory.resolve("backup");
        assertThat(!Files.exists(backups) || backups.toFile().list().length == 0).isTrue();
      }
      assertThat(Files.exists(Path.of(secrets + ".pending"))).isFalse();
    }
    ObjectNode old = begin();
    ObjectNode wanted = old.deepCopy();
    Kind.PASSWORD_ALONE.change.accept(wanted);
    assertThatThrownBy(() -> change(start(new Full(secrets, 1)), wanted))
        .hasMessageContaining("(No space left on device); nothing was changed");
    assertThat(start(StateFiles.onDisk()).document()).isEqualTo(old);
  }

  /** The change has happened; its passwords are safe beside their file, and get there later. */
  @Test
  void aDiskThatFillsUpBetweenTheTwoLosesNothing() throws Exception {
    ObjectNode wanted = begin().deepCopy();
    Kind.PASSWORD_AND_DISK.change.accept(wanted);
    StartingPoint start = start(new Full(secrets, 1));
    ConfigService service =
        new ConfigService((_, _, keeper) -> keeper.keep(), start, List.of(), List::of);
    service.change(wanted, OptionalLong.empty(), "");
    assertThat(Files.readString(secrets)).contains(Fixture.SECRET);
    assertThat(StartingPoint.join(file).document()).isEqualTo(wanted);
    ObjectNode next = wanted.deepCopy();
    acl(next).put("chap_userid", "eve");
    service.change(next, OptionalLong.empty(), "");
    assertThat(Files.readString(secrets)).contains(NEW);
    assertThat(Files.exists(Path.of(secrets + ".pending"))).isFalse();
    assertThat(start(StateFiles.onDisk()).document()).isEqualTo(next);
    // The backup of what was served has its passwords, not those that were on the disk.
    String newest = service.backups().getFirst().name();
    assertThat(start.kept().backup(newest).document()).isEqualTo(wanted);
  }
}
