package org.holdfast.iscsi.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.iscsi.pdu.InitiatorPdu.ScsiCommand;
import org.holdfast.pr.InitiatorPort;
import org.holdfast.pr.Nexus;
import org.holdfast.scsi.FakeTarget;
import org.holdfast.scsi.LunMap;
import org.holdfast.scsi.ScsiTarget;
import org.junit.jupiter.api.Test;

/** Against a map of the JDK, with tags that collide. */
class TagTableTest {
  private final TagTable table = new TagTable();

  /** A command that never meets its session: only its tag matters. */
  private static RunningCommand command(int tag) {
    TestInitiator.World world = new TestInitiator.World();
    ScsiTarget engine = world.engine;
    SessionContext context =
        new SessionContext(
            engine,
            engine.attach(
                new Nexus(new InitiatorPort(TestInitiator.NAME, 1), engine.port()),
                "test",
                LunMap.EMPTY),
            new RecordingOutbox(),
            world.allocator,
            SessionLimits.DEFAULT,
            DataOutPools.of(1_000),
            new SessionTraffic(),
            () -> {},
            () -> {
              throw new IllegalStateException("not needed");
            });
    CommandWindow window = new CommandWindow(1, 1);
    Responder responder = new Responder(context.outbox(), window, 1, "test");
    return new RunningCommand(
        new ScsiCommands(context, responder, window),
        new ScsiCommand(
            false,
            true,
            false,
            false,
            1,
            0,
            tag,
            0,
            1,
            1,
            0,
            FakeTarget.cdb(FakeTarget.NONE, 0),
            DataSegment.EMPTY));
  }

  @Test
  void doesWhatAMapDoes() {
    long seed = ThreadLocalRandom.current().nextLong();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    RunningCommand[] commands = new RunningCommand[300];
    for (int i = 0; i < commands.length; i++) {
      // Small numbers, and numbers that differ in their upper bits only.
      commands[i] = command(i % 2 == 0 ? i : i << 20);
    }
    Map<Integer, RunningCommand> expected = new HashMap<>();
    for (int step = 0; step < 200_000; step++) {
      RunningCommand command = commands[random.nextInt(commands.length)];
      if (expected.containsKey(command.tag())) {
        table.remove(command);
        expected.remove(command.tag());
      } else {
        table.add(command);
        expected.put(command.tag(), command);
      }
      RunningCommand other = commands[random.nextInt(commands.length)];
      assertThat(table.get(other.tag())).isSameAs(expected.get(other.tag()));
      assertThat(table.size()).isEqualTo(expected.size());
    }
    assertThat(table.snapshot()).containsExactlyInAnyOrderElementsOf(expected.values());
  }

  @Test
  void aTagIsThereOnce() {
    RunningCommand first = command(5);
    table.add(first);
    assertThatThrownBy(() -> table.add(command(5))).isInstanceOf(IllegalStateException.class);
    table.remove(command(5));
    assertThat(table.get(5)).as("only the command itself is removed").isSameAs(first);
  }
}
