package org.holdfast.scsi;

import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The port to what one logical unit keeps over a restart besides its reservations: saved mode
 * pages, identifying information, a SANITIZE that has not ended. Small: a few hundred bytes.
 */
public interface SettingsStore {
  /** What was kept, by name; empty when nothing ever was. Immutable. Called once, at the start. */
  Map<String, String> load();

  /**
   * Replaces everything that is kept, all or nothing. Never blocks. One commit at a time: the
   * caller waits for {@code done} before the next.
   *
   * @param settings names of lower-case ASCII letters and hyphens, values without line ends
   * @param done on any thread, here or later: null when all of it is on stable storage, otherwise
   *     why it is not, in words for an administrator
   */
  void commit(Map<String, String> settings, Consumer<@Nullable String> done);

  /** Keeps nothing beyond the life of the process. */
  static SettingsStore lostWithTheProcess() {
    return new SettingsStore() {
      @Override
      public Map<String, String> load() {
        return Map.of();
      }

      @Override
      public void commit(Map<String, String> settings, Consumer<@Nullable String> done) {
        done.accept(null);
      }
    };
  }
}
