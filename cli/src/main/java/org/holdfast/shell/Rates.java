package org.holdfast.shell;

import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What somebody did between two looks at counters that only grow.
 *
 * @param seconds between the looks
 * @param before the counters then; empty when it was not there: nothing is said about it
 */
record Rates(double seconds, Optional<JsonNode> before, JsonNode after) {

  /**
   * Counters of several, at one time.
   *
   * @param nanos when
   * @param entries a list of objects
   */
  record Sample(long nanos, JsonNode entries) {}

  static Sample sample(Pace pace, JsonNode entries) {
    return new Sample(pace.nanos(), entries);
  }

  static Rates between(Sample first, Sample second, String key, String name) {
    return new Rates(
        (second.nanos - first.nanos) / 1e9,
        find(first.entries, key, name),
        find(second.entries, key, name).orElseGet(Json::object));
  }

  private static Optional<JsonNode> find(JsonNode entries, String key, String name) {
    for (JsonNode entry : entries) {
      if (Json.string(entry, key).equals(name)) {
        return Optional.of(entry);
      }
    }
    return Optional.empty();
  }

  String reads() {
    return number(perSecond("reads"));
  }

  String writes() {
    return number(perSecond("writes"));
  }

  String readBytes() {
    return bytes(perSecond("read_bytes"));
  }

  String writtenBytes() {
    return bytes(perSecond("write_bytes"));
  }

  /** Mean time of a read in this while, in milliseconds. */
  String readMillis() {
    return latency("read_micros_total", "reads");
  }

  String writeMillis() {
    return latency("write_micros_total", "writes");
  }

  private long grown(String counter) {
    return before
        .map(then -> Math.max(0, Json.count(after, counter) - Json.count(then, counter)))
        .orElse(0L);
  }

  private Optional<Double> perSecond(String counter) {
    return before.isPresent() && seconds > 0
        ? Optional.of(grown(counter) / seconds)
        : Optional.empty();
  }

  private String latency(String micros, String count) {
    return grown(count) == 0 || !after.has(micros)
        ? "-"
        : String.format(Locale.ROOT, "%.2f", grown(micros) / 1000.0 / grown(count));
  }

  private static String number(Optional<Double> rate) {
    return rate.map(value -> String.valueOf(Math.round(value))).orElse("-");
  }

  private static String bytes(Optional<Double> rate) {
    return rate.map(value -> Sizes.format(Math.round(value))).orElse("-");
  }
}
