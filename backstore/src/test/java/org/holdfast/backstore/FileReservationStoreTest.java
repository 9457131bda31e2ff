package org.holdfast.backstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.holdfast.pr.KeptStateUnknownException;
import org.holdfast.pr.ReservationSnapshot;
import org.holdfast.pr.ReservationState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The kept table of one unit: found again, or an error, never something else.
 *
 * <p>Seen to fail: without the comparison of {@code snapshot.unit()} another unit's table is taken;
 * with {@code putBack} left out the refused table is there after a failed directory fsync; with the
 * look at {@code kept} in {@code write} left out, the damaged table is overwritten; with {@code
 * putBack} throwing a plain {@code IOException}, {@code
 * puttingBackThatFailsTooIsSaidSinceWhatIsKeptIsUnknownThen} misses the exception of its own.
 */
class FileReservationStoreTest {
  private static final String OTHER_UNIT = "6" + "0".repeat(31);

  @TempDir Path directory;

  private KeptTableWitness witness = KeptTableWitness.NONE;

  /** The directory's fsync fails this often. */
  private int failures;

  private FileReservationStore store(String unit) {
    return new FileReservationStore(
        new StateFiles.OnDisk(this::sync), directory, unit, witness, Runnable::run);
  }

  private void sync(FileChannel channel, Path what) throws IOException {
    if (what.equals(directory) && failures > 0) {
      failures--;
      throw new IOException("Input/output error");
    }
    channel.force(true);
  }

  private static ReservationState load(FileReservationStore store) {
    return store.load().toCompletableFuture().join();
  }

  private static void commit(FileReservationStore store, ReservationState state) {
    assertThat(store.commit(state).toCompletableFuture()).isCompletedWithValue(state);
  }

  private FileReservationStore loaded() {
    FileReservationStore store = store(Tables.UNIT);
    load(store);
    return store;
  }

  @Test
  void aUnitWithoutAFileHasNoReservations() {
    assertThat(load(store(Tables.UNIT))).isEqualTo(ReservationState.EMPTY);
  }

  @Test
  void aFileThatIsMissedIsNoEmptyTableAndIsNotMadeAnew() {
    witness = () -> Optional.of("somebody says that 2 registrations were kept");
    FileReservationStore store = store(Tables.UNIT);
    refusesToReadMissing(store, "somebody says that 2 registrations were kept");
    assertThatThrownBy(() -> store.commit(Tables.of(1)).toCompletableFuture().join())
        .hasMessageContaining("not written");
    assertThat(store.file()).doesNotExist();

    witness =
        () -> {
          throw new IOException("Input/output error");
        };
    refusesToReadMissing(store(Tables.UNIT), "Input/output error");
    witness = KeptTableWitness.NONE;
    assertThat(load(store(Tables.UNIT))).isEqualTo(ReservationState.EMPTY);
  }

  private static void refusesToReadMissing(FileReservationStore store, String why) {
    assertThatThrownBy(() -> load(store))
        .cause()
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(store.file() + ": the reservation table is missing")
        .hasMessageContainingAll(why, "mounted", "move the journal away");
  }

  @Test
  void aFileThatIsThereIsTakenWhateverTheWitnessSays() {
    FileReservationStore store = loaded();
    commit(store, Tables.of(2));
    witness = () -> Optional.of("somebody says that 3 registrations were kept");
    assertThat(load(store(Tables.UNIT))).isEqualTo(Tables.of(2));
  }

  @Test
  void whatWasCommittedLastIsFoundByTheNextDaemon() {
    FileReservationStore store = loaded();
    for (int registrants : new int[] {1, 256, 3}) {
      commit(store, Tables.of(registrants));
      assertThat(load(store(Tables.UNIT))).isEqualTo(Tables.of(registrants));
    }
    commit(store, ReservationState.EMPTY);
    assertThat(load(store(Tables.UNIT))).isEqualTo(ReservationState.EMPTY);
    assertThat(store.file()).exists();
  }

