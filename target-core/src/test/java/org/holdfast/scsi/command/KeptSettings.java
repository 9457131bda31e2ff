package org.holdfast.scsi.command;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.holdfast.scsi.SettingsStore;
import org.jspecify.annotations.Nullable;

/** Settings in memory that one unit leaves to the next; fails when told. */
final class KeptSettings implements SettingsStore {
  private final Map<String, String> kept = new HashMap<>();
  boolean failing;

  Map<String, String> kept() {
    return kept;
  }

  @Override
  public Kept load() {
    return new Kept.Settings(kept);
  }

  @Override
  public boolean isDurable() {
    return true;
  }

  @Override
  public void commit(Map<String, String> settings, Consumer<@Nullable String> done) {
    if (failing) {
      done.accept("told to fail by the test");
      return;
    }
    kept.clear();
    kept.putAll(settings);
    done.accept(null);
  }
}
