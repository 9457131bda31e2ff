package org.holdfast.vms;

import org.holdfast.vms.initiator.Cdbs;

/**
 * One PERSISTENT RESERVE OUT of a storm.
 *
 * @param sender index of the initiator
 * @param action service action, SPC-4 table 210
 * @param key RESERVATION KEY
 * @param actionKey SERVICE ACTION RESERVATION KEY
 * @param type ignored by the service actions that have none
 * @param aptpl ignored by all but the REGISTER service actions
 */
record PrCommandUnderTest(
    int sender, int action, long key, long actionKey, int type, boolean aptpl) {

  byte[] cdb() {
    return Cdbs.prOut(action, type);
  }

  byte[] list() {
    boolean registers = action == Cdbs.PR_REGISTER || action == Cdbs.PR_REGISTER_AND_IGNORE;
    return Cdbs.prOutList(key, actionKey, registers && aptpl);
  }
}
