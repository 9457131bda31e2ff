package org.holdfast.iscsi.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.holdfast.iscsi.PortalGroup;
import org.holdfast.iscsi.login.Chap;
import org.holdfast.iscsi.login.Secret;
import org.holdfast.iscsi.pdu.TargetPdu.LoginResponse;
import org.holdfast.iscsi.pdu.TargetPdu.ScsiResponse;
import org.holdfast.iscsi.session.TestInitiator.World;
import org.holdfast.scsi.LunMap;
import org.junit.jupiter.api.Test;

/** The portal groups change while initiators are logged in, or are about to be. */
class ReconfiguredTest {
  private final World world = new World();
  private final AtomicInteger done = new AtomicInteger();

  /** What everybody sees from now on; nobody is let in when it is empty. */
  private void serve(Optional<LunMap> luns) {
    serve(_ -> luns);
  }

  private void serve(PortalGroup.Access access) {
    PortalGroup before = world.groups.removeFirst();
    world.groups.add(
        new PortalGroup(
            before.targetName(),
            before.tag(),
            before.portals(),
            before.engine(),
            access,
            before.parameters()));
  }

  private void change(Optional<LunMap> luns) {
    serve(luns);
    world.node.reconfigured(done::incrementAndGet);
  }

  /** It has been let in, and waits for its predecessor, whose command has not ended. */
  private TestInitiator loginBehindAnother() {
    runningCommand();
    TestInitiator second = new TestInitiator(world);
    second.sendLogin(
        1, 3, "InitiatorName=" + TestInitiator.NAME, "TargetName=" + TestInitiator.TARGET);
    second.nothingSent();
    return second;
  }

  /** A session with a command that ends when the engine goes on. */
  private TestInitiator runningCommand() {
    TestInitiator initiator = new TestInitiator(world).loggedIn();
    world.engine.hold = true;
    initiator.nothing();
    return initiator;
  }

  /** Another map than the empty one, as far as the engine of these tests can tell. */
  private static LunMap other() {
    return LunMap.of(Map.of(3, new LunMap.MappedLun(null, true)));
  }

  @Test
  void nothingHappensToWhomTheChangeDoesNotConcern() {
    TestInitiator initiator = new TestInitiator(world).loggedIn();
    change(Optional.of(LunMap.EMPTY));
    assertThat(done).hasValue(1);
    initiator.nothing();
    initiator.next(ScsiResponse.class);
    assertThat(initiator.outbox.closed).isEmpty();
  }

  @Test
  void aSessionSeesTheNewInventoryAtOnce() {
    new TestInitiator(world).loggedIn();
    change(Optional.of(other()));
    assertThat(done).hasValue(1);
    assertThat(world.engine.attached.getFirst().luns()).isEqualTo(other());
  }

  /** Whoever closes a device afterwards relies on it. */
  @Test
  void theChangeIsDoneOnlyWhenTheEngineIsDone() {
    runningCommand();
    change(Optional.of(other()));
    assertThat(done).hasValue(0);
    world.engine.go();
    assertThat(done).hasValue(1);
  }

  @Test
  void whoIsNoLongerAdmittedIsOutWhenItsCommandsHaveEnded() {
    TestInitiator initiator = runningCommand();
    change(Optional.empty());
    assertThat(initiator.outbox.closed).contains("no longer admitted");
    assertThat(done).as("its command still runs").hasValue(0);
    world.engine.go();
    assertThat(done).hasValue(1);
    assertThat(world.node.registry().size()).isZero();
  }

  @Test
  void aSessionOnItsWayOutIsWaitedFor() {
    TestInitiator initiator = runningCommand();
    initiator.logout(0);
    change(Optional.of(other()));
    assertThat(done).hasValue(0);
    world.engine.go();
    assertThat(done).hasValue(1);
  }

  /** It was let in by the configuration of before, and waits for its predecessor to end. */
  @Test
  void aLoginThatIsNotCompleteGoesByTheNewConfiguration() {
    TestInitiator second = loginBehindAnother();
    serve(Optional.empty());
    world.engine.go();
    LoginResponse refused = second.next(LoginResponse.class);
    assertThat(List.of(refused.statusClass(), refused.statusDetail())).containsExactly(2, 3);
    assertThat(world.node.registry().size()).isZero();
  }

  /** It has not shown what is asked for now. */
  @Test
  void aLoginThatIsNotCompleteHasToShowWhatIsAskedForNow() {
    TestInitiator second = loginBehindAnother();
    Chap asked =
        new Chap(
            new Chap.Credentials("node", Secret.of("twelve bytes".getBytes(UTF_8))),
            Optional.empty(),
            Chap.ALL);
    serve(
        new PortalGroup.Access() {
          @Override
          public Optional<LunMap> lunsFor(String initiatorName) {
            return Optional.of(LunMap.EMPTY);
          }

          @Override
          public Optional<Chap> chapFor(String initiatorName) {
            return Optional.of(asked);
          }
        });
    world.engine.go();
    assertThat(second.next(LoginResponse.class).statusClass()).isEqualTo(2);
  }

  @Test
  void aTargetThatIsGoneTakesItsSessionsWithIt() {
    TestInitiator initiator = new TestInitiator(world).loggedIn();
    world.groups.clear();
    world.node.reconfigured(done::incrementAndGet);
    assertThat(initiator.outbox.closed).contains("no longer admitted");
    assertThat(done).hasValue(1);
  }
}
