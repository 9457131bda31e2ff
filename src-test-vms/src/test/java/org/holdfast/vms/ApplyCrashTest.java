package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.holdfast.control.client.ControlClient;
import org.holdfast.control.client.ControlException;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.RawInitiator;
import org.holdfast.vms.initiator.RawLogin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * SIGKILL while one configuration after another is applied, one change in flight at a time: by
 * turns at a random moment and right after an answer. After each restart the daemon serves, and its
 * file holds, the last configuration that was answered or the one that was in flight then, exactly.
 *
 * <p>A killed process loses what it had in memory; what it had written reaches the disk without
 * fsync. So this says nothing about fsync, which has tests of its own beside {@code StateFiles}.
 *
 * <p>{@code -Dholdfast.tests=all} makes it longer; {@code -Dholdfast.seed=N} repeats the moments
 * that are chosen, but not what the kills hit.
 */
class ApplyCrashTest {
  private static final int ROUNDS = "all".equals(System.getProperty("holdfast.tests")) ? 100 : 8;
  private static final int LATEST_KILL_MILLIS = 2000;
  private static final int MOST_CHANGES = 10;

  /** As many as the daemon keeps. */
  private static final int BACKUPS = 20;

  /** A name comes again after so many changes, so that what is kept of a disk does not pile up. */
  private static final int NAMES = 7;