  @Test
  void unitsDoNotShareATable() throws IOException {
    FileReservationStore store = loaded();
    commit(store, Tables.of(2));
    FileReservationStore other = store(OTHER_UNIT);
    assertThat(load(other)).isEqualTo(ReservationState.EMPTY);

    Files.copy(store.file(), other.file());
    refusesToRead(other, "belongs to unit " + Tables.UNIT);
  }

  private static void refusesToRead(FileReservationStore store, String why) {
    Throwable failure = catchThrowable(() -> load(store));
    assertThat(failure).as("reading %s", store.file()).isNotNull();
    assertThat(failure.getCause())
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(store.file().toString())
        .hasMessageContaining(why)
        .hasMessageContainingAll("Put a good copy back", "remove the file");
  }

  @Test
  void aFileCutShortAnywhereIsRefused() throws IOException {
    FileReservationStore store = loaded();
    commit(store, Tables.of(2));
    byte[] whole = Files.readAllBytes(store.file());
    for (int length = 0; length < whole.length; length++) {
      Files.write(store.file(), Arrays.copyOf(whole, length));
      refusesToRead(store(Tables.UNIT), "checksum");
    }
  }

  @Test
  void aFileWithADamagedByteIsRefused() throws IOException {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    FileReservationStore store = loaded();
    commit(store, Tables.of(2));
    byte[] whole = Files.readAllBytes(store.file());
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) random.nextInt(1, 256);
      Files.write(store.file(), damaged);
      assertThatThrownBy(() -> load(store(Tables.UNIT)))
          .as("byte %d damaged, seed %d", at, seed)
          .hasMessageContaining(store.file().toString());
    }
  }

  @Test
  void whatIsNoFileOrFarTooLongIsRefused() throws IOException {
    FileReservationStore store = store(Tables.UNIT);
    Files.write(store.file(), new byte[ReservationSnapshot.MAX_BYTES + 1]);
    refusesToRead(store, "bytes long");
    Files.delete(store.file());
    Files.createDirectory(store.file());
    refusesToRead(store, "cannot be read");
  }

  @Test
  void aTableThatCouldNotBeReadIsNotOverwritten() throws IOException {
    FileReservationStore store = store(Tables.UNIT);
    byte[] damaged = {1, 2, 3};
    Files.write(store.file(), damaged);
    refusesToRead(store, "checksum");
    assertThatThrownBy(() -> store.commit(Tables.of(1)).toCompletableFuture().join())
        .hasMessageContaining("not written");
    assertThat(store.file()).hasBinaryContent(damaged);
  }

  /** The new content has the name already when the directory's fsync fails. */
  @Test
  void aTableThatWasRefusedIsNotFoundLater() {
    FileReservationStore store = loaded();
    failures = 1;
    commitFails(store);
    assertThat(store.file()).doesNotExist();

    commit(store, Tables.of(1));
    failures = 1;
    commitFails(store);
    assertThat(load(store(Tables.UNIT))).isEqualTo(Tables.of(1));
    commit(store, Tables.of(3));
    assertThat(load(store(Tables.UNIT))).isEqualTo(Tables.of(3));
  }

  private void commitFails(FileReservationStore store) {
    assertThatThrownBy(() -> store.commit(Tables.of(2)).toCompletableFuture().join())
        .cause()
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(store.file().toString(), "Input/output error");
  }

  /** The name is as it was for this kernel; what a power cut leaves, nobody knows. */
  @Test
  void puttingBackThatFailsTooIsSaidSinceWhatIsKeptIsUnknownThen() {
    FileReservationStore store = loaded();
    commit(store, Tables.of(1));
    failures = 2;
    assertThatThrownBy(() -> store.commit(Tables.of(2)).toCompletableFuture().join())
        .cause()
        .isInstanceOf(KeptStateUnknownException.class)
        .hasMessageContainingAll(store.file().toString(), "Input/output error", "taken back");
    assertThat(load(store)).isEqualTo(Tables.of(1));
    commit(store, Tables.of(4));
    assertThat(load(store)).isEqualTo(Tables.of(4));
  }
}
