package org.holdfast.iscsi.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.holdfast.iscsi.login.Login;
import org.holdfast.scsi.ItNexus;
import org.holdfast.scsi.LunMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a normal session has been let into, and how it follows the configuration. Thread: the
 * connection's.
 */
final class Admitted {
  private static final Logger LOG = LoggerFactory.getLogger(Admitted.class);

  private final IscsiNode node;
  private final ItNexus nexus;
  private Login.Admission admission;
  private boolean gone;

  /** Who waits until the engine holds nothing of this session any more. */
  private final List<Runnable> whenGone = new ArrayList<>();

  Admitted(IscsiNode node, ItNexus nexus, Login.Admission admission) {
    this.node = node;
    this.nexus = nexus;
    this.admission = admission;
  }

  ItNexus nexus() {
    return nexus;
  }

  /**
   * The configuration is another one.
   *
   * @param done run when nothing of this session can touch a unit any more that it does not see
   */
  void follow(FullFeaturePhase phase, Runnable expel, Runnable done) {
    if (gone) {
      done.run();
      return;
    }
    Optional<Login.Admission> renewed =
        node.renewed(admission, nexus.identity().initiator().name());
    if (renewed.isPresent() && !phase.ended()) {
      admission = renewed.get();
      see(admission.luns(), done);
      return;
    }
    whenGone.add(done);
    if (!phase.ended()) {
      LOG.info("{}: session ends, the configuration no longer admits it", nexus);
      expel.run();
    }
  }

  private void see(LunMap luns, Runnable done) {
    if (luns.equals(nexus.luns())) {
      done.run();
      return;
    }
    LOG.info("{}: sees other LUNs now: {}", nexus, luns.units().keySet());
    admission.group().engine().remap(nexus, luns, done);
  }

  /** The engine holds nothing of the session any more. */
  void gone() {
    gone = true;
    whenGone.forEach(Runnable::run);
    whenGone.clear();
  }
}
