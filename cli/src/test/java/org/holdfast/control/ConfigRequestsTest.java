package org.holdfast.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.holdfast.control.client.ControlException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The configuration through a real socket, of a real daemon. */
@Timeout(60)
class ConfigRequestsTest {
  @TempDir Path dir;
  private Fixture here;

  @BeforeEach
  void start() throws Exception {
    here = new Fixture(dir);
  }

  @AfterEach
  void stop() {
    here.close();
  }

  private interface Request {
    Object send() throws ControlException;
  }

  private static ControlException refused(int status, Request request) {
    ControlException e = catchThrowableOfType(ControlException.class, request::send);
    assertThat(e).as("refused").isNotNull();
    assertThat(e.status()).as(e.toString()).isEqualTo(status);
    return e;
  }

  private JsonNode kept() throws Exception {
    return Fixture.json(Files.readAllBytes(here.file));
  }

  @Test
  void itSaysWhoItIs() throws Exception {
    JsonNode version = here.client.get("/v1/version");
    assertThat(version.get("pid").asLong()).isEqualTo(ProcessHandle.current().pid());
    assertThat(here.client.get("/v1/openapi.json")).isEqualTo(Schemas.openApi());
  }

  @Test
  void theDocumentComesWithItsRevisionAndWithoutSecrets() throws Exception {
    JsonNode config = here.client.get("/v1/config");
    assertThat(config.get("revision").asLong()).isEqualTo(1);
    assertThat(config.get("file").asString()).isEqualTo(here.file.toString());
    assertThat(config.toString()).contains(Fixture.NODE).doesNotContain(Fixture.SECRET);
  }

