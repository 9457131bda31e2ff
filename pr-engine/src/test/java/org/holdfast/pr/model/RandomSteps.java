package org.holdfast.pr.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.holdfast.pr.ReservationEngine;
import org.holdfast.pr.ReservationState;

/** Scenes and steps by chance: mostly what could succeed, always with some of everything else. */
final class RandomSteps {
  private static final List<Integer> TYPES = List.of(1, 3, 5, 6, 7, 8);

  /** How often each service action comes up: those that build a table up, more often. */
  private static final List<Integer> ACTIONS =
      List.of(0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6, 6, 7, 7);

  private final Random random;

  RandomSteps(long seed) {
    random = new Random(seed);
  }

  Scene scene() {
    int slots = 1 + random.nextInt(8);
    int room = oneIn(4) ? 1 + random.nextInt(5) : ReservationEngine.DEFAULT_MAX_REGISTRATIONS;
    long generation = oneIn(4) ? ReservationState.MAX_GENERATION - random.nextInt(20) : 0;
    return new Scene(slots, !oneIn(5), oneIn(2), oneIn(2), room, generation);
  }

  List<Step> steps(int slots, int count) {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      steps.add(step(slots));
    }
    return steps;
  }

  private Step step(int slots) {
    if (oneIn(120)) {
      return new Step.PowerLoss();
    }
    int slot = random.nextInt(slots);
    if (oneIn(40)) {
      return new Step.Login(slot);
    }
    int action = oneIn(200) ? 8 + random.nextInt(24) : pick(ACTIONS);
    return new Step.Out(
        slot,
        action,
        key(action),
        actionKey(action),
        scopeAndType(),
        flags(action),
        named(slots),
        relativePort(),
        surplus());
  }

  /** An unregistered sender's own key is the zero that REGISTER wants of it. */
  private int key(int action) {
    boolean ignored = action == ModelFields.REGISTER_AND_IGNORE;
    return oneIn(ignored ? 2 : 6) ? random.nextInt(Scene.KEYS.size()) : Step.OWN_KEY;
  }

  /** Zero unregisters, preempts an all registrants type, and is wrong or ignored elsewhere. */
  private int actionKey(int action) {
    if (oneIn(12)) {
      return Step.OWN_KEY;
    }
    return oneIn(action == ModelFields.PREEMPT || action == ModelFields.PREEMPT_AND_ABORT ? 4 : 7)
        ? 0
        : 1 + random.nextInt(Scene.KEYS.size() - 1);
  }

  private int scopeAndType() {
    int scope = oneIn(20) ? random.nextInt(16) : 0;
    int type = oneIn(12) ? random.nextInt(16) : pick(TYPES);
    return scope << 4 | type;
  }

  private int flags(int action) {
    int flags = oneIn(2) ? ModelFields.APTPL : 0;
    if (action == ModelFields.REGISTER_AND_MOVE) {
      return flags | (oneIn(2) ? ModelFields.UNREG : 0);
    }
    boolean registers = action == ModelFields.REGISTER || action == ModelFields.REGISTER_AND_IGNORE;
    flags |= oneIn(registers ? 8 : 40) ? ModelFields.ALL_TG_PT : 0;
    return flags | (oneIn(action == ModelFields.REGISTER ? 8 : 40) ? ModelFields.SPEC_I_PT : 0);
  }

  private List<Integer> named(int slots) {
    List<Integer> named = new ArrayList<>();
    do {
      named.add(random.nextInt(slots));
    } while (oneIn(2));
    return named;
  }

  private int relativePort() {
    return oneIn(20) ? random.nextInt(0x10000) : 1 + random.nextInt(2);
  }

  private int surplus() {
    return oneIn(50) ? random.nextInt(40) - 30 : 0;
  }

  private boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  private int pick(List<Integer> list) {
    return list.get(random.nextInt(list.size()));
  }
}
