package org.holdfast.vms.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What each case came to, pass by pass. Thread: the benchmark's.
 *
 * @param version of the target
 */
record ScaleResults(String version, Map<ScaleCase, List<Sample>> samples) {
  ScaleResults(String version) {
    this(version, new LinkedHashMap<>());
  }

  void add(ScaleCase one, Sample sample) {
    samples.computeIfAbsent(one, key -> new ArrayList<>()).add(sample);
  }

  List<Sample> of(ScaleCase one) {
    return samples.getOrDefault(one, List.of());
  }

  List<Sample> all() {
    return samples.values().stream().flatMap(List::stream).toList();
  }

  /** CPU time per I/O against the smallest case's of the same pass. */
  Statistics.Ratio growth(ScaleCase one) {
    return Statistics.ratio(
        of(one).stream().map(Sample::targetCpu).toList(),
        of(one.smallest()).stream().map(Sample::targetCpu).toList());
  }
}
