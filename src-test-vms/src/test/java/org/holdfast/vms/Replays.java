package org.holdfast.vms;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.holdfast.vms.replay.Initiators;
import org.holdfast.vms.replay.Replay;
import org.holdfast.vms.replay.Script;
import org.junit.jupiter.api.DynamicTest;

/** The runs of one script: every type it asks for, with the initiators both ways round. */
final class Replays {
  private Replays() {}

  /** Nodes take turns between the two initiators; the second casting begins with the other one. */
  static Stream<DynamicTest> of(String scriptName, DaemonExtension daemon) throws IOException {
    Script script = Script.load(scriptName);
    List<DynamicTest> tests = new ArrayList<>();
    for (int type : script.types()) {
      for (Map<String, Initiators> players : castings(script)) {
        tests.add(
            dynamicTest(
                "%s, type %d, %s".formatted(scriptName, type, players),
                () -> new Replay(script, daemon.daemon(), players, type).run()));
      }
    }
    return tests.stream();
  }

  /** One casting only when the second would be the same. */
  static List<Map<String, Initiators>> castings(Script script) {
    return Stream.of(casting(script, 0), casting(script, 1)).distinct().toList();
  }

  private static Map<String, Initiators> casting(Script script, int first) {
    List<String> nodes = script.paths().stream().map(Script.PathSpec::node).distinct().toList();
    Map<String, Initiators> players = new LinkedHashMap<>();
    for (Script.PathSpec path : script.paths()) {
      boolean raw = path.rawOnly() || (nodes.indexOf(path.node()) + first) % 2 == 1;
      players.put(path.name(), raw ? Initiators.RAW : Initiators.JSCSI);
    }
    return players;
  }
}
