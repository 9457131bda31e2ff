package org.holdfast.vms;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.holdfast.vms.initiator.Cdbs;

/**
 * Draws PERSISTENT RESERVE OUT commands that are likely to change a given table. Thread: one.
 *
 * <p>What it does not ask: PREEMPT of the sender's own key, unless it holds the reservation, and
 * REGISTER with key 0 by a nexus that is not registered.
 */
final class ReservationStorm {
  private static final int[] TYPES = {1, 3, 5, 6, 7, 8};
  private static final int WITHOUT_APTPL_ONE_IN = 12;

  private final Random random;
  private final int initiators;

  ReservationStorm(Random random, int initiators) {
    this.random = random;
    this.initiators = initiators;
  }

  /** Each initiator has four keys of its own. */
  private long someKeyOf(int initiator) {
    return 0x5354_4f52_4d00_0000L | (initiator + 1) << 8 | random.nextInt(4);
  }

  PrCommandUnderTest next(ExpectedTable table) {
    int sender = random.nextInt(initiators);
    boolean aptpl = random.nextInt(WITHOUT_APTPL_ONE_IN) != 0;
    Long registered = table.keys().get(sender);
    int type = TYPES[random.nextInt(TYPES.length)];
    if (registered == null) {
      int action = random.nextBoolean() ? Cdbs.PR_REGISTER : Cdbs.PR_REGISTER_AND_IGNORE;
      return new PrCommandUnderTest(sender, action, 0, someKeyOf(sender), 0, aptpl);
    }
    long own = random.nextInt(16) == 0 ? registered ^ 0x40 : registered;
    return switch (random.nextInt(10)) {
      case 0, 1 ->
          new PrCommandUnderTest(sender, Cdbs.PR_REGISTER, own, someKeyOf(sender), 0, aptpl);
      case 2 ->
          new PrCommandUnderTest(
              sender, Cdbs.PR_REGISTER_AND_IGNORE, 0, someKeyOf(sender), 0, aptpl);
      case 3 -> new PrCommandUnderTest(sender, Cdbs.PR_REGISTER, own, 0, 0, aptpl);
      case 4, 5 -> new PrCommandUnderTest(sender, Cdbs.PR_RESERVE, own, 0, type, false);
      case 6 ->
          new PrCommandUnderTest(
              sender,
              Cdbs.PR_RELEASE,
              own,
              0,
              random.nextInt(4) == 0 || table.type() == 0 ? type : table.type(),
              false);
      case 7 ->
          random.nextInt(4) == 0
              ? new PrCommandUnderTest(sender, Cdbs.PR_CLEAR, own, 0, 0, false)
              : preempt(table, sender, own, type);
      default -> preempt(table, sender, own, type);
    };
  }

  private PrCommandUnderTest preempt(ExpectedTable table, int sender, long own, int type) {
    int action = random.nextBoolean() ? Cdbs.PR_PREEMPT : Cdbs.PR_PREEMPT_AND_ABORT;
    boolean all = ExpectedTable.allRegistrants(table.type());
    List<Long> victims = new ArrayList<>();
    for (Map.Entry<Integer, Long> entry : table.keys().entrySet()) {
      if (entry.getKey() != sender || (!all && table.holds(sender))) {
        victims.add(entry.getValue());
      }
    }
    victims.add(all ? 0 : someKeyOf((sender + 1) % initiators));
    long victim = victims.get(random.nextInt(victims.size()));
    return new PrCommandUnderTest(sender, action, own, victim, type, false);
  }
}
