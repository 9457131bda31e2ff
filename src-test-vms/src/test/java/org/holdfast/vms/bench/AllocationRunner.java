package org.holdfast.vms.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.holdfast.vms.bench.load.Endpoint;
import org.holdfast.vms.bench.load.LoadGenerator;

/** Starts Holdfast once, lets it run warm, and records each cell with its flight recorder. */
final class AllocationRunner {
  private final Options options;
  private final Cores cores;
  private final Scratch scratch;
  private final Cleanup cleanup;
  private final Consumer<String> progress;
  private long seed = 1;

  /** What one cell came to. */
  record Result(long done, FlightRecording.Contents contents) {
    double bytesEach() {
      return (double) contents.bytes() / done;
    }
  }

  AllocationRunner(
      Options options, Cores cores, Scratch scratch, Cleanup cleanup, Consumer<String> progress) {
    this.options = options;
    this.cores = cores;
    this.scratch = scratch;
    this.cleanup = cleanup;
    this.progress = progress;
  }

  Map<Cell, Result> run() throws IOException {
    FlightRecording.missing()
        .ifPresent(
            lack -> {
              throw new BenchException(BenchException.UNAVAILABLE, lack);
            });
    int port = options.port().isPresent() ? Ports.mustBeFree(options.port().get()) : Ports.free();
    Path home = scratch.home("holdfast");
    cores.placeGenerator(true);
    Started started =
        new HoldfastPeer().start(new Peer.Start(cores.prefix(true), scratch.disk(), home, port));
    TargetProcess process = cleanup.add(started.process());
    Map<Cell, Result> results = new LinkedHashMap<>();
    try {
      Endpoint endpoint = FirstLogin.await(started);
      for (boolean digests : new boolean[] {false, true}) {
        List<Cell> alike =
            options.cells().stream().filter(cell -> cell.shape().digests() == digests).toList();
        new WarmUp(options.warm(), progress).run(endpoint, process, alike, "holdfast");
        for (Cell cell : alike) {
          progress.accept(cell.label());
          results.put(cell, measure(cell, endpoint, process, home));
        }
      }
      return results;
    } finally {
      cleanup.now(process);
      Scratch.deleteContents(home);
    }
  }

  /** While the recorder is started and stopped the generator begins nothing. */
  private Result measure(Cell cell, Endpoint endpoint, TargetProcess process, Path home)
      throws IOException {
    try (LoadGenerator generator = LoadGenerator.random(endpoint, cell.shape(), seed++)) {
      generator.warm(options.settle());
      FlightRecording.start(process.pid());
      long done = generator.measure(options.measure()).latencies().total();
      FlightRecording.Contents contents =
          FlightRecording.stop(process.pid(), home.resolve(cell.name() + ".jfr"));
      generator.drain();
      if (done == 0) {
        throw new IOException(cell.label() + ": no I/O completed");
      }
      return new Result(done, contents);
    }
  }
}
