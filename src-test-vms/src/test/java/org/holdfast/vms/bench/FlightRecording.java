package org.holdfast.vms.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * What a JVM allocates on its heap, as its own flight recorder counts it: bytes exactly, by thread;
 * where, by samples.
 */
final class FlightRecording {
  private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");
  private static final String BY_THREAD = "jdk.ThreadAllocationStatistics";
  private static final String SAMPLE = "jdk.ObjectAllocationSample";
  private static final String PAUSE = "jdk.GarbageCollection";
  private static final String NAME = "name=holdfast-bench";

  private FlightRecording() {}

  /**
   * A place in the code, and what is allocated there.
   *
   * @param type as {@link Class#getName()} has it
   * @param method that allocates it, with its class; the nearest one outside the JDK
   */
  record Site(String type, String method) {}

  /**
   * What one recording holds.
   *
   * @param threads bytes by the name of the thread
   * @param weights bytes by place, estimated from samples
   * @param pauses of the garbage collector, all of them
   * @param longest of them
   */
  record Contents(
      Map<String, Long> threads, Map<Site, Long> weights, Duration pauses, Duration longest) {
    long bytes() {
      return threads.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  static Optional<String> missing() {
    return Files.isExecutable(JCMD)
        ? Optional.empty()
        : Optional.of(JCMD + " is missing: a JDK is needed, not a runtime alone");
  }

  static void start(long pid) throws IOException {
    command(
        pid,
        "JFR.start",
        NAME,
        "settings=none",
        "+" + BY_THREAD + "#enabled=true",
        "+" + BY_THREAD + "#period=everyChunk",
        "+" + PAUSE + "#enabled=true",
        "+" + SAMPLE + "#enabled=true",
        "+" + SAMPLE + "#throttle=1000/s",
        "+" + SAMPLE + "#stackTrace=true");
  }

  static Contents stop(long pid, Path file) throws IOException {
    command(pid, "JFR.stop", NAME, "filename=" + file);
    return read(file);
  }

  /** What it did not understand it reports on its output alone, and goes on. */
  private static void command(long pid, String... words) throws IOException {
    String[] command = new String[words.length + 2];
    command[0] = JCMD.toString();
    command[1] = Long.toString(pid);
    System.arraycopy(words, 0, command, 2, words.length);
    String output = Commands.run(command);
    if (output.contains("Warning!") || !output.contains("recording")) {
      throw new IOException(String.join(" ", command) + ": " + output.strip());
    }
  }

  private static Contents read(Path file) throws IOException {
    Map<Long, Long> first = new HashMap<>();
    Map<Long, Long> last = new HashMap<>();
    Map<Long, String> names = new HashMap<>();
    Map<Site, Long> weights = new HashMap<>();
    Set<Long> sampled = new HashSet<>();
    Duration pauses = Duration.ZERO;
    Duration longest = Duration.ZERO;
    List<RecordedEvent> events = new ArrayList<>(RecordingFile.readAllEvents(file));
    events.sort(Comparator.comparing(RecordedEvent::getStartTime));
    for (RecordedEvent event : events) {
      switch (event.getEventType().getName()) {
        case SAMPLE -> {
          // A thread's first one weighs what it has allocated since long before the recording.
          if (!sampled.add(event.getThread().getId())) {
            weights.merge(site(event), event.getLong("weight"), Long::sum);
          }
        }
        case BY_THREAD -> {
          long thread = event.getThread("thread").getId();
          long allocated = event.getLong("allocated");
          names.put(thread, String.valueOf(event.getThread("thread").getJavaName()));
          first.merge(thread, allocated, Math::min);
          last.merge(thread, allocated, Math::max);
        }
        case PAUSE -> {
          pauses = pauses.plus(event.getDuration("sumOfPauses"));
          Duration one = event.getDuration("longestPause");
          longest = one.compareTo(longest) > 0 ? one : longest;
        }
        default -> {} // What every recording has.
      }
    }
    Map<String, Long> threads = new HashMap<>();
    last.forEach(
        (thread, bytes) -> threads.merge(names.get(thread), bytes - first.get(thread), Long::sum));
    return new Contents(threads, weights, pauses, longest);
  }

  private static Site site(RecordedEvent event) {
    String type = event.getClass("objectClass").getName();
    RecordedStackTrace stack = event.getStackTrace();
    if (stack == null || stack.getFrames().isEmpty()) {
      return new Site(type, "unknown");
    }
    RecordedFrame frame =
        stack.getFrames().stream()
            .filter(one -> !isOfJdk(one))
            .findFirst()
            .orElse(stack.getFrames().getFirst());
    String owner = frame.getMethod().getType().getName();
    return new Site(
        type, owner.substring(owner.lastIndexOf('.') + 1) + "." + frame.getMethod().getName());
  }

  private static boolean isOfJdk(RecordedFrame frame) {
    String owner = frame.getMethod().getType().getName();
    return owner.startsWith("java.") || owner.startsWith("jdk.") || owner.startsWith("sun.");
  }
}
