package org.holdfast.vms.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.holdfast.vms.bench.load.Endpoint;

/** The packaged daemon as a user starts it: through the launcher, with the launcher's settings. */
final class HoldfastPeer implements Peer {
  private static final Path LAUNCHER = Path.of("holdfast").toAbsolutePath();
  private static final String TARGET = "iqn.2026-11.org.holdfast:bench";
  private static final String CONFIGURATION =
      """
      {
        "storage_objects": [
          {"plugin": "fileio", "name": "disk", "dev": "DISK", "write_back": true}
        ],
        "targets": [
          {
            "fabric": "iscsi",
            "wwn": "TARGET",
            "tpgs": [
              {
                "tag": 1,
                "enable": true,
                "attributes": {"generate_node_acls": 1, "demo_mode_write_protect": 0},
                "luns": [{"index": 0, "storage_object": "/backstores/fileio/disk"}],
                "portals": [{"ip_address": "127.0.0.1", "port": PORT}]
              }
            ]
          }
        ]
      }
      """;

  @Override
  public String name() {
    return "holdfast";
  }

  @Override
  public Optional<String> missing() {
    return Files.isExecutable(LAUNCHER)
        ? Optional.empty()
        : Optional.of("there is no " + LAUNCHER + "; start the benchmark with ./check --bench");
  }

  @Override
  public String version() throws IOException {
    return Commands.run(LAUNCHER.toString(), "--version").lines().findFirst().orElse("Holdfast");
  }

  @Override
  public Started start(Start start) throws IOException {
    Path configuration = start.home().resolve("configuration.json");
    Files.writeString(
        configuration,
        CONFIGURATION
            .replace("DISK", start.disk().toString())
            .replace("TARGET", TARGET)
            .replace("PORT", Integer.toString(start.port())));
    TargetProcess process =
        new TargetProcess(
            start.command(
                LAUNCHER.toString(),
                "serve",
                "--config",
                configuration.toString(),
                "--state-dir",
                start.home().resolve("state").toString()),
            Map.of());
    Endpoint endpoint = start.endpoint(TARGET, 0);
    return new Started(process, () -> endpoint);
  }
}
