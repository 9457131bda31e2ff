package org.holdfast.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.holdfast.config.Addresses;
import org.jspecify.annotations.Nullable;

/**
 * What the launcher lets the JVM watch when it makes the cache of classes that later starts use
 * (the launcher's {@code -XX:AOTCacheOutput}): a daemon with one disk is started from a file, an
 * initiator logs in and uses it, and the process ends as on SIGTERM. Nobody outside can reach it:
 * it listens on a free port of the loopback interface.
 */
public final class TrainingRun {
  static final String TARGET = "iqn.2026-11.org.holdfast:training";
  private static final int ROUNDS = 300;

  private static final String CONFIGURATION =
      """
      {
        "storage_objects": [
          {"plugin": "fileio", "name": "disk", "dev": "DISK", "create": true, "size": 16777216,
           "write_back": true}
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
                "portals": [{"ip_address": "127.0.0.1", "port": 0}]
              }
            ]
          }
        ]
      }
      """;

  private TrainingRun() {}

  /**
   * Runs and ends the process: with 0 when everything worked.
   *
   * @param arguments an empty directory, which the caller removes afterwards
   */
  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    Path configuration = directory.resolve("configuration.json");
    Files.writeString(
        configuration,
        CONFIGURATION
            .replace("DISK", directory.resolve("disk").toString())
            .replace("TARGET", TARGET));
    try (PipedReader reading = new PipedReader();
        BufferedReader lines = new BufferedReader(reading)) {
      PrintWriter out = new PrintWriter(new PipedWriter(reading));
      Thread.ofPlatform()
          .name("main")
          .daemon()
          .start(() -> serve(out, configuration, directory.resolve("state")));
      InetSocketAddress portal = ready(lines);
      TrainingInitiator.discover(portal);
      try (TrainingInitiator initiator = TrainingInitiator.login(portal, TARGET)) {
        initiator.lookAround();
        for (int round = 0; round < ROUNDS; round++) {
          initiator.writeAndRead(round);
        }
      }
    } catch (IOException e) {
      System.err.println("holdfast: the training run failed: " + e.getMessage());
      // Not exit: the hook would end the process with the daemon's own status, and a cache be made.
      Runtime.getRuntime().halt(1);
    }
    // The daemon is closed by the hook that serves signals, too.
    System.exit(0);
  }

  private static void serve(PrintWriter out, Path configuration, Path state) {
    Main.commandLine()
        .setOut(out)
        .execute("serve", "--config", configuration.toString(), "--state-dir", state.toString());
    out.close();
  }

  private static InetSocketAddress ready(BufferedReader lines) throws IOException {
    String start = "ready " + TARGET + " ";
    for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith(start)) {
        return Addresses.portal(line.substring(start.length()))
            .orElseThrow(() -> new IOException("no address in what the daemon announced"));
      }
    }
    throw new IOException("the daemon ended before it was ready");
  }
}
