package org.holdfast.daemon;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.holdfast.backstore.FileReservationJournal;
import org.holdfast.backstore.FileReservationStore;
import org.holdfast.backstore.JournalWitness;
import org.holdfast.backstore.StateFiles;
import org.holdfast.pr.AptplPolicy;
import org.holdfast.pr.PrCapabilities;
import org.holdfast.pr.ReservationState;
import org.holdfast.scsi.BlockDevice;
import org.holdfast.scsi.CommandTable;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.LuIdentity;
import org.holdfast.scsi.RecentReservationEvents;
import org.holdfast.scsi.ReservationBackend;
import org.holdfast.scsi.SettingsStore;
import org.holdfast.scsi.UnitOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reservation tables and journals of a daemon's units, kept in the state directory. They are
 * written on one thread, which no connection waits on.
 */
final class ReservationTables {
  private static final Logger log = LoggerFactory.getLogger(ReservationTables.class);
  private static final String DIRECTORY = "reservations";

  private final Path directory;
  private final ExecutorService writer;

  private ReservationTables(Path directory, ExecutorService writer) {
    this.directory = directory;
    this.writer = writer;
  }

  /**
   * Makes the directory where it is missing, and says so: it is there from the first start on, so
   * its absence later means that another file system is looked at.
   *
   * @param resources gets the writing thread, which ends when everything is written
   */
  static ReservationTables open(StateDirectory state, Resources resources) throws StartException {
    Path directory = state.file(DIRECTORY);
    if (Files.notExists(directory)) {
      log.warn(
          "{} is new: no reservations are known. On a first start that is as it should be; if"
              + " this host has kept reservations before, the file system is probably not"
              + " mounted: stop this daemon before any cluster node writes, mount it and start"
              + " again",
          directory);
    }
    state.directory(DIRECTORY);
    ExecutorService writer =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().name("reservation-tables").factory());
    resources.add(writer::close);
    return new ReservationTables(directory, writer);
  }

  /**
   * A unit and what becomes of its reservations.
   *
   * @param events the last changes since the unit was opened
   */
  record Held(LogicalUnit unit, RecentReservationEvents events) {}

  /**
   * A unit with the table that was kept for its identity. One whose table cannot be read is
   * offline: its reservations are unknown, which is not the same as none.
   */
  Held unit(
      LuIdentity identity,
      BlockDevice device,
      CommandTable commands,
      AptplPolicy policy,
      UnitOptions options,
      SettingsStore settings) {
    Path journalFile = directory.resolve(identity.naa() + ".journal");
    FileReservationStore store =
        new FileReservationStore(
            StateFiles.onDisk(),
            directory,
            identity.naa(),
            new JournalWitness(journalFile),
            writer);
    FileReservationJournal journal =
        new FileReservationJournal(
            journalFile, FileReservationJournal.BOUND, InstantSource.system(), writer);
    RecentReservationEvents events = new RecentReservationEvents(journal, InstantSource.system());
    PrCapabilities capabilities = PrCapabilities.complete(policy);
    try {
      ReservationState kept = store.load().toCompletableFuture().join().afterPowerLoss();
      if (!kept.registrations().isEmpty()) {
        log.info(
            "naa.{}: {} registrations kept, {}",
            identity.naa(),
            kept.registrations().size(),
            kept.reservation() == null ? "nothing reserved" : "reserved, " + kept.reservation());
      }
      LogicalUnit unit =
          new LogicalUnit(
              identity,
              device,
              commands,
              options,
              new ReservationBackend(kept, store, capabilities, events),
              settings,
              InstantSource.system());
      unit.resume();
      return new Held(unit, events);
    } catch (CompletionException e) {
      LogicalUnit unit =
          new LogicalUnit(
              identity,
              device,
              commands,
              options,
              new ReservationBackend(ReservationState.EMPTY, store, capabilities, events),
              settings,
              InstantSource.system());
      unit.takeOffline(String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()));
      return new Held(unit, events);
    }
  }
}
