package org.holdfast.pr.model;

import java.util.List;

/**
 * One thing that happens. Holds nothing of the state it was made in, so that steps before it can be
 * dropped.
 */
sealed interface Step {
  /** Stands for the key the sender is registered with at that moment, 0 when it is not. */
  int OWN_KEY = -1;

  /**
   * PERSISTENT RESERVE OUT.
   *
   * @param slot which initiator sends it
   * @param key RESERVATION KEY, an index of {@link Scene#KEYS} or {@link #OWN_KEY}
   * @param actionKey SERVICE ACTION RESERVATION KEY, likewise
   * @param scopeAndType byte 2 of the CDB
   * @param flags byte 20 of the parameter list, byte 17 for REGISTER AND MOVE
   * @param named slots whose initiator ports the TransportIDs name, where there are any
   * @param relativePort REGISTER AND MOVE: to which target port
   * @param surplus bytes in the parameter list more than it should have, or fewer
   */
  record Out(
      int slot,
      int action,
      int key,
      int actionKey,
      int scopeAndType,
      int flags,
      List<Integer> named,
      int relativePort,
      int surplus)
      implements Step {}

  /** The initiator in this slot logs in with a new ISID and so is another I_T nexus from now on. */
  record Login(int slot) implements Step {}

  /** Power goes and returns. */
  record PowerLoss() implements Step {}
}
