package org.holdfast.control;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.holdfast.control.client.ControlClient;
import org.holdfast.control.client.ControlException;
import org.holdfast.daemon.Daemon;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A daemon with a configuration file, and a client that holds every answer against its schema. */
final class Fixture implements AutoCloseable {
  static final String TARGET = "iqn.2026-11.org.holdfast:control";
  static final String NODE = "iqn.2026-11.org.example:node";
  static final String SECRET = "a secret of 16 b";

  private static final String DOCUMENT =
      """
      {
        "storage_objects": [
          {"plugin": "fileio", "name": "one", "dev": "DIR/one.img", "size": 1048576, "create": true},
          {"plugin": "ramdisk", "name": "two", "size": 1048576}
        ],
        "targets": [
          {"fabric": "iscsi", "wwn": "TARGET", "tpgs": [
            {"tag": 1,
             "portals": [{"ip_address": "127.0.0.1", "port": 0}],
             "luns": [{"index": 0, "storage_object": "/backstores/fileio/one"}],
             "node_acls": [
               {"node_wwn": "NODE", "chap_userid": "ann", "chap_password": "SECRET",
                "mapped_luns": [{"index": 0, "tpg_lun": 0}]}]}]}
        ]
      }
      """;

  final Path dir;
  final Path file;
  final Path socket;
  final Daemon daemon;
  final ControlServer server;
  final ControlClient client;

  /**
   * @param dir for everything
   */
  Fixture(Path dir) throws Exception {
    this(dir, dir.resolve("saveconfig.json"));
  }

  /**
   * @param file written when it is missing
   */
  Fixture(Path dir, Path file) throws Exception {
    this(dir, file, Optional.empty());
  }

  /**
   * @param tcp where it answers beside its socket
   */
  Fixture(Path dir, Path file, Optional<ControlPlaces.Tcp> tcp) throws Exception {
    this.dir = dir;
    this.file = file;
    if (Files.notExists(file)) {
      Files.writeString(file, text(dir));
    }
    StartingPoint start = StartingPoint.read(file, dir);
    daemon = Daemon.start(start.loaded().configuration(), dir.resolve("state"));
    socket = dir.resolve("control.sock");
    server =
        ControlServer.start(daemon, start, List.of(), new ControlPlaces(Optional.of(socket), tcp));
    client = new CheckedClient(ControlClient.at(socket));
  }

  static String text(Path dir) {
    return DOCUMENT
        .replace("DIR", dir.toString())
        .replace("TARGET", TARGET)
        .replace("NODE", NODE)
        .replace("SECRET", SECRET);
  }

  /** What is served, without secrets. */
  ObjectNode document() throws ControlException {
    return (ObjectNode) client.get("/v1/config").get("document");
  }

  long revision() throws ControlException {
    return client.get("/v1/config").get("revision").asLong();
  }

  JsonNode put(JsonNode document) throws ControlException {
    return client.put("/v1/config", Json.object().set("document", document));
  }

  static ObjectNode group(JsonNode document) {
    return (ObjectNode) document.at("/targets/0/tpgs/0");
  }

  static ArrayNode disks(JsonNode document) {
    return (ArrayNode) document.get("storage_objects");
  }

  static JsonNode json(byte[] bytes) {
    return JsonMapper.shared().readTree(bytes);
  }

  @Override
  public void close() {
    server.close();
    daemon.close();
  }
}
