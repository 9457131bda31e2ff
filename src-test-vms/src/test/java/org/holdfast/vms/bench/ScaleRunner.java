package org.holdfast.vms.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.holdfast.vms.bench.load.Endpoint;
import org.holdfast.vms.bench.load.IscsiSession;
import org.holdfast.vms.bench.load.LoadGenerator;
import org.holdfast.vms.bench.load.Shape;

/**
 * Starts Holdfast as often as there are alternations; each time all cases run twice, the second
 * time in the opposite order, so that what drifts does so for and against each of them.
 */
final class ScaleRunner {
  private static final int LOAD_PORT = 1;
  private static final int LAST_LINES = 10;

  private final Options options;
  private final Cores cores;
  private final Scratch scratch;
  private final Cleanup cleanup;
  private final Consumer<String> progress;
  private final Meter meter = new Meter();
  private long seed = 1;

  ScaleRunner(
      Options options, Cores cores, Scratch scratch, Cleanup cleanup, Consumer<String> progress)
      throws IOException {
    this.options = options;
    this.cores = cores;
    this.scratch = scratch;
    this.cleanup = cleanup;
    this.progress = progress;
  }

  ScaleResults run() throws IOException {
    progress.accept("writing the disks");
    ScaleTarget target = ScaleTarget.prepare(scratch);
    ScaleResults results = new ScaleResults(new HoldfastPeer().version());
    for (int round = 1; round <= options.rounds(); round++) {
      progress.accept("%d/%d".formatted(round, options.rounds()));
      Path home = scratch.home("holdfast");
      int port = options.port().isPresent() ? Ports.mustBeFree(options.port().get()) : Ports.free();
      cores.placeGenerator(true);
      TargetProcess process = cleanup.add(target.start(cores.prefix(true), home, port));
      try {
        FirstLogin.await(
            new Started(process, () -> ScaleTarget.endpoint(ScaleCase.ALL.getFirst(), port)));
        register(port);
        warm(port);
        for (ScaleCase one : ScaleCase.ALL) {
          results.add(one, measure(one, port, process));
        }
        for (ScaleCase one : ScaleCase.ALL.reversed()) {
          results.add(one, measure(one, port, process));
        }
      } catch (IOException e) {
        throw new BenchException(
            BenchException.FAILED,
            e.getMessage() + "; the target's last words: " + lastLines(process));
      } finally {
        cleanup.now(process);
        Scratch.deleteContents(home);
      }
    }
    return results;
  }

  private static String lastLines(TargetProcess process) {
    List<String> lines = List.copyOf(process.output());
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
  }

  /** Each registrant is an I_T nexus of its own; a registration stays when its session ends. */
  private static void register(int port) throws IOException {
    for (int size : ScaleCase.Axis.REGISTRANTS.sizes()) {
      ScaleCase one = new ScaleCase(ScaleCase.Axis.REGISTRANTS, size, ScaleCase.Kind.READ);
      for (int registrant = 0; registrant < size; registrant++) {
        registered(ScaleTarget.endpoint(one, port), LOAD_PORT + registrant).close();
      }
    }
  }

  private static IscsiSession registered(Endpoint endpoint, int initiatorPort) throws IOException {
    IscsiSession session = IscsiSession.loginAs(endpoint, initiatorPort);
    try {
      session.registerAndReserve(initiatorPort);
      return session;
    } catch (IOException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private void warm(int port) throws IOException {
    for (ScaleCase one : ScaleCase.ALL) {
      try (LoadGenerator generator = load(one, port)) {
        generator.warm(options.warm().dividedBy(ScaleCase.ALL.size()));
        generator.drain();
      }
    }
  }

  /** The load of a reserved LUN comes from one of its registrants. */
  private LoadGenerator load(ScaleCase one, int port) throws IOException {
    Endpoint endpoint = ScaleTarget.endpoint(one, port);
    Shape shape = one.shape();
    return one.axis() == ScaleCase.Axis.REGISTRANTS
        ? LoadGenerator.random(registered(endpoint, LOAD_PORT), shape, seed++)
        : LoadGenerator.random(endpoint, shape, seed++);
  }

  private Sample measure(ScaleCase one, int port, TargetProcess process) throws IOException {
    try (LoadGenerator generator = load(one, port)) {
      Sample sample =
          meter.take(generator, process.pid(), options.settle(), options.measure(), one.shape());
      generator.drain();
      return sample;
    }
  }
}
