package org.holdfast.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.holdfast.backstore.StateFiles;
import org.holdfast.config.ConfigReader;
import org.holdfast.config.JoinedConfig;
import org.holdfast.config.PrivateFiles;
import org.holdfast.config.SplitConfig;
import org.holdfast.control.client.ControlException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Passwords in a file of their own, of a daemon that is told by the control API. */
@Timeout(60)
class SecretsRequestsTest {
  private static final String NEW = "another secret 1";

  @TempDir private Path dir;
  private Path file;
  private Path secrets;

  @BeforeEach
  void names() throws Exception {
    file = dir.resolve("config/saveconfig.json");
    secrets = dir.resolve("secrets/chap.json");
    Files.createDirectory(file.getParent());
    Files.createDirectory(secrets.getParent());
  }

  private static ControlException refused(int status, Request request) {
    ControlException e = catchThrowableOfType(ControlException.class, request::send);
    assertThat(e).as("refused").isNotNull();
    assertThat(e.status()).as(e.toString()).isEqualTo(status);
    return e;
  }

  private interface Request {
    Object send() throws ControlException;
  }

  private static void put(Path file, JsonNode content) throws Exception {
    Files.write(file, Json.pretty(content));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private ObjectNode whole(String place) {
    return ((ObjectNode) Fixture.json(Fixture.text(dir).getBytes(StandardCharsets.UTF_8)))
        .put("secrets_file", place);
  }

  private Fixture split() throws Exception {
    SplitConfig split = SplitConfig.of(whole(secrets.toString()));
    put(file, split.main());
    put(secrets, split.secrets());
    return new Fixture(dir, file);
  }

  private static ObjectNode acl(JsonNode document) {
    return (ObjectNode) document.at("/targets/0/tpgs/0/node_acls/0");
  }

  @Test
  void passwordsMoveToTheirOwnFileAndStayThere() throws Exception {
    try (Fixture here = new Fixture(dir, file)) {
      ObjectNode wanted = here.document().put("secrets_file", secrets.toString());
      JsonNode changed = here.put(wanted);
      assertThat(changed.at("/changes/0/detail").asString())
          .isEqualTo("secrets_file none -> " + secrets);
      assertThat(Files.readString(file)).doesNotContain(Fixture.SECRET).contains("ann");
      assertThat(Files.readString(secrets)).contains(Fixture.SECRET);
      acl(wanted).put("chap_password", NEW);
      here.put(wanted);
      assertThat(Files.readString(file)).doesNotContain(NEW);
      assertThat(Files.readString(secrets)).contains(NEW).doesNotContain(Fixture.SECRET);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secrets)))
          .isEqualTo("rw-------");
      assertThat(here.client.get("/v1/config").toString()).contains(Mask.STARS).doesNotContain(NEW);
      // Whatever is changed with them, they stay what they are.
      Fixture.disks(wanted).remove(1);
      acl(wanted).put("chap_password", Mask.STARS);
      here.put(wanted);
      assertThat(Files.readString(secrets)).contains(NEW);
    }
    try (Fixture again = new Fixture(dir, file)) {
      assertThat(again.daemon.configuration().storageObjects()).hasSize(1);
      assertThat(acl(again.document()).get("chap_password").asString()).isEqualTo(Mask.STARS);
    }
  }

  @Test
  void theWayBackBringsThePasswordsThatBelongToIt() throws Exception {
    try (Fixture here = split()) {
      ObjectNode wanted = here.document();
      acl(wanted).put("chap_password", NEW);
      here.put(wanted);
      Fixture.disks(wanted).remove(1);
      here.put(wanted);
      here.client.post("/v1/config/rollback", Json.object());
      assertThat(Files.readString(secrets)).contains(NEW);
      String oldest = here.client.get("/v1/config/backups").at("/2/name").asString();
      Path old = secrets.resolveSibling("backup").resolve("chap.json." + oldest + ".secrets");
      assertThat(Files.readString(old)).contains(Fixture.SECRET);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(old)))
          .isEqualTo("rw-------");
      here.client.post("/v1/config/rollback", Json.object().put("backup", oldest));
      assertThat(Files.readString(secrets)).contains(Fixture.SECRET).doesNotContain(NEW);
      here.put(whole(secrets.toString()));
      Files.delete(old);
      here.put(wanted);
      assertThat(
              refused(
                      422,
                      () ->
                          here.client.post(
                              "/v1/config/rollback", Json.object().put("backup", oldest)))
                  .detail())
          .contains("the passwords that belong to " + oldest + " are not there: " + old)
          .contains("go back to another backup, or apply a file that has them");
    }
  }

  @Test
  void backupsOfPasswordsAreForgottenWithTheirs() throws Exception {
    try (Fixture here = split()) {
      ObjectNode wanted = here.document();
      for (int i = 0; i < KeptFile.BACKUPS + 3; i++) {
        acl(wanted).put("chap_userid", "user" + i);
        here.put(wanted);
      }
      try (var left = Files.list(secrets.resolveSibling("backup"))) {
        assertThat(left).hasSize(KeptFile.BACKUPS);
      }
    }
  }

  @Test
  void anEditOfThePasswordsIsNobodysToOverwrite() throws Exception {
    try (Fixture here = split()) {
      put(
          secrets,
          Fixture.json(
              Files.readString(secrets)
                  .replace(Fixture.SECRET, NEW)
                  .getBytes(StandardCharsets.UTF_8)));
      ObjectNode wanted = here.document();
      Fixture.disks(wanted).remove(1);
      assertThat(refused(409, () -> here.put(wanted)).detail())
          .startsWith(
              secrets + " was edited since the daemon read or wrote it: 'holdfast apply " + file);
      ObjectNode load = Json.object().put("file", file.toString());
      JsonNode plan = here.client.post("/v1/config/plan", load);
      assertThat(plan.at("/changes/0/detail").asString()).isEqualTo("chap_password changed");
      JsonNode changed = here.client.post("/v1/config/load", load);
      assertThat(changed.get("changes")).isEqualTo(plan.get("changes"));
      here.put(wanted);
      assertThat(Files.readString(secrets)).contains(NEW);
      // And the other way out.
      Files.writeString(secrets, "what somebody began to write");
      refused(409, () -> here.put(whole(secrets.toString())));
      here.client.post("/v1/config/save", Json.object());
      assertThat(Files.readString(secrets)).contains(NEW);
    }
  }

  @Test
  void aCopyNeedsNothingBesideIt() throws Exception {
    try (Fixture here = split()) {
      Path copy = dir.resolve("copy.json");
      here.client.post("/v1/config/save", Json.object().put("file", copy.toString()));
      assertThat(Files.readString(copy)).contains(Fixture.SECRET).doesNotContain("secrets_file");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void aFileOfSomebodyElseIsNotTakenOver() throws Exception {
    try (Fixture here = new Fixture(dir, file)) {
      put(secrets, Json.object().put("mine", 1));
      ObjectNode wanted = here.document().put("secrets_file", secrets.toString());
      assertThat(refused(409, () -> here.put(wanted)).detail())
          .isEqualTo(
              "secrets_file: "
                  + secrets
                  + " is there already and would be overwritten; move it away, or let 'holdfast"
                  + " apply' serve a configuration that names it, which takes the passwords in it");
      wanted.put("secrets_file", file.toString());
      assertThat(refused(422, () -> here.put(wanted)).detail())
          .isEqualTo(
              "secrets_file: " + file + " is the configuration itself; choose another place");
      wanted.put("secrets_file", dir + "/none/s.json");
      assertThat(refused(507, () -> here.put(wanted)).detail()).contains("none/s.json");
      assertThat(Files.readString(file)).contains(Fixture.SECRET);
      // A configuration that names it takes it over.
      ObjectNode both = whole(secrets.toString());
      put(secrets, SplitConfig.of(both).secrets());
      Path other = dir.resolve("other.json");
      put(other, SplitConfig.of(both).main());
      here.client.post("/v1/config/load", Json.object().put("file", other.toString()));
      assertThat(Files.readString(file)).doesNotContain(Fixture.SECRET);
    }
  }

  @Test
  void whatOthersCanReadIsRefusedAtTheStart() throws Exception {
    split().close();
    Files.setPosixFilePermissions(secrets, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(catchThrowableOfType(Exception.class, () -> StartingPoint.read(file, dir)))
        .hasMessageStartingWith(
            file + ": secrets_file: " + secrets + " holds secrets and is not for its owner alone")
        .hasMessageContaining("run 'chmod 600 " + secrets + "'");
    Files.delete(secrets);
    assertThat(catchThrowableOfType(Exception.class, () -> StartingPoint.check(file)))
        .hasMessage(
            "%1$s: secrets_file: %2$s: there is no such file; bring it back, or begin one: (umask"
                + " 077; echo '{}' > %2$s)",
            file, secrets);
  }

  private ConfigService credential() throws Exception {
    SplitConfig split = SplitConfig.of(whole("credential:chap"));
    put(file, split.main());
    put(secrets.resolveSibling("chap"), split.secrets());
    byte[] content = Files.readAllBytes(file);
    StateFiles files = StateFiles.onDisk();
    KeptConfiguration kept =
        new KeptConfiguration(
            new KeptFile(file, Optional.of(content), files, InstantSource.system()),
            files,
            new PrivateFiles(
                (Integer) Files.getAttribute(file, "unix:uid"), Optional.of(secrets.getParent())));
    JoinedConfig joined = kept.read(content, "c.json");
    ConfigReader.Loaded loaded = joined.check("c.json");
    kept.learn(content, joined.document());
    return new ConfigService(
        (_, _, keeper) -> keeper.keep(),
        new StartingPoint(joined.document(), loaded, kept, false),
        List.of(),
        List::of);
  }

  private static Problem problem(ConfigService service, ObjectNode wanted) {
    Problem problem =
        catchThrowableOfType(Problem.class, () -> service.change(wanted, OptionalLong.empty(), ""));
    assertThat(problem.kind()).isEqualTo(Problem.Kind.INVALID);
    return problem;
  }

  @Test
  void aCredentialIsReadAndNotWritten() throws Exception {
    ConfigService service = credential();
    byte[] before = Files.readAllBytes(secrets.resolveSibling("chap"));
    ObjectNode wanted = Mask.masked(service.held().document());
    Fixture.disks(wanted).remove(1);
    service.change(wanted, OptionalLong.empty(), "");
    assertThat(Files.readString(file)).contains("credential:chap").doesNotContain(Fixture.SECRET);
    acl(wanted).put("chap_password", NEW);
    assertThat(problem(service, wanted))
        .hasMessage(
            "passwords stand in credential:chap, which the daemon can only read; change them where"
                + " the service's LoadCredential= takes them from and restart it. Nothing was"
                + " changed")
        .extracting(e -> e.findings().toString())
        .asString()
        .contains("node_acls[0].chap_password: credential:chap has another one")
        .doesNotContain(NEW);
    ObjectNode none = Mask.masked(service.held().document());
    acl(none).remove(List.of("chap_userid", "chap_password"));
    assertThat(problem(service, none).findings().toString())
        .contains(
            "node_acls[0].chap_password: credential:chap has a password for this, and it would"
                + " come back");
    ObjectNode group = Mask.masked(service.held().document());
    Fixture.group(group).put("chap_userid", "u").put("chap_password", NEW);
    assertThat(problem(service, group).findings().toString())
        .contains("tpgs[0].chap_password: credential:chap has none");
    // Whose password it was is gone: it is nobody's, and the next start says so.
    ObjectNode gone = Mask.masked(service.held().document());
    Fixture.group(gone).putArray("node_acls");
    service.change(gone, OptionalLong.empty(), "");
    // What was written can be started, and the credential is as it was.
    assertThat(Files.readAllBytes(secrets.resolveSibling("chap"))).isEqualTo(before);
    String name = service.backups().getFirst().name();
    service.rollback(Optional.of(name));
    assertThat(acl(service.held().document()).get("chap_password").asString())
        .isEqualTo(Fixture.SECRET);
  }
}