  private static final int ACLS = 40;
  private static final String TARGET = "iqn.2026-11.org.holdfast:crash";
  private static final String NODE = "iqn.2026-11.org.example:";
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  @TempDir Path home;
  private final long seed = Long.getLong("holdfast.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Figures figures = new Figures();
  private ControlledDaemon daemon;

  /** What the rounds came to. */
  private static final class Figures {
    private int answered;
    private int lost;
    private int found;

    private void count(boolean hadEffect) {
      if (hadEffect) {
        found++;
      } else {
        lost++;
      }
    }

    @Override
    public String toString() {
      return "%d changes answered; of those in flight %d had no effect, %d had theirs"
          .formatted(answered, lost, found);
    }
  }

  /**
   * The configuration of a number: by turns one of two that have little in common. Its number is in
   * the size of a disk, which grows with every change, and in the name of an ACL.
   */
  private JsonNode document(int number) {
    boolean even = number % 2 == 0;
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    var disks = document.putArray("storage_objects");
    fileio(disks.addObject(), "common", (number + 1L) << 20);
    ObjectNode target = document.putArray("targets").addObject().put("wwn", TARGET);
    ObjectNode group = target.putArray("tpgs").addObject().put("tag", 1);
    group.putArray("portals").addObject().put("ip_address", "127.0.0.1").put("port", 0);
    var luns = group.putArray("luns");
    luns.addObject().put("index", 0).put("storage_object", "/backstores/fileio/common");
    if (even) {
      String name = "a" + number % NAMES;
      fileio(disks.addObject(), name, 1 << 16);
      luns.addObject().put("index", 1).put("storage_object", "/backstores/fileio/" + name);
    } else {
      for (int i = 5; i < 8; i++) {
        disks.addObject().put("plugin", "ramdisk").put("name", "b" + i).put("size", 1 << 16);
        luns.addObject().put("index", i).put("storage_object", "/backstores/ramdisk/b" + i);
      }
    }
    var acls = group.putArray("node_acls");
    for (int i = 0; i < ACLS; i++) {
      acl(acls.addObject(), NODE + (even ? "even-" : "odd-") + i, 0);
    }
    acl(acls.addObject(), NODE + "change-" + number, 0, even ? 1 : 7);
    return MAPPER.readTree(MAPPER.writeValueAsBytes(document));
  }

  private void fileio(ObjectNode disk, String name, long size) {
    disk.put("plugin", "fileio").put("name", name).put("size", size).put("create", true);
    disk.put("dev", home.resolve(name + ".img").toString());
  }

  private static void acl(ObjectNode acl, String node, int... luns) {
    var mapped = acl.put("node_wwn", node).putArray("mapped_luns");
    for (int lun : luns) {
      mapped.addObject().put("index", lun).put("tpg_lun", lun);
    }
  }

  @Test
  void afterAKillTheConfigurationIsTheLastThatWasAnsweredOrTheOneInFlight() throws Exception {
    System.out.printf("ApplyCrashTest: %d rounds, -Dholdfast.seed=%d%n", ROUNDS, seed);
    try (ControlledDaemon started = ControlledDaemon.start(home)) {
      daemon = started;
      apply(daemon.client(), 0);
      killAgainAndAgain();
    }
    System.out.printf("ApplyCrashTest: %d rounds, %s%n", ROUNDS, figures);
    assertThat(figures.answered).as("there was something to lose").isPositive();
  }

  private void killAgainAndAgain() throws Exception {
    boolean done = false;
    try {
      int number = 0;
      for (int round = 0; round < ROUNDS; round++) {
        Killed killed = round % 2 == 0 ? killedAtAnyMoment(number) : killedAfterAnAnswer(number);
        daemon.startAgain();
        number = judge(round, killed);
      }
      done = true;
    } finally {
      if (!done) {
        System.out.println("--- log of the daemon\n" + daemon.log());
      }
    }
  }

  /** The one way and the other: the document itself, and a file that the daemon reads. */
  private void apply(ControlClient client, int number) throws ControlException, IOException {
    if (number % 3 == 0) {
      Path file = home.resolve("wanted.json");
      Files.write(file, MAPPER.writeValueAsBytes(document(number)));
      client.post(
          "/v1/config/load", JsonNodeFactory.instance.objectNode().put("file", file.toString()));
    } else {
      client.put(
          "/v1/config", JsonNodeFactory.instance.objectNode().set("document", document(number)));
    }
  }

  /**
   * An end of the daemon.
   *
   * @param answered the number of the last change that it had answered
   * @param inFlight whether the next one may have been sent
   */
  private record Killed(int answered, boolean inFlight) {}

  /** What is written behind an answer would be lost. */
  private Killed killedAfterAnAnswer(int before) throws Exception {
    ControlClient client = daemon.client();
    int last = before + 1 + random.nextInt(MOST_CHANGES);
    for (int number = before + 1; number <= last; number++) {
      apply(client, number);
      figures.answered++;
    }
    daemon.kill();
    return new Killed(last, false);
  }

  private Killed killedAtAnyMoment(int before) throws Exception {
    RandomMoment moment = new RandomMoment(random, LATEST_KILL_MILLIS, () -> daemon.kill());
    ControlClient client = daemon.client();
    int number = before;
    try {
      while (true) {
        moment.begin();
        apply(client, number + 1);
        number++;
        figures.answered++;
      }
    } catch (ControlException e) {
      assertThat(e.status())
          .as("seed %d, change %d: %s", seed, number + 1, e)
          .isEqualTo(ControlException.NO_ANSWER);
    }
    moment.join();
    assertThat(daemon.isAlive()).isFalse();
    return new Killed(number, true);
  }

  /** What the restart found must be what was answered or was in flight; the number of that. */
  private int judge(int round, Killed killed) throws Exception {
    int answered = killed.answered();
    String what = "seed %d, round %d, answered up to %d".formatted(seed, round, answered);
    JsonNode kept = MAPPER.readTree(Files.readAllBytes(home.resolve("saveconfig.json")));
    assertThat(kept)
        .as(what)
        .isIn(
            killed.inFlight()
                ? List.of(document(answered), document(answered + 1))
                : List.of(document(answered)));
    int number = kept.equals(document(answered)) ? answered : answered + 1;
    assertThat(daemon.client().get("/v1/config").get("document")).as(what).isEqualTo(kept);
    isServed(number, what);
    if (killed.inFlight()) {
      figures.count(number > answered);
    }
    // What the kill has left behind is in nobody's way, and goes with the next change.
    apply(daemon.client(), number + 1);
    isServed(number + 1, what);
    backupsAreWhole(number, what);
    return number + 1;
  }

  private void isServed(int number, String what) throws Exception {
    for (JsonNode disk : daemon.status().get("storage_objects")) {
      assertThat(disk.path("state").asString()).as("%s: %s", what, disk).isEqualTo("ready");
    }
    int lun = number % 2 == 0 ? 1 : 7;
    try (RawInitiator initiator =
        RawLogin.as(daemon.target(lun), NODE + "change-" + number).login()) {
      assertThat(initiator.read(Cdbs.testUnitReady(), 0)).as(what).hasToString("UA 29/00");
      assertThat(initiator.read(Cdbs.testUnitReady(), 0)).as(what).hasToString("GOOD");
    }
    try (RawInitiator initiator =
        RawLogin.as(daemon.target(0), NODE + "change-" + number).login()) {
      assertThat(initiator.read(Cdbs.testUnitReady(), 0)).as(what).hasToString("UA 29/00");
      int last = ByteBuffer.wrap(initiator.read(Cdbs.readCapacity10(), 8).data()).getInt();
      assertThat(last).as(what).isEqualTo((int) (((number + 1L) << 20) / 512 - 1));
    }
    assertThatThrownBy(() -> RawLogin.as(daemon.target(0), NODE + "change-" + (number - 1)).login())
        .as(what)
        .isInstanceOf(RawLogin.LoginRefused.class);
  }

  /** No more than there may be, each a configuration that was served, and nothing beside them. */
  private void backupsAreWhole(int before, String what) throws IOException {
    List<Path> backups = list(home.resolve("backup"));
    assertThat(backups).as(what).hasSizeLessThanOrEqualTo(BACKUPS);
    for (Path backup : backups) {
      assertThat(backup.toString()).as(what).endsWith(".json");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)))
          .isEqualTo("rw-------");
      JsonNode document = MAPPER.readTree(Files.readAllBytes(backup));
      if (!document.isEmpty()) {
        String node = document.at("/targets/0/tpgs/0/node_acls/" + ACLS + "/node_wwn").asString();
        int number = Integer.parseInt(node.substring(node.lastIndexOf('-') + 1));
        assertThat(number).as(what).isLessThanOrEqualTo(before);
        assertThat(document).as("%s: %s", what, backup).isEqualTo(document(number));
      }
    }
    assertThat(Stream.concat(list(home).stream(), list(home.resolve("state")).stream()))
        .as(what)
        .noneMatch(file -> file.toString().endsWith(".new"));
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }
}