  @Test
  void aChangeIsServedAndKeptWithTheSecretsThatWereThere() throws Exception {
    ObjectNode wanted = here.document();
    Fixture.disks(wanted).addObject().put("plugin", "ramdisk").put("name", "new").put("size", 4096);
    JsonNode changed = here.put(wanted);
    assertThat(changed.get("revision").asLong()).isEqualTo(2);
    assertThat(changed.at("/changes/0/what").asString()).isEqualTo("disk ramdisk/new");
    assertThat(changed.get("changes").size()).isEqualTo(1);
    assertThat(here.daemon.configuration().storageObjects()).hasSize(3);
    assertThat(kept().toString()).contains(Fixture.SECRET).contains("ramdisk");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(here.file)))
        .isEqualTo("rw-------");
    assertThat(here.daemon.configuration().targets().getFirst().portalGroups().getFirst().acls())
        .allSatisfy(acl -> assertThat(acl.chap()).isPresent());
  }

  /** As large as it may be, so that it comes in many pieces. */
  @Test
  void aLongDocumentIsReadToItsEnd() throws Exception {
    ObjectNode wanted = here.document();
    wanted.put("comment", "x".repeat(1 << 20));
    assertThat(here.put(wanted).get("revision").asLong()).isEqualTo(2);
    assertThat(here.document().get("comment").asString()).hasSize(1 << 20);
  }

  @Test
  void thePlanChangesNothing() throws Exception {
    ObjectNode wanted = here.document();
    Fixture.disks(wanted).remove(1);
    byte[] before = Files.readAllBytes(here.file);
    JsonNode plan = here.client.post("/v1/config/plan", Json.object().set("document", wanted));
    assertThat(plan.at("/changes/0/kind").asString()).isEqualTo("remove");
    assertThat(plan.get("revision").asLong()).isEqualTo(1);
    assertThat(here.revision()).isEqualTo(1);
    assertThat(here.daemon.configuration().storageObjects()).hasSize(2);
    assertThat(Files.readAllBytes(here.file)).isEqualTo(before);
  }

  @Test
  void whatDoesNotFitIsNamedByItsPlace() throws Exception {
    ObjectNode wanted = here.document();
    ((ObjectNode) Fixture.disks(wanted).get(0)).put("size", "much").remove("create");
    Fixture.group(wanted)
        .withArray("luns")
        .addObject()
        .put("index", 1)
        .put("storage_object", "/backstores/fileio/nowhere");
    ControlException e = refused(422, () -> here.put(wanted));
    assertThat(e.findings())
        .extracting(Object::toString)
        .containsExactlyInAnyOrder(
            "storage_objects[0].size: \"much\" is not a whole number, at least 0",
            "targets[0].tpgs[0].luns[1].storage_object: \"/backstores/fileio/nowhere\" is not among"
                + " storage_objects");
    assertThat(e).hasMessageContaining("for 2 reasons; nothing was changed");
    assertThat(here.revision()).isEqualTo(1);
  }

  @Test
  void whatCannotBeDoneNowIsRefusedWithItsReason() throws Exception {
    ObjectNode wanted = here.document();
    ((ObjectNode) Fixture.disks(wanted).get(0)).put("write_back", true);
    ControlException e = refused(422, () -> here.put(wanted));
    assertThat(e.detail())
        .startsWith("fileio/one: only its size can be changed while LUN 0 of " + Fixture.TARGET)
        .endsWith(
            " uses it; delete that LUN first, or restart the daemon with the new configuration;"
                + " nothing was changed");
    assertThat(Files.exists(dir.resolve("backup"))).isFalse();
  }

  private ObjectNode fileio(String name, Path file) {
    return Json.object()
        .put("plugin", "fileio")
        .put("name", name)
        .put("dev", file.toString())
        .put("size", 4096)
        .put("create", true);
  }

  @Test
  void aNewDiskThatCannotBeMadeIsRefusedWithWhateverIsBesideIt() throws Exception {
    Path place = dir.resolve("none").resolve("lost.img");
    ObjectNode wanted = here.document();
    Fixture.disks(wanted).remove(1);
    Fixture.disks(wanted).addObject().put("plugin", "ramdisk").put("name", "r").put("size", 4096);
    Path beside = dir.resolve("beside.img");
    Fixture.disks(wanted).add(fileio("beside", beside));
    Path found = Files.write(dir.resolve("found.img"), new byte[4096]);
    Fixture.disks(wanted).add(fileio("found", found));
    Fixture.disks(wanted).add(fileio("lost", place));
    Fixture.group(wanted)
        .withArray("luns")
        .addObject()
        .put("index", 1)
        .put("storage_object", "/backstores/fileio/lost");
    JsonNode document = here.client.get("/v1/config");
    JsonNode status = here.client.get("/v1/status");
    byte[] before = Files.readAllBytes(here.file);
    ControlException e = refused(422, () -> here.put(wanted));
    assertThat(e.detail())
        .isEqualTo(
            "fileio/lost: %s: the directory %s does not exist; make it, or give another path;"
                + " nothing was changed",
            place, place.getParent());
    assertThat(here.client.get("/v1/config")).isEqualTo(document);
    assertThat(here.client.get("/v1/status")).isEqualTo(status);
    assertThat(Files.readAllBytes(here.file)).isEqualTo(before);
    assertThat(Files.exists(dir.resolve("backup"))).isFalse();

    assertThat(beside).as("made for nothing").doesNotExist();
    assertThat(found).as("it was there").hasSize(4096);

    Files.createDirectory(place.getParent());
    here.put(wanted);
    for (JsonNode disk : here.client.get("/v1/status").get("storage_objects")) {
      assertThat(disk.get("state").asString()).as(disk.toString()).isEqualTo("ready");
    }
    assertThat(beside).hasSize(4096);
  }

  /** Its file system may be late; who loads, goes back or starts wants what there is. */
  @Test
  void aDiskOfAStoredConfigurationMayComeLater() throws Exception {
    Path place = dir.resolve("none").resolve("late.img");
    ObjectNode withLate = (ObjectNode) Fixture.json(Files.readAllBytes(here.file));
    Fixture.disks(withLate).add(fileio("late", place));
    Path stored = Files.write(dir.resolve("stored.json"), Json.pretty(withLate));
    here.client.post("/v1/config/load", Json.object().put("file", stored.toString()));
    assertThat(late()).isEqualTo("absent");

    ObjectNode other = here.document();
    Fixture.disks(other).remove(1);
    here.put(other);
    assertThat(late()).as("a change of something else").isEqualTo("absent");
    Fixture.disks(other).remove(1);
    here.put(other);
    assertThat(late()).isEqualTo("");
    here.client.post("/v1/config/rollback", Json.object());
    assertThat(late()).isEqualTo("absent");

    here.close();
    here = new Fixture(dir);
    assertThat(late()).as("after a restart").isEqualTo("absent");
  }

  /** The state of that disk; empty: there is none. */
  private String late() throws Exception {
    for (JsonNode disk : here.client.get("/v1/status").get("storage_objects")) {
      if (disk.get("name").asString().equals("late")) {
        return disk.get("state").asString();
      }
    }
    return "";
  }

  @Test
  void whoWasSlowerIsTold() throws Exception {
    ObjectNode mine = Json.object().put("revision", here.revision());
    mine.set("document", here.document());
    Fixture.disks(mine.get("document")).remove(1);
    ObjectNode theirs = here.document();
    Fixture.disks(theirs).addObject().put("plugin", "ramdisk").put("name", "new").put("size", 4096);
    here.put(theirs);
    ControlException e = refused(409, () -> here.client.put("/v1/config", mine));
    assertThat(e.detail())
        .isEqualTo(
            "the configuration was changed meanwhile: it is revision 2 now, and this was made from"
                + " 1; read it again and repeat the change");
    assertThat(here.daemon.configuration().storageObjects()).hasSize(3);
    mine.put("revision", 2);
    here.client.put("/v1/config", mine);
    assertThat(here.daemon.configuration().storageObjects()).hasSize(1);
  }

  @Test
  void anEditOfTheFileIsNobodysToOverwrite() throws Exception {
    Files.writeString(here.file, Files.readString(here.file).replace("1048576, ", "2097152, "));
    ObjectNode wanted = here.document();
    Fixture.disks(wanted).remove(1);
    ControlException e = refused(409, () -> here.put(wanted));
    assertThat(e.detail())
        .isEqualTo(
            "%s was edited since the daemon read or wrote it: 'holdfast apply %s' takes what it"
                + " says now, 'holdfast saveconfig' overwrites it with what is served (and keeps a"
                + " backup); nothing was changed",
            here.file, here.file);
    // One way out of it.
    JsonNode loaded =
        here.client.post("/v1/config/load", Json.object().put("file", here.file.toString()));
    assertThat(loaded.at("/changes/0/detail").asString()).isEqualTo("size 1048576 -> 2097152");
    assertThat(Files.size(dir.resolve("one.img"))).isEqualTo(2 << 20);
    assertThat(Files.readString(newestBackup())).as("what was served").contains("1048576");
    // And the other.
    Files.writeString(here.file, "what somebody began to write");
    refused(409, () -> here.put(wanted));
    here.client.post("/v1/config/save", Json.object());
    assertThat(kept()).isNotEmpty();
    assertThat(Files.readString(newestBackup())).isEqualTo("what somebody began to write");
    assertThat(here.put(here.document()).get("changes")).isEmpty();
  }

  private Path newestBackup() throws Exception {
    return dir.resolve("backup")
        .resolve(here.client.get("/v1/config/backups").at("/0/name").asString());
  }

  @Test
  void theWayBackIsThereAndBackAgain() throws Exception {
    ControlException nothing =
        refused(404, () -> here.client.post("/v1/config/rollback", Json.object()));
    assertThat(nothing.detail()).contains("there is nothing to go back to");
    ObjectNode wanted = here.document();
    Fixture.disks(wanted).remove(1);
    here.put(wanted);
    assertThat(here.client.get("/v1/config/backups").size()).isEqualTo(1);
    JsonNode back = here.client.post("/v1/config/rollback", Json.object());
    assertThat(back.at("/changes/0/kind").asString()).isEqualTo("add");
    assertThat(here.daemon.configuration().storageObjects()).hasSize(2);
    here.client.post("/v1/config/rollback", Json.object());
    assertThat(here.daemon.configuration().storageObjects()).hasSize(1);
    JsonNode backups = here.client.get("/v1/config/backups");
    assertThat(backups.at("/0/summary").asString()).isEqualTo("2 disks, 1 targets");
    here.client.post(
        "/v1/config/rollback", Json.object().put("backup", backups.at("/0/name").asString()));
    assertThat(here.daemon.configuration().storageObjects()).hasSize(2);
    ControlException none =
        refused(
            404,
            () ->
                here.client.post(
                    "/v1/config/rollback", Json.object().put("backup", "../saveconfig.json")));
    assertThat(none.detail()).startsWith("there is no backup");
  }

  @Test
  void itIsSavedAndLoadedAsAWhole() throws Exception {
    Path copy = dir.resolve("copy.json");
    JsonNode saved = here.client.post("/v1/config/save", Json.object().put("file", "" + copy));
    assertThat(saved.get("bytes").asLong()).isEqualTo(Files.size(copy));
    assertThat(Files.readString(copy)).contains(Fixture.SECRET);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
        .isEqualTo("rw-------");
    Files.writeString(copy, Files.readString(copy).replace("\"two\"", "\"three\""));
    JsonNode loaded = here.client.post("/v1/config/load", Json.object().put("file", "" + copy));
    assertThat(((ArrayNode) loaded.get("changes")).size()).isEqualTo(2);
    assertThat(kept().toString()).contains("three");
    for (String verb : new String[] {"save", "load"}) {
      ControlException e =
          refused(
              422, () -> here.client.post("/v1/config/" + verb, Json.object().put("file", "here")));
      assertThat(e.detail())
          .isEqualTo(
              "here is not an absolute path, and the daemon has another working directory than"
                  + " you; give the path from / on");
    }
    ControlException e =
        refused(
            404, () -> here.client.post("/v1/config/load", Json.object().put("file", "/no/such")));
    assertThat(e.detail()).isEqualTo("/no/such: there is no such file");
  }

  @Test
  void theStatusShowsWhatIsThere() throws Exception {
    ObjectNode wanted = here.document();
    Fixture.disks(wanted)
        .addObject()
        .put("plugin", "fileio")
        .put("name", "late")
        .put("dev", dir + "/late.img");
    here.put(wanted);
    JsonNode disks = here.client.get("/v1/status").get("storage_objects");
    assertThat(disks.at("/0/state").asString()).isEqualTo("ready");
    assertThat(disks.at("/0/luns/0").asString()).isEqualTo(Fixture.TARGET + "/tpg1/lun0");
    assertThat(disks.at("/0/cache").asString()).isEqualTo("write-through");
    assertThat(disks.at("/2/state").asString()).isEqualTo("absent");
    assertThat(disks.at("/2/reason").asString()).contains("late.img");
    JsonNode group = here.client.get("/v1/status").at("/targets/0/tpgs/0");
    assertThat(group.at("/portals/0/address").asString()).startsWith("127.0.0.1:");
    assertThat(group.at("/portals/0/address").asString()).doesNotEndWith(":0");
  }

  @Test
  void badRequestsAreExplained() {
    assertThat(refused(404, () -> here.client.get("/v1/nothing")).detail())
        .isEqualTo("/v1/nothing is not known here; GET /v1/openapi.json lists all");
    assertThat(refused(405, () -> here.client.delete("/v1/config")).detail())
        .isEqualTo("DELETE is not possible for /v1/config, only GET and PUT");
    assertThat(refused(400, () -> here.client.put("/v1/config", Json.array())).detail())
        .contains("the body of the request: the file is not one JSON object");
    assertThat(refused(400, () -> here.client.put("/v1/config", Json.object())).detail())
        .isEqualTo("the body's \"document\" must be an object");
    assertThat(refused(400, () -> here.client.post("/v1/config/load", Json.object())).detail())
        .isEqualTo("the body's \"file\" must be text, which is missing");
  }
}
