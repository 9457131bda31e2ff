package org.holdfast.scsi;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.holdfast.pr.ReservationClass;
import org.holdfast.pr.ReservationType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * The line that explains a RESERVATION CONFLICT: what it says and how often.
 *
 * <p>Seen to fail: with the interval set to 0 the second conflict of a second has a line; with
 * {@code leftOut} not set back the number is reported again.
 */
class ConflictLogTest {
  private final EngineFixture fixture = new EngineFixture(new HeldDevice());
  private final ItNexus a = fixture.login("a");
  private final ItNexus b = fixture.login("b");

  /** Close to its overflow, which {@link System#nanoTime} allows. */
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 10);

  private final ConflictLog conflicts = new ConflictLog("naa.6001", clock::get);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(ConflictLog.class);

  @BeforeEach
  void listen() {
    fixture.reserveOutIsGood(
        a, EngineFixture.REGISTER_AND_IGNORE, ReservationType.WRITE_EXCLUSIVE, 0, 0xABC);
    fixture.reserveOutIsGood(a, EngineFixture.RESERVE, ReservationType.WRITE_EXCLUSIVE, 0xABC, 0);
    logger.setLevel(Level.INFO);
    logger.setAdditive(false);
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
    logger.setAdditive(true);
  }

  private List<String> said() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private void refused() {
    ScsiTask write = fixture.task(b, EngineFixture.writeCdb(1), new byte[512], ignored());
    conflicts.refused(write, fixture.unit.reservations(), ReservationClass.MEDIUM_WRITE);
    write.finish();
  }

  @Test
  void theLineNamesHolderTypeRuleAndTheKeyThatIsMissing() {
    refused();
    assertThat(said())
        .containsExactly(
            "naa.6001: RESERVATION CONFLICT for WRITE(10) of b: MEDIUM_WRITE conflicts with the"
                + " reservation type 1 (write exclusive) held by a,i,0x000000000001 at "
                + EngineFixture.PORT.portName()
                + " with key 0x0000000000000abc: only the holder may send it; b,i,0x000000000002"
                + " at "
                + EngineFixture.PORT.portName()
                + " is not registered");
  }

  @Test
  void oneLineASecondWhichCountsThoseLeftOutOnce() {
    refused();
    refused();
    clock.addAndGet(TimeUnit.SECONDS.toNanos(1) - 1);
    refused();
    assertThat(said()).hasSize(1);
    clock.incrementAndGet();
    refused();
    clock.addAndGet(TimeUnit.SECONDS.toNanos(5));
    refused();
    assertThat(said()).hasSize(3);
    assertThat(said().get(1)).endsWith("(and 2 more conflicts since the last such line)");
    assertThat(said().get(2)).endsWith("is not registered");
  }

  /** The wrong key, and no registration at all. */
  @Test
  void whatTheTableRefusesIsExplainedToo() {
    assertThat(
            fixture.reserveOut(a, EngineFixture.RESERVE, ReservationType.WRITE_EXCLUSIVE, 0xDEF, 0))
        .isCompletedWithValue(Outcome.RESERVATION_CONFLICT);
    assertThat(said())
        .singleElement()
        .asString()
        .contains("PERSISTENT RESERVE OUT of a: a,i,0x000000000001 at ")
        .endsWith("sent key 0x0000000000000def and is registered with 0x0000000000000abc");
    ItNexus c = fixture.login("c");
    ScsiTask reserve = fixture.task(c, new byte[] {0x16, 0, 0, 0, 0, 0}, new byte[0], ignored());
    conflicts.refusedByTable(reserve, fixture.unit.reservations(), null);
    assertThat(said().get(1))
        .contains("RESERVE(6) of c: there are registrations, and no reservation favours c,i,");
    reserve.finish();
  }

  private static CompletableFuture<Outcome> ignored() {
    return new CompletableFuture<>();
  }

  @Test
  void aConflictOnTheUnitIsExplained() {
    assertThat(fixture.write(b, 1, new byte[512]))
        .isCompletedWithValue(Outcome.RESERVATION_CONFLICT);
    assertThat(said()).hasSize(1);
    assertThat(said().getFirst()).startsWith("naa." + fixture.unit.identity().naa());
  }
}
