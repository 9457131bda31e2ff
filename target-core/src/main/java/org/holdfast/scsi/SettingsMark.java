package org.holdfast.scsi;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps the mark of a medium operation among a unit's settings. */
record SettingsMark(UnitSettings settings) implements MediumOperations.Mark {
  private static final String NAME = "medium-operation";

  @Override
  public @Nullable String read() {
    return settings.get(NAME);
  }

  @Override
  public void keep(@Nullable String text, Consumer<@Nullable String> done) {
    settings.put(NAME, text, done);
  }
}
