package org.holdfast.backstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.holdfast.pr.PrOutServiceAction;
import org.holdfast.pr.ReservationChange;
import org.holdfast.scsi.ReservationEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The journal's last word on whether a table has to be there, in lines as they are really written.
 *
 * <p>Seen to fail: with the look at a line's end left out, {@code aTornLineIsPassedOver}; with the
 * lines read oldest first, {@code theLastLineCounts}.
 */
class JournalWitnessTest {
  @TempDir Path directory;
  private FileReservationJournal journal;
  private JournalWitness witness;

  @BeforeEach
  void name() {
    Path file = directory.resolve("unit.journal");
    witness = new JournalWitness(file);
    journal =
        new FileReservationJournal(
            file, FileReservationJournal.BOUND, InstantSource.system(), Runnable::run);
  }

  private void write(boolean aptpl, int registered, String address) {
    journal.changed(
        new ReservationEvent.Persistent(
            new ReservationChange(
                PrOutServiceAction.REGISTER,
                Tables.nexus(1),
                0,
                1,
                0,
                1,
                false,
                aptpl,
                registered,
                List.of(),
                null,
                null,
                List.of()),
            Map.of(),
            address));
  }

  @Test
  void registrationsThatWereKeptAreMissed() throws IOException {
    assertThat(witness.kept()).as("no journal").isEmpty();
    write(true, 2, "a");
    assertThat(witness.kept()).hasValue(witness.journal() + " says that 2 registrations were kept");
  }

  @Test
  void theLastLineCounts() throws IOException {
    write(true, 2, "a");
    write(true, 0, "a");
    assertThat(witness.kept()).as("none left").isEmpty();
    write(true, 1, "a");
    assertThat(witness.kept()).isPresent();
    write(false, 1, "a");
    assertThat(witness.kept()).as("not to be kept any more").isEmpty();
  }

  @Test
  void reservationsOfSpc2SayNothingOfTheTable() throws IOException {
    write(true, 2, "a");
    journal.changed(
        new ReservationEvent.Legacy(
            ReservationEvent.LegacyCause.SPC_2_RESERVE, Tables.nexus(1), null, null, "a"));
    assertThat(witness.kept()).isPresent();
  }

  @Test
  void aTornLineIsPassedOver() throws IOException {
    write(true, 2, "a");
    Files.write(
        witness.journal(),
        "{\"time\":\"\u00ff\",\"aptpl\":[true,false],\"registered\":0,"
            .getBytes(StandardCharsets.ISO_8859_1),
        StandardOpenOption.APPEND);
    assertThat(witness.kept()).isPresent();
  }

  @Test
  void anAddressCannotSpeakForTheTable() throws IOException {
    write(false, 0, "x\",\"aptpl\":[true,true],\"registered\":9,");
    assertThat(witness.kept()).isEmpty();
  }
}
