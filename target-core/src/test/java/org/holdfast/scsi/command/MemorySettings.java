package org.holdfast.scsi.command;

import java.util.Map;
import java.util.function.Consumer;
import org.holdfast.scsi.SettingsStore;

/** Settings in memory that count as durable; fails, or cannot be read, when told. */
final class MemorySettings implements SettingsStore {
  private Kept kept = new Kept.Settings(Map.of());
  private String failure;
  private int commits;

  /** A store that another unit, made with this one, finds as it is now. */
  MemorySettings copy() {
    MemorySettings copy = new MemorySettings();
    copy.kept = kept;
    return copy;
  }

  static MemorySettings unreadable() {
    MemorySettings store = new MemorySettings();
    store.kept = new Kept.Unreadable("damaged by the test");
    return store;
  }

  /** What the next unit finds. */
  Map<String, String> kept() {
    return kept instanceof Kept.Settings(Map<String, String> settings) ? settings : Map.of();
  }

  /** As if a unit before had kept nothing else. */
  void keep(String key, String value) {
    kept = new Kept.Settings(Map.of(key, value));
  }

  void fail(String why) {
    failure = why;
  }

  int commits() {
    return commits;
  }

  @Override
  public Kept load() {
    return kept;
  }

  @Override
  public boolean isDurable() {
    return true;
  }

  @Override
  public void commit(Map<String, String> settings, Consumer<String> done) {
    commits++;
    if (failure == null) {
      kept = new Kept.Settings(settings);
    }
    done.accept(failure);
  }
}
