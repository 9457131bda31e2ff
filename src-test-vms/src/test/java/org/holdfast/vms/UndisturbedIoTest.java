package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.holdfast.control.client.ControlClient;
import org.holdfast.vms.initiator.RawInitiator;
import org.holdfast.vms.initiator.RawLogin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * LUNs come, go, grow and lead elsewhere through the control socket of the packaged daemon, while
 * an initiator writes, reads and compares on another LUN of the same session.
 *
 * <p>That session is told of a changed inventory by one unit attention, REPORTED LUNS DATA HAS
 * CHANGED, because SPC-4 (REPORT LUNS command) asks for it; nothing else may happen to it.
 *
 * <p>{@code -Dholdfast.tests=all} makes it longer; {@code -Dholdfast.seed=N} repeats the load.
 */
@Timeout(600)
class UndisturbedIoTest {
  private static final int ROUNDS = "all".equals(System.getProperty("holdfast.tests")) ? 200 : 5;
  private static final String TARGET = "iqn.2026-11.org.holdfast:busy";
  private static final String NODE = "iqn.2026-11.org.example:busy";
  private static final String OTHER = "iqn.2026-11.org.example:other";
  private static final String INVENTORY = "UA 3F/0E";
  private static final int MIB = 1 << 20;

  @TempDir Path home;
  private long size = MIB;
  private ControlClient client;

  /**
   * One configuration.
   *
   * @param what is done to get there, for messages
   * @param luns {@code index disk}, all mapped to the busy node under the same number
   * @param mapped another number for a LUN of the portal group: {@code tpgLun mapped}; null: none
   * @param told whether the inventory of the busy session changes
   */
  private record Step(String what, List<String> luns, List<Integer> mapped, boolean told) {}

  private static List<Step> steps() {
    return List.of(
        new Step("add LUN 1", List.of("1 fileio/two"), List.of(), true),
        new Step("grow the disk of LUN 1", List.of("1 fileio/two"), List.of(), false),
        new Step("map LUN 1 as LUN 9", List.of("1 fileio/two"), List.of(1, 9), true),
        new Step(
            "another LUN that it does not see",
            List.of("1 fileio/two", "2 ramdisk/three hidden"),
            List.of(1, 9),
            false),
        new Step("LUN 1 leads to another disk", List.of("1 ramdisk/three"), List.of(), true),
        new Step("the other node loses its ACL", List.of("1 ramdisk/three"), List.of(), false),
        new Step("take LUN 1 away", List.of(), List.of(), true));
  }

  private ObjectNode document(Step step) {
    if (step.what().startsWith("grow")) {
      size += MIB;
    }
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    var disks = document.putArray("storage_objects");
    fileio(disks.addObject(), "one", 4 * MIB);
    fileio(disks.addObject(), "two", size);
    disks.addObject().put("plugin", "ramdisk").put("name", "three").put("size", MIB);
    ObjectNode group =
        document.putArray("targets").addObject().put("wwn", TARGET).putArray("tpgs").addObject();
    group.put("tag", 1);
    group.putArray("portals").addObject().put("ip_address", "127.0.0.1").put("port", 0);
    var luns = group.putArray("luns");
    luns.addObject().put("index", 0).put("storage_object", "/backstores/fileio/one");
    var acls = group.putArray("node_acls");
    var mapped = acls.addObject().put("node_wwn", NODE).putArray("mapped_luns");
    mapped.addObject().put("index", 0).put("tpg_lun", 0);
    for (String lun : step.luns()) {
      String[] words = lun.split(" ", -1);
      int index = Integer.parseInt(words[0]);
      luns.addObject().put("index", index).put("storage_object", "/backstores/" + words[1]);
      if (words.length == 2) {
        int shown =
            !step.mapped().isEmpty() && step.mapped().getFirst() == index
                ? step.mapped().getLast()
                : index;
        mapped.addObject().put("index", shown).put("tpg_lun", index);
      }
    }
    if (!step.what().contains("loses")) {
      var others = acls.addObject().put("node_wwn", OTHER).putArray("mapped_luns");
      others.addObject().put("index", 0).put("tpg_lun", 0);
    }
    return document;
  }

  private void fileio(ObjectNode disk, String name, long bytes) {
    disk.put("plugin", "fileio").put("name", name).put("size", bytes).put("create", true);
    disk.put("dev", home.resolve(name + ".img").toString());
  }

  /** By turns the document itself, and a file as {@code holdfast apply} names it. */
  private void apply(Step step, boolean fromFile) throws Exception {
    ObjectNode document = document(step);
    if (fromFile) {
      Path file = home.resolve("wanted.json");
      Files.write(file, JsonMapper.shared().writeValueAsBytes(document));
      client.post(
          "/v1/config/load", JsonNodeFactory.instance.objectNode().put("file", file.toString()));
    } else {
      client.put("/v1/config", JsonNodeFactory.instance.objectNode().set("document", document));
    }
  }

  private List<String> lunsOfTheSession(String id) throws Exception {
    List<String> luns = new ArrayList<>();
    for (JsonNode session : client.get("/v1/sessions")) {
      if (session.get("id").asString().equals(id)) {
        session.get("luns").forEach(lun -> luns.add(lun.asString()));
      }
    }
    return luns;
  }

  private static List<String> seen(Step step) {
    List<String> luns = new ArrayList<>(List.of("lun0 -> fileio/one"));
    for (String lun : step.luns()) {
      String[] words = lun.split(" ", -1);
      if (words.length == 2) {
        luns.add(
            "lun"
                + (step.mapped().isEmpty() ? words[0] : "" + step.mapped().getLast())
                + " -> "
                + words[1]);
      }
    }
    return luns;
  }

  @Test
  void ioGoesOnWhileOtherLunsOfItsSessionChange() throws Exception {
    long seed = Long.getLong("holdfast.seed", System.nanoTime());
    System.out.printf("UndisturbedIoTest: %d rounds, -Dholdfast.seed=%d%n", ROUNDS, seed);
    try (ControlledDaemon daemon = ControlledDaemon.start(home)) {
      client = daemon.client();
      apply(steps().getLast(), false);
      long done;
      try (RawInitiator busy = RawLogin.as(daemon.target(0), NODE).login();
          VerifiedLoad load = VerifiedLoad.start(busy, new Random(seed))) {
        String id = client.get("/v1/sessions").at("/0/id").asString();
        load.awaitMore();
        assertThat(load.attentions()).containsExactly("UA 29/00");
        for (int round = 0; round < ROUNDS; round++) {
          for (Step step : steps()) {
            apply(step, round % 2 == 1);
            load.awaitMore();
            String what = "seed %d, round %d: %s".formatted(seed, round, step.what());
            assertThat(load.attentions())
                .as(what)
                .isEqualTo(step.told() ? List.of(INVENTORY) : List.of());
            assertThat(lunsOfTheSession(id)).as(what).isEqualTo(seen(step));
          }
        }
        done = load.end();
      }
      System.out.printf(
          "UndisturbedIoTest: %d changes, %d commands in one session%n",
          ROUNDS * steps().size(), done);
    }
  }
}
