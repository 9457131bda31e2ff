package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.RawInitiator;
import org.holdfast.vms.initiator.RawLogin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The examples of {@code docs/control-api.md}, one after another as they stand there. Only places
 * are others: the socket, and the files that an administrator would have.
 */
class ControlPageTest {
  private static final Path PAGE = Path.of("..", "docs", "control-api.md");
  private static final Pattern EXAMPLE = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
  private static final String NODE = "iqn.2026-11.org.example:node";
  @TempDir Path home;

  private JsonNode wanted() {
    return JsonMapper.shared()
        .readTree(
            """
            {"document": {
              "storage_objects": [
                {"plugin": "fileio", "name": "quorum", "dev": "%s", "size": 1048576, "create": true}],
              "targets": [{"wwn": "iqn.2026-11.org.holdfast:page", "tpgs": [
                {"tag": 1, "portals": [{"ip_address": "127.0.0.1", "port": 0}],
                 "luns": [{"index": 0, "storage_object": "/backstores/fileio/quorum"}],
                 "node_acls": [
                   {"node_wwn": "%s", "mapped_luns": [{"index": 0, "tpg_lun": 0}]}]}]}]}}
            """
                .formatted(home.resolve("quorum.img"), NODE));
  }

  /**
   * A refusal is a failure here; what the page does not say is done before it. The daemon at a TCP
   * port is another one, in the background until the end.
   */
  private String script(ControlledDaemon daemon, String session, String examples) throws Exception {
    String port = Integer.toString(freePort());
    return """
    set -eux
    curl() { command %1$s --fail-with-body "$@"; echo; }
    holdfast() { %2$s "$@"; }
    serve() { exec %2$s serve "$@" --control none --portal 127.0.0.1:0 --state-dir other; }
    answers() { echo "Authorization: Bearer $(cat token)" | command %1$s -sf -H @- "$1"; }
    """
            .formatted(
                Tool.CURL.require(),
                ControlledDaemon.command(List.of()).stream()
                    .map(word -> "'" + word + "'")
                    .collect(Collectors.joining(" ")))
        + examples
            .replace("S=/run/holdfast/control.sock", "S=" + daemon.socket())
            .replaceAll(
                "(?m)^holdfast serve (.*)$",
                """
                serve $1 & OTHER=\\$!
                trap 'kill \\$OTHER' EXIT
                until answers http://127.0.0.1:3261/v1/version; do kill -0 \\$OTHER; sleep 0.1; done\
                """)
            .replace("127.0.0.1:3261", "127.0.0.1:" + port)
            .replace("/etc/holdfast/token", "token")
            .replace("\"session\": \"7\"", "\"session\": \"" + session + "\"")
            .replace("/var/tmp/", home + "/")
            .replace("> now.json", "> now.json; sed 's/ : 1048576/ : 2097152/' -i now.json")
            .replace("FILE", "wanted.json")
            .replace("--to wanted.json", "--to taken.json")
            .replace("/etc/target/saveconfig.json", "lio.json");
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String examples() throws Exception {
    StringBuilder examples = new StringBuilder();
    Matcher block = EXAMPLE.matcher(Files.readString(PAGE));
    int found = 0;
    while (block.find()) {
      examples.append(block.group(1));
      found++;
    }
    assertThat(found).as("examples on the page").isGreaterThanOrEqualTo(4);
    return examples.toString();
  }

  @Test
  void whatThePageShowsCanBeTyped() throws Exception {
    try (ControlledDaemon daemon = ControlledDaemon.start(home)) {
      JsonNode wanted = wanted();
      daemon.client().put("/v1/config", wanted);
      // The page speaks of generation 4.
      try (RawInitiator initiator = RawLogin.as(daemon.target(0), NODE).login()) {
        initiator.read(Cdbs.testUnitReady(), 0); // POWER ON
        for (int i = 0; i < 4; i++) {
          initiator.write(Cdbs.prOut(Cdbs.PR_REGISTER_AND_IGNORE, 0), Cdbs.prOutList(0, 7, false));
        }
      }
      assertThat(daemon.client().get("/v1/reservations").at("/0/generation").asInt()).isEqualTo(4);
      ((ObjectNode) wanted.at("/document/storage_objects/0")).put("size", 3 << 20);
      Files.write(
          home.resolve("wanted.json"),
          JsonMapper.shared().writeValueAsBytes(wanted.get("document")));
      Files.copy(
          Path.of("src", "test", "resources", "lio", "two-nodes.json"), home.resolve("lio.json"));

      ProcessRun run = run(daemon);
      assertThat(run.succeeded()).as(run.describe()).isTrue();
      assertThat(run.output())
          .contains(
              "\"name\" : \"holdfast\"", // the version
              "size 1048576 -> 2097152", // the change by PUT
              "change disk fileio/quorum: size 2097152 -> 3145728", // plan and apply
              "written to taken.json",
              "\"id\" : \"c1\"", // the capture
              "o- / "); // by the TCP port
      assertThat(Files.size(home.resolve("s7.pcapng"))).isPositive();
      assertThat(daemon.client().get("/v1/reservations").at("/0/registrants")).isEmpty();
    }
  }

  /** Somebody is logged in, for a capture to record. */
  private ProcessRun run(ControlledDaemon daemon) throws Exception {
    Tool.TSHARK.require();
    try (RawInitiator initiator = RawLogin.as(daemon.target(0), NODE).login()) {
      initiator.read(Cdbs.testUnitReady(), 0); // POWER ON
      String session = daemon.client().get("/v1/sessions").at("/0/id").asString();
      String text = script(daemon, session, examples());
      Path script = Files.writeString(home.resolve("page.sh"), text);
      return ProcessRun.of(
          Duration.ofSeconds(90),
          List.of(
              "env",
              "-C",
              home.toString(),
              "HOLDFAST_CONTROL=" + daemon.socket(),
              "sh",
              script.toString()));
    }
  }
}
