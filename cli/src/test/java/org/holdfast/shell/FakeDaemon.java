package org.holdfast.shell;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.holdfast.config.ConfigException;
import org.holdfast.config.ConfigReader;
import org.holdfast.config.Finding;
import org.holdfast.control.client.ControlClient;
import org.holdfast.control.client.ControlException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A daemon of one document: it checks what it is given with the product's own reader, and answers
 * everything else with what a test prepared.
 */
final class FakeDaemon implements ControlClient {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String HIDDEN = "********";

  private final Map<String, List<JsonNode>> prepared = new HashMap<>();
  private final Map<String, String> absent = new HashMap<>();
  private final List<String> requests = new ArrayList<>();
  private ObjectNode document = MAPPER.createObjectNode();
  private long revision = 1;
  private boolean away;
  private Runnable beforePut = () -> {};
  private String handEdited = "";

  /** What was asked, as {@code PUT /v1/config}. */
  List<String> requests() {
    return requests;
  }

  /** The document with its secrets. */
  ObjectNode document() {
    return document;
  }

  /** Answers for a path, one after the other; the last one stays. */
  FakeDaemon answer(String path, String... jsons) {
    List<JsonNode> answers = new ArrayList<>();
    for (String json : jsons) {
      answers.add(MAPPER.readTree(json));
    }
    prepared.put(path, answers);
    return this;
  }

  /** The device behind a disk is missing. */
  void takeAway(String backstore, String reason) {
    absent.put(backstore, reason);
  }

  void goAway(boolean gone) {
    away = gone;
  }

  /** Another administrator is faster, once. */
  void interfere(Runnable change) {
    beforePut =
        () -> {
          beforePut = () -> {};
          change.run();
        };
  }

  /** Somebody edited the file: every change is refused. */
  void refuseChanges(String detail) {
    handEdited = detail;
  }

  void bumpRevision() {
    revision++;
  }

  @Override
  public JsonNode get(String path) throws ControlException {
    asked("GET " + path);
    if (prepared.containsKey(path)) {
      return next(path);
    }
    return switch (path) {
      case "/v1/config" -> {
        ObjectNode answer = MAPPER.createObjectNode();
        answer.put("revision", revision);
        ObjectNode copy = document.deepCopy();
        hide(copy);
        answer.set("document", copy);
        yield answer;
      }
      case "/v1/status" -> status();
      default ->
          throw new ControlException(404, "not found", path + " is not known here", List.of());
    };
  }

  private JsonNode next(String path) {
    List<JsonNode> answers = prepared.get(path);
    return answers.size() > 1 ? answers.removeFirst() : answers.getFirst();
  }

  private ObjectNode status() {
    ObjectNode status = MAPPER.createObjectNode();
    ArrayNode disks = status.putArray("storage_objects");
    for (JsonNode disk : document.path("storage_objects")) {
      String plugin = disk.path("plugin").asString();
      String name = disk.path("name").asString();
      ObjectNode live = disks.addObject().put("plugin", plugin).put("name", name);
      live.put("size", disk.path("size").asLong(0));
      String reason = absent.get(plugin + "/" + name);
      live.put("state", reason == null ? "ready" : "absent");
      live.put("reason", reason);
      live.put("wwn", "serial-of-" + name);
    }
    return status;
  }

  @Override
  public JsonNode put(String path, JsonNode body) throws ControlException {
    asked("PUT " + path);
    beforePut.run();
    if (!handEdited.isEmpty()) {
      throw new ControlException(409, "conflict", handEdited, List.of());
    }
    if (body.path("revision").asLong() != revision) {
      throw new ControlException(409, "conflict", "the configuration is another one", List.of());
    }
    ObjectNode wanted = (ObjectNode) body.path("document").deepCopy();
    restore(wanted, document);
    List<Finding> warnings = check(wanted);
    document = wanted;
    revision++;
    ObjectNode answer = MAPPER.createObjectNode().put("revision", revision);
    answer.putArray("changes");
    ArrayNode said = answer.putArray("warnings");
    warnings.forEach(
        warning -> said.addObject().put("path", warning.path()).put("message", warning.message()));
    return answer;
  }

  private static List<Finding> check(JsonNode wanted) throws ControlException {
    try {
      return ConfigReader.parse(MAPPER.writeValueAsString(wanted), "document").warnings();
    } catch (ConfigException e) {
      throw new ControlException(422, "refused", "the document is wrong", e.errors());
    }
  }

  @Override
  public JsonNode post(String path, JsonNode body) throws ControlException {
    asked("POST " + path + (body == null ? "" : " " + body));
    if (!prepared.containsKey("POST " + path)) {
      throw new ControlException(404, "not found", path + " is not known here", List.of());
    }
    return next("POST " + path);
  }

  @Override
  public JsonNode delete(String path) throws ControlException {
    asked("DELETE " + path);
    if (prepared.containsKey("DELETE " + path)) {
      return next("DELETE " + path);
    }
    return MAPPER.createObjectNode();
  }

  @Override
  public void cancel() {}

  @Override
  public void resume() {}

  private void asked(String request) throws ControlException {
    requests.add(request);
    if (away) {
      throw new ControlException(
          ControlException.NO_ANSWER, "no answer", "no daemon answers at /fake.sock", List.of());
    }
  }

  private static void hide(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (String name : List.copyOf(object.propertyNames())) {
        if (name.endsWith("password")) {
          object.put(name, HIDDEN);
        }
      }
    }
    node.forEach(FakeDaemon::hide);
  }

  /** What comes back hidden is what is there; lists keep their order in these tests. */
  private static void restore(JsonNode wanted, JsonNode known) {
    if (wanted instanceof ObjectNode object) {
      for (String name : List.copyOf(object.propertyNames())) {
        if (object.path(name).asString("").equals(HIDDEN)) {
          object.set(name, known.path(name));
        }
        restore(object.path(name), known.path(name));
      }
    } else if (wanted.isArray()) {
      for (int i = 0; i < wanted.size(); i++) {
        restore(wanted.path(i), known.path(i));
      }
    }
  }
}
