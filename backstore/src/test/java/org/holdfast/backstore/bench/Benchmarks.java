package org.holdfast.backstore.bench;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs every benchmark of this package. The build does not, by the name of this class. */
class Benchmarks {
  @Test
  void measure() throws RunnerException {
    new Runner(
            new OptionsBuilder()
                .include(Benchmarks.class.getPackageName() + ".")
                .addProfiler("gc")
                .shouldFailOnError(true)
                .build())
        .run();
  }
}
