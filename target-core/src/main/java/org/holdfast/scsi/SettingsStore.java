package org.holdfast.scsi;

import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The port to what one logical unit keeps over a restart besides its reservations: saved mode
 * pages, identifying information, a SANITIZE that has not ended. Small: a few hundred bytes.
 */
public interface SettingsStore {
  /** What was found at the start. */
  sealed interface Kept {
    /**
     * All of it.
     *
     * @param byName empty when nothing was ever kept
     */
    record Settings(Map<String, String> byName) implements Kept {
      public Settings {
        byName = Map.copyOf(byName);
      }
    }

    /**
     * Something is kept, and nobody can tell what.
     *
     * @param why in words for an administrator, with what to do about it
     */
    record Unreadable(String why) implements Kept {}
  }

  /** What was kept. Called once, at the start; may block. */
  Kept load();

  /** False when nothing outlives the process: no mode page can be saved then. */
  boolean isDurable();

  /**
   * Replaces everything that is kept, all or nothing. Never blocks. One commit at a time: the
   * caller waits for {@code done} before the next. Fails after {@link Kept.Unreadable}: what nobody
   * could read is not overwritten.
   *
   * @param settings names of lower-case ASCII letters, digits and hyphens, values without line ends
   * @param done on any thread, here or later: null when all of it is on stable storage, otherwise
   *     why it is not, in words for an administrator
   */
  void commit(Map<String, String> settings, Consumer<@Nullable String> done);

  /** Keeps nothing beyond the life of the process. */
  static SettingsStore lostWithTheProcess() {
    return new SettingsStore() {
      @Override
      public Kept load() {
        return new Kept.Settings(Map.of());
      }

      @Override
      public boolean isDurable() {
        return false;
      }

      @Override
      public void commit(Map<String, String> settings, Consumer<@Nullable String> done) {
        done.accept(null);
      }
    };
  }
}
