package org.holdfast.vms.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.holdfast.vms.bench.load.Endpoint;

/**
 * A daemon with a target for each number of LUNs, and one whose LUNs have that many registrants, so
 * that all cases are measured in one process, one right after the other.
 */
final class ScaleTarget {
  /** What a load uses, whatever the number of LUNs. */
  static final long SPAN_BYTES = 64L << 20;

  private static final List<Integer> LUNS = ScaleCase.Axis.LUNS.sizes();
  private static final List<Integer> REGISTRANTS = ScaleCase.Axis.REGISTRANTS.sizes();
  static final long DISK_BYTES = SPAN_BYTES * (LUNS.size() + REGISTRANTS.size());

  private static final Path LAUNCHER = Path.of("holdfast").toAbsolutePath();
  private static final String NAME = "iqn.2026-11.org.holdfast:";
  private static final String RESERVED = NAME + "registrants";

  private final Path disks;

  private ScaleTarget(Path disks) {
    this.disks = disks;
  }

  /** Writes the disks. */
  static ScaleTarget prepare(Scratch scratch) throws IOException {
    Path disks = scratch.home("disks");
    ScaleTarget target = new ScaleTarget(disks);
    for (Group group : groups()) {
      for (String disk : group.disks()) {
        Scratch.fill(disks.resolve(disk), group.bytes);
      }
    }
    return target;
  }

  /** The LUNs of one target, all of one size. */
  private record Group(String target, String name, int luns, long bytes) {
    String disk(int lun) {
      return name + "-" + lun;
    }

    List<String> disks() {
      return IntStream.range(0, luns).mapToObj(this::disk).toList();
    }
  }

  private static Group group(int luns) {
    return new Group(NAME + "luns-" + luns, "luns-" + luns, luns, SPAN_BYTES / luns);
  }

  private static List<Group> groups() {
    List<Group> groups = new ArrayList<>();
    for (int luns : LUNS) {
      groups.add(group(luns));
    }
    groups.add(new Group(RESERVED, "registrants", REGISTRANTS.size(), SPAN_BYTES));
    return groups;
  }

  TargetProcess start(List<String> prefix, Path home, int port) throws IOException {
    Path configuration = home.resolve("configuration.json");
    Files.writeString(configuration, configuration(port));
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            LAUNCHER.toString(),
            "serve",
            "--config",
            configuration.toString(),
            "--state-dir",
            home.resolve("state").toString()));
    return new TargetProcess(command, Map.of());
  }

  private String configuration(int port) {
    List<String> objects = new ArrayList<>();
    List<String> targets = new ArrayList<>();
    for (Group group : groups()) {
      for (String disk : group.disks()) {
        objects.add(
            """
            {"plugin": "fileio", "name": "%s", "dev": "%s", "write_back": true}\
            """
                .formatted(disk, disks.resolve(disk)));
      }
      targets.add(target(group.target, port, group.disks()));
    }
    for (int luns : LUNS) {
      // The same disks once more, but for the last one: that is the one that is alone elsewhere.
      List<String> mapped = new ArrayList<>(group(luns).disks());
      mapped.set(luns - 1, group(1).disk(0));
      targets.add(target(NAME + "idle-" + luns, port, mapped));
    }
    return "{\"storage_objects\": [%s], \"targets\": [%s]}"
        .formatted(String.join(",\n", objects), String.join(",\n", targets));
  }

  private static String target(String name, int port, List<String> disks) {
    List<String> luns = new ArrayList<>();
    for (String disk : disks) {
      luns.add(
          """
          {"index": %d, "storage_object": "/backstores/fileio/%s"}\
          """
              .formatted(luns.size(), disk));
    }
    return """
    {"fabric": "iscsi", "wwn": "%s", "tpgs": [{"tag": 1, "enable": true,
      "attributes": {"generate_node_acls": 1, "demo_mode_write_protect": 0},
      "portals": [{"ip_address": "127.0.0.1", "port": %d}],
      "luns": [%s]}]}\
    """
        .formatted(name, port, String.join(",\n", luns));
  }

  /** What a case's load logs in to. */
  static Endpoint endpoint(ScaleCase one, int port) {
    InetSocketAddress portal = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    return switch (one.axis()) {
      case LUNS -> new Endpoint(portal, NAME + "luns-" + one.size(), 0);
      case LUNS_IDLE -> new Endpoint(portal, NAME + "idle-" + one.size(), one.size() - 1);
      case SESSIONS, SESSIONS_ALIKE -> new Endpoint(portal, NAME + "luns-1", 0);
      case REGISTRANTS -> new Endpoint(portal, RESERVED, REGISTRANTS.indexOf(one.size()));
    };
  }
}
