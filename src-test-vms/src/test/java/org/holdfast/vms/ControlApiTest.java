package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.holdfast.control.client.ControlClient;
import org.holdfast.control.client.ControlException;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.RawInitiator;
import org.holdfast.vms.initiator.RawLogin;
import org.holdfast.vms.initiator.ScsiReply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What the control API says and does while initiators are at work. */
@Timeout(180)
class ControlApiTest {
  private static final String TARGET = "iqn.2026-11.org.holdfast:control";
  private static final String NODE_A = "iqn.2026-11.org.example:a";
  private static final String NODE_B = "iqn.2026-11.org.example:b";
  private static final String DOCUMENT =
      """
      {"storage_objects": [
        {"plugin": "ramdisk", "name": "one", "size": 1048576},
        {"plugin": "ramdisk", "name": "two", "size": 1048576}],
       "targets": [{"wwn": "%s", "tpgs": [
        {"tag": 1, "portals": [{"ip_address": "127.0.0.1", "port": 0}],
         "luns": [{"index": 0, "storage_object": "/backstores/ramdisk/one"}],
         "node_acls": [
          {"node_wwn": "%s", "mapped_luns": [{"index": 0, "tpg_lun": 0}]},
          {"node_wwn": "%s", "mapped_luns": [{"index": 0, "tpg_lun": 0}]}]}]}]}
      """
          .formatted(TARGET, NODE_A, NODE_B);

  @TempDir Path dir;
  private DaemonInside daemon;
  private ControlClient control;
  private final List<AutoCloseable> open = new ArrayList<>();
  private long nextIsid = 0x80_0000_000001L;

  @BeforeEach
  void start() throws Exception {
    daemon = DaemonInside.start(dir, DOCUMENT);
    control = daemon.control();
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    daemon.close();
  }

  private RawInitiator login(String node, int lun) throws IOException {
    RawInitiator initiator =
        RawLogin.as(daemon.target(TARGET, lun), node).withIsid(nextIsid++).login();
    open.add(initiator.connection());
    assertThat(initiator.execute(Cdbs.testUnitReady(), new byte[0], 0)).hasToString("UA 29/00");
    return initiator;
  }

