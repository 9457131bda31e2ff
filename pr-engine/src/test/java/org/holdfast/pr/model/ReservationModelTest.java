package org.holdfast.pr.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The engine beside a second implementation of the same clauses, over sequences made by chance:
 * after every step the two must agree on the answer, on unit attentions and aborts, on the table
 * and on what every nexus may do. {@code -Dholdfast.seed=N} repeats a run, {@code
 * -Dholdfast.tests=all} makes it longer. A sequence that fails is shrunk before it is shown.
 *
 * <p>A reset of the logical unit and a lost nexus are no steps here: they leave all this alone
 * (SPC-4 clause 5.13.1), and there is nothing in the engine that would be called.
 */
class ReservationModelTest {
  private static final int STEPS = 150;
  private static final int SEQUENCES =
      "all".equals(System.getProperty("holdfast.tests")) ? 40_000 : 2_500;

  @Test
  void engineAndModelAgree() {
    long seed = Long.getLong("holdfast.seed", System.nanoTime());
    System.out.printf("ReservationModelTest: -Dholdfast.seed=%d%n", seed);
    RandomSteps random = new RandomSteps(seed);
    Outcomes outcomes = new Outcomes();
    for (int i = 0; i < SEQUENCES; i++) {
      Scene scene = random.scene();
      List<Step> steps = random.steps(scene.slots(), STEPS);
      if (Replay.differs(scene, steps, outcomes)) {
        List<Step> few = shrink(scene, steps);
        throw new AssertionError(
            "engine and model differ, -Dholdfast.seed=%d, sequence %d, %s:%n  %s"
                .formatted(seed, i, scene, Replay.describe(scene, few)));
      }
    }
    assertThat(outcomes.count()).as("seed %d: outcomes met", seed).isGreaterThan(200);
  }

  /** Drops ever smaller runs of steps while the rest still fails, until no single one can go. */
  private static List<Step> shrink(Scene scene, List<Step> steps) {
    List<Step> rest = steps;
    int run = rest.size() / 2;
    while (run > 0) {
      boolean dropped = false;
      for (int from = 0; from + run <= rest.size(); ) {
        List<Step> fewer = new ArrayList<>(rest);
        fewer.subList(from, from + run).clear();
        if (Replay.differs(scene, fewer, new Outcomes())) {
          rest = fewer;
          dropped = true;
        } else {
          from += run;
        }
      }
      run = dropped && run == 1 ? 1 : run / 2;
    }
    return rest;
  }
}
