package org.holdfast.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.holdfast.control.client.ControlClient;
import org.holdfast.control.client.ControlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Two administrators change one daemon at once, each from what it has read: every change is in the
 * configuration or was refused with 409, and the configuration is what the accepted ones make it.
 *
 * <p>{@code -Dholdfast.tests=all} makes it longer; {@code -Dholdfast.seed=N} repeats what they
 * want, but not who is faster.
 */
@Timeout(300)
class TwoAdministratorsTest {
  private static final int CHANGES = "all".equals(System.getProperty("holdfast.tests")) ? 500 : 40;
  private static final int CONFLICT = 409;

  /**
   * A change that the daemon has accepted.
   *
   * @param node the ACL that was added or, if it was there, taken away
   */
  private record Accepted(long revision, String node) {}

  @TempDir Path dir;
  private final SortedMap<Long, Accepted> accepted = new TreeMap<>();
  private final Queue<Throwable> trouble = new ConcurrentLinkedQueue<>();
  private int conflicts;

  /** Held with each other: in {@code step} both have read before either writes. */
  private void administrator(String name, Fixture here, Random random, CyclicBarrier step) {
    ControlClient client = new CheckedClient(ControlClient.at(here.socket));
    try {
      for (int i = 0; i < CHANGES; i++) {
        boolean together = i < CHANGES / 2;
        JsonNode config = client.get("/v1/config");
        if (together) {
          step.await(60, TimeUnit.SECONDS);
        }
        String node = "iqn.2026-11.org.example:" + name + random.nextInt(CHANGES / 4);
        ObjectNode wanted = Json.object().put("revision", config.get("revision").asLong());
        wanted.set("document", toggled((ObjectNode) config.get("document"), node));
        try {
          note(new Accepted(client.put("/v1/config", wanted).get("revision").asLong(), node));
        } catch (ControlException e) {
          refused(e);
        }
        if (together) {
          step.await(60, TimeUnit.SECONDS);
        }
      }
    } catch (Exception | AssertionError e) {
      trouble.add(e);
      step.reset();
    }
  }

  private static ObjectNode toggled(ObjectNode document, String node) {
    ArrayNode acls = (ArrayNode) Fixture.group(document).get("node_acls");
    for (int i = 0; i < acls.size(); i++) {
      if (acls.get(i).get("node_wwn").asString().equals(node)) {
        acls.remove(i);
        return document;
      }
    }
    acls.addObject().put("node_wwn", node);
    return document;
  }

  private synchronized void note(Accepted change) {
    assertThat(accepted.put(change.revision(), change)).as("a revision comes once").isNull();
  }

  private synchronized void refused(ControlException e) {
    assertThat(e.status()).as(e.toString()).isEqualTo(CONFLICT);
    assertThat(e.detail()).contains("was changed meanwhile", "read it again");
    conflicts++;
  }

  @Test
  void everyChangeIsInTheConfigurationOrWasRefused() throws Exception {
    long seed = Long.getLong("holdfast.seed", System.nanoTime());
    System.out.printf("TwoAdministratorsTest: -Dholdfast.seed=%d%n", seed);
    try (Fixture here = new Fixture(dir)) {
      CyclicBarrier step = new CyclicBarrier(2);
      List<Thread> administrators = new ArrayList<>();
      for (String name : List.of("ann", "bob")) {
        Random random = new Random(seed + name.hashCode());
        administrators.add(
            Thread.ofPlatform().start(() -> administrator(name, here, random, step)));
      }
      for (Thread administrator : administrators) {
        administrator.join();
      }
      assertThat(trouble).as("seed %d", seed).isEmpty();

      Set<String> expected = new TreeSet<>(List.of(Fixture.NODE));
      accepted
          .values()
          .forEach(
              change -> {
                if (!expected.remove(change.node())) {
                  expected.add(change.node());
                }
              });
      System.out.printf(
          "TwoAdministratorsTest: %d accepted, %d refused%n", accepted.size(), conflicts);
      assertThat(accepted.size() + conflicts).isEqualTo(2 * CHANGES);
      assertThat(conflicts).as("one of two that read the same").isGreaterThanOrEqualTo(CHANGES / 2);
      assertThat(accepted).hasSizeGreaterThanOrEqualTo(CHANGES / 2);
      assertThat(accepted.lastKey())
          .as("no revision without its change")
          .isEqualTo(1 + accepted.size());
      assertThat(here.revision()).isEqualTo(accepted.lastKey());
      assertThat(nodes(here.document())).as("seed %d", seed).isEqualTo(expected);
      assertThat(nodes(Fixture.json(Files.readAllBytes(here.file)))).isEqualTo(expected);
      Set<String> served = new TreeSet<>();
      here.daemon
          .configuration()
          .targets()
          .getFirst()
          .portalGroups()
          .getFirst()
          .acls()
          .forEach(acl -> served.add(acl.initiator()));
      assertThat(served).isEqualTo(expected);
    }
  }

  private static Set<String> nodes(JsonNode document) {
    Set<String> nodes = new TreeSet<>();
    Fixture.group(document)
        .get("node_acls")
        .forEach(acl -> nodes.add(acl.get("node_wwn").asString()));
    return nodes;
  }
}