  private static ScsiReply test(RawInitiator initiator) throws IOException {
    return initiator.execute(Cdbs.testUnitReady(), new byte[0], 0);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private ObjectNode document() throws ControlException {
    return (ObjectNode) control.get("/v1/config").get("document");
  }

  private JsonNode put(ObjectNode document) throws ControlException {
    return control.put("/v1/config", object().set("document", document));
  }

  @Test
  void sessionsAreCountedAndNamed() throws Exception {
    RawInitiator a = login(NODE_A, 0);
    assertThat(a.execute(Cdbs.write10(0, 8), new byte[4096], 0).good()).isTrue();
    assertThat(a.execute(Cdbs.write10(8, 8), new byte[4096], 0).good()).isTrue();
    assertThat(a.execute(Cdbs.read10(0, 16), new byte[0], 8192).good()).isTrue();
    JsonNode session = control.get("/v1/sessions").get(0);
    assertThat(session.get("initiator").asString()).isEqualTo(NODE_A);
    assertThat(session.get("isid").asString()).isEqualTo("0x800000000001");
    assertThat(session.get("target").asString()).isEqualTo(TARGET);
    assertThat(session.at("/connections/0/address").asString()).startsWith("127.0.0.1:");
    assertThat(session.at("/connections/0/header_digest").asString()).isEqualTo("None");
    assertThat(session.get("luns").toString()).isEqualTo("[\"lun0 -> ramdisk/one\"]");
    assertThat(session.get("reads").asInt()).isEqualTo(1);
    assertThat(session.get("writes").asInt()).isEqualTo(2);
    assertThat(session.get("read_bytes").asInt()).isEqualTo(8192);
    assertThat(session.get("write_bytes").asInt()).isEqualTo(8192);
    assertThat(session.get("in_flight").asInt()).isZero();
    JsonNode unit = control.get("/v1/statistics").at("/units/0");
    assertThat(unit.get("reads").asInt()).isEqualTo(1);
    assertThat(unit.get("writes").asInt()).isEqualTo(2);
    assertThat(unit.get("write_bytes").asInt()).isEqualTo(8192);
    assertThat(unit.get("in_flight").asInt()).isZero();
    assertThat(control.get("/v1/statistics").at("/logins/ok").asInt()).isEqualTo(1);
    assertThat(control.get("/v1/status").at("/targets/0/tpgs/0/sessions").asInt()).isEqualTo(1);
    a.close();
    assertThat(control.get("/v1/sessions")).isEmpty();
  }

  @Test
  void whoIsNotLetInIsNamedWithTheReason() {
    assertThatThrownBy(() -> login("iqn.2026-11.org.example:stranger", 0))
        .isInstanceOf(RawLogin.LoginRefused.class);
    assertThat(failures().get(0).get("address").asString()).isEqualTo("127.0.0.1");
    assertThat(failures().get(0).get("count").asInt()).isEqualTo(1);
    assertThat(failures().get(0).get("reason").asString()).contains("iqn.2026-11.org.example:");
  }

  private JsonNode failures() {
    try {
      return control.get("/v1/failed-logins");
    } catch (ControlException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void reservationsAreShownAndCleared() throws Exception {
    RawInitiator a = login(NODE_A, 0);
    RawInitiator b = login(NODE_B, 0);
    a.execute(Cdbs.prOut(Cdbs.PR_REGISTER, 0), Cdbs.prOutList(0, 0xabc, false), 0);
    a.execute(Cdbs.prOut(Cdbs.PR_RESERVE, 5), Cdbs.prOutList(0xabc, 0, false), 0);
    assertThat(b.execute(Cdbs.write10(0, 8), new byte[4096], 0).good()).isFalse();
    JsonNode table = control.get("/v1/reservations").get(0);
    assertThat(table.get("backstore").asString()).isEqualTo("ramdisk/one");
    assertThat(table.get("type").asString()).isEqualTo("write exclusive registrants only");
    JsonNode registrant = table.at("/registrants/0");
    assertThat(registrant.get("initiator").asString()).isEqualTo(NODE_A);
    assertThat(registrant.get("key").asString()).isEqualTo("0x0000000000000abc");
    assertThat(registrant.get("holder").asBoolean()).isTrue();
    assertThat(registrant.get("address").asString()).startsWith("127.0.0.1:");
    long generation = table.get("generation").asLong();

    ObjectNode clear = object().put("backstore", "ramdisk/one").put("generation", generation + 1);
    ControlException other =
        catchThrowableOfType(
            ControlException.class, () -> control.post("/v1/reservations/clear", clear));
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.detail()).contains("the generation is " + generation + " now");
    assertThat(b.execute(Cdbs.write10(0, 8), new byte[4096], 0).good()).isFalse();

    control.post("/v1/reservations/clear", clear.put("generation", generation));
    assertThat(test(a)).hasToString("UA 2A/03");
    assertThat(b.execute(Cdbs.write10(0, 8), new byte[4096], 0).good()).isTrue();
    assertThat(control.get("/v1/reservations").at("/0/registrants")).isEmpty();
    List<String> events = new ArrayList<>();
    for (JsonNode event : control.get("/v1/reservations/history?backstore=ramdisk/one")) {
      events.add(event.get("event").asString() + " by " + event.get("by").asString());
    }
    assertThat(events)
        .containsExactly(
            "register by " + NODE_A + ",i,0x800000000001",
            "reserve by " + NODE_A + ",i,0x800000000001",
            "clear by administrator");
    ControlException nowhere =
        catchThrowableOfType(
            ControlException.class,
            () -> control.get("/v1/reservations/history?backstore=ramdisk/none"));
    assertThat(nowhere.detail())
        .isEqualTo("there is no disk ramdisk/none; there are [ramdisk/one, ramdisk/two]");
  }

  @Test
  void thePlanNamesTheSessionsThatWillEnd() throws Exception {
    RawInitiator a = login(NODE_A, 0);
    RawInitiator b = login(NODE_B, 0);
    ObjectNode wanted = document();
    ((ArrayNode) wanted.at("/targets/0/tpgs/0/node_acls")).remove(1);
    JsonNode plan = control.post("/v1/config/plan", object().set("document", wanted));
    assertThat(plan.at("/changes/0/what").asString())
        .isEqualTo("acl " + NODE_B + " of " + TARGET + " tpg1");
    assertThat(plan.at("/changes/0/sessions_dropped").toString())
        .isEqualTo("[\"" + NODE_B + " at " + TARGET + " tpg1\"]");
    assertThat(test(b)).as("it was only a plan").hasToString("GOOD");
    put(wanted);
    assertThatThrownBy(() -> test(b)).isInstanceOf(IOException.class);
    assertThat(test(a)).hasToString("GOOD");
  }

  /** The I/O of one disk goes on as if nothing happened while another comes and goes. */
  @Test
  void ioOnOneDiskIsNotDisturbedByChangesToAnother() throws Exception {
    RawInitiator a = login(NODE_A, 0);
    AtomicBoolean stop = new AtomicBoolean();
    List<String> trouble = new ArrayList<>();
    Thread load =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    while (!stop.get()) {
                      ScsiReply reply = a.execute(Cdbs.write10(0, 8), new byte[4096], 0);
                      if (!reply.good()) {
                        trouble.add(reply.toString());
                      }
                    }
                  } catch (IOException e) {
                    trouble.add(e.toString());
                  }
                });
    try {
      ObjectNode without = document();
      ObjectNode with = without.deepCopy();
      ((ArrayNode) with.at("/targets/0/tpgs/0/luns"))
          .addObject()
          .put("index", 1)
          .put("storage_object", "/backstores/ramdisk/two");
      ((ArrayNode) with.at("/targets/0/tpgs/0/node_acls/1/mapped_luns"))
          .addObject()
          .put("index", 1)
          .put("tpg_lun", 1);
      for (int round = 0; round < 10; round++) {
        put(with);
        RawInitiator b = login(NODE_B, 1);
        assertThat(test(b)).hasToString("GOOD");
        b.close();
        put(without);
      }
    } finally {
      stop.set(true);
      load.join();
    }
    assertThat(trouble).isEmpty();
  }
}
