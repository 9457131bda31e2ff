package org.holdfast.vms.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.holdfast.vms.bench.load.Content;
import org.holdfast.vms.bench.load.DataMismatchException;
import org.holdfast.vms.bench.load.Endpoint;
import org.holdfast.vms.bench.load.IscsiSession;
import org.holdfast.vms.bench.load.LoadGenerator;
import org.holdfast.vms.bench.load.Shape;

/**
 * Starts one target at a time, lets it run warm, measures its cells, ends it, and goes on to the
 * next; as often as there are alternations.
 */
final class Runner {
  private static final long CHECKED_BYTES = 32L << 20;
  private static final double NANOS = 1e9;

  private final Options options;
  private final Cores cores;
  private final Scratch scratch;
  private final Cleanup cleanup;
  private final Consumer<String> progress;
  private final Results results = new Results();
  private final Meter meter = new Meter();
  private final WarmUp warmUp;
  private long seed = 1;

  Runner(Options options, Cores cores, Scratch scratch, Cleanup cleanup, Consumer<String> progress)
      throws IOException {
    this.options = options;
    this.cores = cores;
    this.scratch = scratch;
    this.cleanup = cleanup;
    this.progress = progress;
    this.warmUp = new WarmUp(options.warm(), progress);
  }

  Results run() throws IOException {
    List<Peer> peers = new ArrayList<>();
    for (Peer peer : Peers.ALL) {
      if (options.peers().contains(peer.name()) && canRun(peer)) {
        peers.add(peer);
        results.present(peer.name(), peer.version());
      }
    }
    for (int round = 1; round <= options.rounds(); round++) {
      for (Peer peer : peers) {
        progress.accept("%d/%d %s".formatted(round, options.rounds(), peer.name()));
        for (boolean pinned : new boolean[] {true, false}) {
          List<Cell> cells =
              options.cells().stream()
                  .filter(cell -> cell.pinned() == pinned)
                  .filter(cell -> !cell.onlyOurs() || peer instanceof HoldfastPeer)
                  .filter(cell -> cell.shape().sessions() <= peer.mostSessions())
                  .toList();
          if (!cells.isEmpty()) {
            turn(peer, cells, round == 1 && pinned);
          }
        }
      }
    }
    return results;
  }

  private boolean canRun(Peer peer) throws IOException {
    Optional<String> missing = peer.missing();
    if (missing.isEmpty()) {
      Path directory = scratch.home(peer.name());
      try {
        peer.prepare(directory);
        return true;
      } catch (IOException e) {
        missing = Optional.of(e.getMessage());
      }
    }
    results.leftOut(peer.name(), missing.get());
    return false;
  }

  /** One start of a target, with all cells that are placed alike. */
  private void turn(Peer peer, List<Cell> cells, boolean first) throws IOException {
    boolean pinned = cells.getFirst().pinned();
    int port = options.port().isPresent() ? Ports.mustBeFree(options.port().get()) : Ports.free();
    Path home = scratch.home(peer.name());
    cores.placeGenerator(pinned);
    Started started;
    long begun = System.nanoTime();
    try {
      started = peer.start(new Peer.Start(cores.prefix(pinned), scratch.disk(), home, port));
    } catch (IOException e) {
      results.failed(peer.name(), "start", e.toString());
      return;
    }
    TargetProcess process = cleanup.add(started.process());
    try {
      Endpoint endpoint = FirstLogin.await(started);
      double toLogin = (System.nanoTime() - begun) / NANOS;
      long idle = Proc.residentBytes(process.pid());
      if (first && !endpoint.isEcho()) {
        check(peer, endpoint);
      }
      for (boolean digests : new boolean[] {false, true}) {
        List<Cell> alike =
            cells.stream().filter(cell -> cell.shape().digests() == digests).toList();
        warmUp.run(endpoint, process, alike, peer.name());
        for (Cell cell : alike) {
          measure(peer, cell, endpoint, process);
        }
      }
      results.add(
          peer.name(),
          new Results.Start(pinned, toLogin, idle, Proc.peakResidentBytes(process.pid())));
    } catch (IOException e) {
      results.failed(
          peer.name(),
          pinned ? "pinned" : "unpinned",
          e.getMessage() + "; it printed: " + process.output());
    } finally {
      cleanup.now(process);
      Scratch.deleteContents(home);
    }
  }

  /** The generator and the target must agree on the data before any speed counts. */
  private void check(Peer peer, Endpoint endpoint) throws IOException {
    try (IscsiSession session = IscsiSession.login(endpoint, false)) {
      results.writeCache(peer.name(), session.writeCacheEnabled());
    }
    for (boolean digests : new boolean[] {false, true}) {
      for (int ioBytes : new int[] {4096, 262_144}) {
        if (!digests || peer instanceof HoldfastPeer) {
          Shape shape = new Shape(ioBytes, 32, 1, 0, digests, CHECKED_BYTES);
          try {
            LoadGenerator.writeAndCheck(endpoint, shape, new Content(seed++));
          } catch (DataMismatchException e) {
            throw new BenchException(
                BenchException.FAILED,
                "%s returned wrong data (%d bytes per I/O): %s"
                    .formatted(peer.name(), ioBytes, e.getMessage()));
          }
        }
      }
    }
  }

  private void measure(Peer peer, Cell cell, Endpoint endpoint, TargetProcess process)
      throws IOException {
    try (LoadGenerator generator = LoadGenerator.random(endpoint, cell.shape(), seed++)) {
      results.add(
          peer.name(),
          cell,
          meter.take(generator, process.pid(), options.settle(), options.measure(), cell.shape()));
      generator.drain();
    } catch (IOException e) {
      results.failed(peer.name(), cell.name(), e.getMessage());
      if (!process.isAlive()) {
        throw e;
      }
    }
  }
}
