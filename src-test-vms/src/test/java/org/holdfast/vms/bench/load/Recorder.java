package org.holdfast.vms.bench.load;

/** Counts what completes, while it is told to. Thread: the generator's. */
final class Recorder {
  private final Histogram latencies = new Histogram();
  private boolean recording;

  void start() {
    latencies.clear();
    recording = true;
  }

  void stop() {
    recording = false;
  }

  void completed(long nanos) {
    if (recording) {
      latencies.record(nanos);
    }
  }

  Histogram latencies() {
    return latencies;
  }
}
