package org.holdfast.backstore;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.holdfast.pr.KeptStateUnknownException;
import org.holdfast.pr.ReservationSnapshot;
import org.holdfast.pr.ReservationState;
import org.holdfast.pr.ReservationStore;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one logical unit's reservation table in a file of the state directory, named after the
 * unit's own NAA designator: renaming or re-adding its backstore neither loses nor borrows a table.
 *
 * <p>A commit replaces the file whole ({@link StateFiles#replace}), so a crash leaves the old table
 * or the new one. A file that is there and cannot be trusted is an error, never an empty table.
 */
public final class FileReservationStore implements ReservationStore {
  private static final byte[] NO_FILE = {};

  private final StateFiles files;
  private final String unit;
  private final Path file;
  private final KeptTableWitness witness;
  private final Executor writer;

  /**
   * What was read or committed last, {@link #NO_FILE} when there was none; put back when a commit
   * fails half-way. Null until the file has been read with success: a table that nobody could read
   * is not overwritten. Owner: the writer, one operation after another.
   */
  private volatile byte @Nullable [] kept;

  /**
   * @param directory exists and is writable; one daemon owns it
   * @param unit NAA designator, 32 hex digits
   * @param witness asked when there is no file
   * @param writer where blocking file operations run; commits of one store never overlap
   */
  public FileReservationStore(
      StateFiles files, Path directory, String unit, KeptTableWitness witness, Executor writer) {
    this.files = files;
    this.witness = witness;
    this.unit = unit;
    this.file = directory.resolve(unit + ".reservations");
    this.writer = writer;
  }

  /** Where the table is kept, for messages. */
  public Path file() {
    return file;
  }

  @Override
  public CompletionStage<ReservationState> load() {
    return CompletableFuture.supplyAsync(this::read, writer);
  }

  private ReservationState read() {
    try {
      byte[] content = files.read(file, ReservationSnapshot.MAX_BYTES);
      ReservationSnapshot snapshot = ReservationSnapshot.decode(content);
      if (!snapshot.unit().equals(unit)) {
        throw new IOException("it belongs to unit " + snapshot.unit());
      }
      kept = content;
      return snapshot.state();
    } catch (NoSuchFileException e) {
      return withoutFile();
    } catch (IOException | ReservationSnapshot.CorruptException e) {
      throw new CompletionException(
          new IOException(
              "%s: the reservation table cannot be read: %s. Put a good copy back, or remove the file"
                      .formatted(file, e.getMessage())
                  + " and the .journal beside it if every initiator may lose its registration",
              e));
    }
  }

  /** A file that nobody misses never was; otherwise it is lost, and with it who may write. */
  private ReservationState withoutFile() {
    Optional<String> missed;
    try {
      missed = witness.kept();
    } catch (IOException e) {
      missed = Optional.of("whether there has to be one cannot be found out: " + e);
    }
    if (missed.isPresent()) {
      throw new CompletionException(
          new IOException(
              "%s: the reservation table is missing, but %s. Is its file system mounted? Put a good copy back, or move the journal away if every initiator may lose its registration"
                  .formatted(file, missed.get())));
    }
    kept = NO_FILE;
    return ReservationState.EMPTY;
  }

  @Override
  public CompletionStage<ReservationState> commit(ReservationState state) {
    return CompletableFuture.supplyAsync(() -> write(state), writer);
  }

  private ReservationState write(ReservationState state) {
    byte[] before = kept;
    if (before == null) {
      throw new CompletionException(
          new IOException(file + ": not written, since what it holds could not be read"));
    }
    byte[] content = new ReservationSnapshot(unit, state).encode();
    try {
      files.replace(file, content);
      kept = content;
      return state;
    } catch (IOException e) {
      putBack(before, e);
      throw new CompletionException(new IOException("%s: %s".formatted(file, e.getMessage()), e));
    }
  }

  /**
   * The failure may have come after the rename. The command is refused, so what it asked for must
   * not be found after a restart.
   */
  private void putBack(byte[] before, IOException failure) {
    try {
      if (Arrays.equals(present(), before)) {
        return; // It failed before the rename, as on a full disk.
      }
      if (before.length == 0) {
        files.remove(file);
      } else {
        files.replace(file, before);
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
      throw new CompletionException(
          new KeptStateUnknownException(
              ("%s: a reservation change was refused (%s) and could not be taken back (%s): a"
                      + " restart may find it. Look at the file system, then at the table")
                  .formatted(file, failure.getMessage(), e.getMessage()),
              failure));
    }
  }

  private byte[] present() throws IOException {
    try {
      return files.read(file, ReservationSnapshot.MAX_BYTES);
    } catch (NoSuchFileException e) {
      return NO_FILE;
    }
  }
}
