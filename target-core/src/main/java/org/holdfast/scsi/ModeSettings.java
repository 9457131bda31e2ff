package org.holdfast.scsi;

import java.util.EnumSet;
import java.util.Set;

/**
 * Values of the changeable mode parameters. Immutable.
 *
 * @param ones the parameters that are one; all others are zero
 */
public record ModeSettings(Set<ModeParameter> ones) {
  public ModeSettings {
    ones = Set.copyOf(ones);
  }

  public boolean isOne(ModeParameter parameter) {
    return ones.contains(parameter);
  }

  /** The same with {@code parameter} set to {@code one}. */
  public ModeSettings with(ModeParameter parameter, boolean one) {
    if (isOne(parameter) == one) {
      return this;
    }
    EnumSet<ModeParameter> changed = EnumSet.noneOf(ModeParameter.class);
    changed.addAll(ones);
    if (one) {
      changed.add(parameter);
    } else {
      changed.remove(parameter);
    }
    return new ModeSettings(changed);
  }
}
