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
 *
 * <p>Seen to fail, each within the first few sequences, when the engine was broken on purpose:
 *
 * <ul>
 *   <li>RELEASE attends under the all registrants types only: {@code a0/2 RELEASE scope/type=05}
 *       lacks {@code attention b0/2 2A/04}, 7 steps left
 *   <li>no attention when PREEMPT changes the type: {@code attention c0/1 2A/04} is missing, 5
 *       steps
 *   <li>a registrant that preempts its own key is told so: {@code attention a0/2 2A/05} too many, 2
 *   <li>a registrant's reservation key is not compared: 05/26/00 instead of CONFLICT, 2
 *   <li>an all registrants reservation outlives the last registrant: after {@code CLEAR} the engine
 *       has type 8, the model 0, 3
 *   <li>{@code permits} favours registrants of types 7 and 8 only: {@code b0/2 may write}, engine
 *       false, model true, 3
 *   <li>{@code afterPowerLoss} keeps PRgeneration: engine 1, model 0, 2
 *   <li>an APTPL bit of zero does not take APTPL back: engine true, model false, 2
 *   <li>PREEMPT with a key replaces an all registrants reservation, too: the engine keeps {@code
 *       a0/2} registered, 3
 *   <li>UNREG of REGISTER AND MOVE is ignored: the engine keeps {@code b0/1} registered, 3
 *   <li>ALL_TG_PT asks the key at the sender's target port only: GOOD instead of CONFLICT, 2
 *   <li>PRgeneration stops at its largest value: engine 4294967295, model 0, 3
 *   <li>CLEAR attends with 2A/05 instead of 2A/03, 3
 *   <li>RESERVE of the same type by another registrant is GOOD, 5
 *   <li>PREEMPT AND ABORT spares its sender where it is named: {@code abort a0/2} is missing, 2
 *   <li>REGISTER AND MOVE to the sender's own initiator port at another target port is GOOD, 3
 *   <li>there is room for one registration too many, 5
 *   <li>{@code permits} compares the holder's initiator port only: {@code b0/1 may write}, 2
 *   <li>PREEMPT of the sender's own key keeps its registration, 2
 *   <li>PREEMPT with key 0 conflicts under a single holder's reservation, 4
 * </ul>
 */
class ReservationModelTest {
  private static final int STEPS = 150;
  private static final int SEQUENCES =
      "all".equals(System.getProperty("holdfast.tests")) ? 40_000 : 2_000;

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
