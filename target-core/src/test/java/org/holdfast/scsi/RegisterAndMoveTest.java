package org.holdfast.scsi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.holdfast.pr.InitiatorPort;
import org.holdfast.pr.ReservationType;
import org.holdfast.pr.TransportId;
import org.junit.jupiter.api.Test;

/** REGISTER AND MOVE among the sessions that are logged in. */
class RegisterAndMoveTest {
  private static final ReservationType TYPE = ReservationType.WRITE_EXCLUSIVE;
  private static final long KEY_A = 0xA;
  private static final long KEY_B = 0xB;
  private static final byte[] BLOCK = new byte[EngineFixture.BLOCK];

  private final HeldDevice device = new HeldDevice();
  private final EngineFixture fixture = new EngineFixture(device);
  private final ItNexus a = fixture.login("a");
  private final ItNexus b = fixture.login("b");

  private void reservedByA() {
    fixture.reserveOutIsGood(a, EngineFixture.REGISTER_AND_IGNORE, TYPE, 0, KEY_A);
    fixture.reserveOutIsGood(a, EngineFixture.RESERVE, TYPE, KEY_A, 0);
  }

  private CompletableFuture<Outcome> move(byte[] transportId, int relativeTargetPort) {
    int length = 24 + transportId.length;
    byte[] cdb =
        ByteBuffer.allocate(10).put((byte) 0x5F).put((byte) 0x07).putInt(5, length).array();
    ByteBuffer list = ByteBuffer.allocate(length).putLong(KEY_A).putLong(KEY_B);
    list.putShort(18, (short) relativeTargetPort).putInt(20, transportId.length);
    return fixture.send(a, cdb, list.put(24, transportId).array());
  }

  @Test
  void whoGivesTheReservationAwayHasNoWriteLeftWhenItIsAnswered() {
    reservedByA();
    CompletableFuture<Outcome> write = fixture.write(a, 1, BLOCK);
    CompletableFuture<Outcome> move = move(TransportId.encode(b.identity().initiator()), 1);
    assertThat(move).as("REGISTER AND MOVE while a write is in flight").isNotDone();

    device.release();
    assertThat(write).isCompletedWithValue(Outcome.GOOD);
    assertThat(move).isCompletedWithValue(Outcome.GOOD);
    assertThat(fixture.unit.reservations().isHolder(b.identity())).isTrue();
    assertThat(fixture.write(a, 1, BLOCK)).isCompletedWithValue(Outcome.RESERVATION_CONFLICT);
  }

  @Test
  void aNodeNameStandsForItsOnlySession() {
    reservedByA();
    assertThat(move(new TransportId.Node("b").encode(), 1)).isCompletedWithValue(Outcome.GOOD);
    assertThat(fixture.unit.reservations().isRegisteredWith(b.identity(), KEY_B)).isTrue();
  }

  @Test
  void nobodyElseCanBeNamed() {
    reservedByA();
    Outcome unknownName = Outcome.check(Sense.invalidFieldInParameterList(24, 7));
    Outcome unknownPort = Outcome.check(Sense.invalidFieldInParameterList(18, 7));
    assertThat(move(TransportId.encode(new InitiatorPort("c", 1)), 1))
        .isCompletedWithValue(unknownName);
    assertThat(move(TransportId.encode(b.identity().initiator()), 2))
        .isCompletedWithValue(unknownPort);
    fixture.engine.detach(b, () -> {});
    assertThat(move(TransportId.encode(b.identity().initiator()), 1))
        .isCompletedWithValue(unknownName);
    assertThat(fixture.unit.reservations().isHolder(a.identity())).isTrue();
  }
}
