package org.holdfast.vms.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Everything that was measured, by target. Thread: the benchmark's. */
final class Results {
  private record Key(String peer, String cell) {}

  /**
   * One start of a target.
   *
   * @param pinned on one core
   * @param toLogin seconds from starting the process to the end of the first login
   * @param idle bytes resident after that login
   * @param peak most bytes that were ever resident, read at the end
   */
  record Start(boolean pinned, double toLogin, long idle, long peak) {}

  private final Map<Key, List<Sample>> samples = new LinkedHashMap<>();
  private final Map<String, List<Start>> starts = new LinkedHashMap<>();
  private final Map<String, String> versions = new LinkedHashMap<>();
  private final Map<String, Boolean> writeCache = new LinkedHashMap<>();
  private final List<String> failures = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();

  void present(String peer, String version) {
    versions.put(peer, version);
  }

  void leftOut(String peer, String reason) {
    leftOut.add(peer + ": " + reason);
  }

  void failed(String peer, String what, String reason) {
    failures.add(peer + ", " + what + ": " + reason);
  }

  void writeCache(String peer, boolean enabled) {
    writeCache.put(peer, enabled);
  }

  void add(String peer, Cell cell, Sample sample) {
    samples.computeIfAbsent(new Key(peer, cell.name()), key -> new ArrayList<>()).add(sample);
  }

  void add(String peer, Start start) {
    starts.computeIfAbsent(peer, key -> new ArrayList<>()).add(start);
  }

  /** The targets that were there, in the order of their turns. */
  List<String> peers() {
    return List.copyOf(versions.keySet());
  }

  String version(String peer) {
    return versions.get(peer);
  }

  Map<String, Boolean> writeCache() {
    return writeCache;
  }

  List<String> failures() {
    return failures;
  }

  List<String> leftOut() {
    return leftOut;
  }

  List<Sample> samples(String peer, String cell) {
    return samples.getOrDefault(new Key(peer, cell), List.of());
  }

  List<Sample> samples() {
    return samples.values().stream().flatMap(List::stream).toList();
  }

  List<Start> starts(String peer) {
    return starts.getOrDefault(peer, List.of());
  }

  OptionalDouble iops(String peer, String cell) {
    return Statistics.median(samples(peer, cell), Sample::iops);
  }

  /** In round by round order; null when one of them has no sample. */
  Statistics.Ratio ratio(String ours, String cell, String theirs, String otherCell) {
    return Statistics.ratio(
        samples(ours, cell).stream().map(Sample::iops).toList(),
        samples(theirs, otherCell).stream().map(Sample::iops).toList());
  }
}
