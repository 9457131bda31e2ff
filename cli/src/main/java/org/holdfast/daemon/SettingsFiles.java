package org.holdfast.daemon;

import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.holdfast.backstore.FileSettingsStore;
import org.holdfast.backstore.StateFiles;
import org.holdfast.scsi.LuIdentity;
import org.holdfast.scsi.SettingsStore;

/**
 * What a daemon's units keep besides their reservations, in the state directory. Written on one
 * thread, which no connection waits on.
 */
record SettingsFiles(Path directory, ExecutorService writer) {
  private static final String DIRECTORY = "settings";

  /**
   * Makes the directory where it is missing.
   *
   * @param resources gets the writing thread, which ends when everything is written
   */
  static SettingsFiles open(StateDirectory state, Resources resources) throws StartException {
    Path directory = state.directory(DIRECTORY);
    ExecutorService writer =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().name("settings").factory());
    resources.add(writer::close);
    return new SettingsFiles(directory, writer);
  }

  SettingsStore of(LuIdentity identity) {
    return new FileSettingsStore(StateFiles.onDisk(), directory, identity.naa(), writer);
  }
}
