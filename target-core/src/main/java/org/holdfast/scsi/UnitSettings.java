package org.holdfast.scsi;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one logical unit keeps over a restart besides its reservations, by name. Changes are made
 * one after another, each on top of the last that was kept, so that two commands never lose each
 * other's change.
 *
 * <p>When the store could not be read, everything has its default and {@link #unreadable} says why;
 * the unit is then NOT READY, because what cannot be read may say that a SANITIZE has begun and not
 * ended, or that the disk is write protected, and both must not be forgotten. Thread: any.
 */
public final class UnitSettings {
  private static final Logger log = LoggerFactory.getLogger(UnitSettings.class);

  private final SettingsStore store;
  private final @Nullable String unreadable;
  private final SerialQueue changes = new SerialQueue();

  /** As last committed, immutable. Written by one change at a time. */
  private volatile Map<String, String> kept;

  UnitSettings(String unit, SettingsStore store) {
    this.store = store;
    switch (store.load()) {
      case SettingsStore.Kept.Settings(Map<String, String> byName) -> {
        kept = byName;
        unreadable = null;
      }
      case SettingsStore.Kept.Unreadable(String why) -> {
        kept = Map.of();
        unreadable = why;
        log.error(
            "{} is NOT READY: its settings cannot be read, and they may say that its data was being"
                + " erased or is write protected: {}",
            unit,
            why);
      }
    }
  }

  /** Why the settings are unknown; null when they are known. */
  public @Nullable String unreadable() {
    return unreadable;
  }

  /** Whether a change outlives the process. */
  public boolean isDurable() {
    return store.isDurable() && unreadable == null;
  }

  /** The value kept under {@code name}, or null when there is none. */
  public @Nullable String get(String name) {
    return kept.get(name);
  }

  /** Keeps {@code value} under {@code name}, or nothing when it is null; see {@link #change}. */
  public void put(String name, @Nullable String value, Consumer<@Nullable String> done) {
    change(
        before -> {
          Map<String, String> after = new TreeMap<>(before);
          if (value == null) {
            after.remove(name);
          } else {
            after.put(name, value);
          }
          return after;
        },
        done);
  }

  /**
   * Keeps what {@code change} makes of what is kept. When that is the same, nothing is written.
   *
   * @param change names and values as {@link SettingsStore#commit} wants them
   * @param done on any thread, here or later: null when it is on stable storage, otherwise why it
   *     is not, and nothing has changed
   */
  public void change(UnaryOperator<Map<String, String>> change, Consumer<@Nullable String> done) {
    changes.submit(
        next -> {
          Map<String, String> after = Map.copyOf(change.apply(kept));
          if (after.equals(kept)) {
            next.run();
            done.accept(null);
            return;
          }
          store.commit(
              after,
              failure -> {
                if (failure == null) {
                  kept = after;
                }
                next.run();
                done.accept(failure);
              });
        });
  }
}
