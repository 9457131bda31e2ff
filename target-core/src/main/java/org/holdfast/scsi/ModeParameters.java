package org.holdfast.scsi;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mode parameters of one logical unit, shared by all its I_T nexuses (SPC-4 clause 7.5): their
 * current, saved and default values. Saved values are kept with the unit's settings.
 *
 * <p>Changes are made one after another. Thread: any.
 */
public final class ModeParameters {
  private static final Logger log = LoggerFactory.getLogger(ModeParameters.class);
  private static final String ONE = "1";
  private static final String ZERO = "0";

  private final UnitSettings settings;
  private final UnitDevice device;
  private final SerialQueue changes = new SerialQueue();

  /** As selected; what the device cannot do is taken out by {@link #effective}. */
  private volatile ModeSettings selected;

  // What every write and every CHECK CONDITION looks at, out of selected.
  private volatile boolean writeProtected;
  private volatile boolean descriptorSense;

  ModeParameters(UnitSettings settings, UnitDevice device) {
    this.settings = settings;
    this.device = device;
    this.selected = kept();
    publish(selected);
    if (!isOn(selected) && device.hasCache()) {
      switchOff(() -> {});
    }
  }

  /** How a change ended. */
  public sealed interface Result {
    /** It is in effect, and kept where that was asked; {@code changed}: something is different. */
    record Done(boolean changed) implements Result {}

    /** The device could not be made stable, so its cache stays on; nothing has changed. */
    record NotStable(IoResult.Failed failure) implements Result {}

    /** It could not be kept; nothing has changed. The reason is in words. */
    record NotKept(String why) implements Result {}
  }

  /** Nobody may write (SWP). One volatile read. */
  public boolean isWriteProtected() {
    return writeProtected;
  }

  /** Sense data goes out as descriptors (D_SENSE). One volatile read. */
  public boolean isDescriptorSense() {
    return descriptorSense;
  }

  public ModeSettings current() {
    return effective(selected);
  }

  /** What the unit begins with, and comes back to with a reset. */
  public ModeSettings saved() {
    return effective(kept());
  }

  private ModeSettings kept() {
    ModeSettings values = builtIn();
    for (ModeParameter parameter : ModeParameter.values()) {
      String kept = settings.get(parameter.key());
      if (kept != null) {
        values = values.with(parameter, kept.equals(ONE));
      }
    }
    return values;
  }

  public ModeSettings defaults() {
    return effective(builtIn());
  }

  private static ModeSettings builtIn() {
    return new ModeSettings(Set.of(ModeParameter.WRITE_CACHE_ENABLE));
  }

  /** There is no write cache to enable where the device has none. */
  private ModeSettings effective(ModeSettings values) {
    return device.hasCache() ? values : values.with(ModeParameter.WRITE_CACHE_ENABLE, false);
  }

  /** What MODE SELECT may change. */
  public ModeSettings changeable() {
    EnumSet<ModeParameter> all = EnumSet.allOf(ModeParameter.class);
    if (!device.hasCache()) {
      all.remove(ModeParameter.WRITE_CACHE_ENABLE);
    }
    return new ModeSettings(all);
  }

  /** Whether values can be saved. */
  public boolean canSave() {
    return settings.isDurable();
  }

  /**
   * Makes {@code change} of the current values current, all or nothing. A cache that is switched
   * off is off first: every write that began before has ended and is stable when {@code done} hears
   * of it.
   *
   * @param change of what is changeable only
   * @param save keep the values, too
   * @param done on any thread, here or later
   */
  public void change(UnaryOperator<ModeSettings> change, boolean save, Consumer<Result> done) {
    changes.submit(
        next -> {
          ModeSettings before = selected;
          ModeSettings after = change.apply(before);
          Consumer<Result> end =
              result -> {
                publish(result instanceof Result.Done ? after : before);
                next.run();
                done.accept(result);
              };
          Runnable keep = () -> keep(after, save, end, !effective(after).equals(effective(before)));
          if (isOn(effective(before)) && !isOn(effective(after))) {
            device.cacheOff(
                failure -> {
                  if (failure == null) {
                    keep.run();
                  } else {
                    end.accept(new Result.NotStable(failure));
                  }
                });
          } else {
            keep.run();
          }
        });
  }

  private static boolean isOn(ModeSettings values) {
    return values.isOne(ModeParameter.WRITE_CACHE_ENABLE);
  }

  private void keep(ModeSettings values, boolean save, Consumer<Result> end, boolean changed) {
    if (!save) {
      end.accept(new Result.Done(changed));
      return;
    }
    settings.change(
        before -> {
          Map<String, String> after = new TreeMap<>(before);
          for (ModeParameter parameter : changeable().ones()) {
            after.put(parameter.key(), values.isOne(parameter) ? ONE : ZERO);
          }
          return after;
        },
        failure ->
            end.accept(failure == null ? new Result.Done(changed) : new Result.NotKept(failure)));
  }

  private void publish(ModeSettings values) {
    selected = values;
    writeProtected = values.isOne(ModeParameter.SOFTWARE_WRITE_PROTECT);
    descriptorSense = values.isOne(ModeParameter.DESCRIPTOR_SENSE);
    if (isOn(values)) {
      device.cacheOn();
    }
  }

  /** A reset brings back the saved values (SPC-4 clause 7.5). No command is in flight. */
  void reset() {
    changes.submit(
        next -> {
          boolean wasOn = isOn(current());
          publish(kept());
          if (wasOn && !isOn(current())) {
            switchOff(next);
          } else {
            next.run();
          }
        });
  }

  /** Where nobody waits for an answer, a failure is for the log. */
  private void switchOff(Runnable done) {
    device.cacheOff(
        failure -> {
          if (failure != null) {
            log.error(
                "the write cache is off, but what was in it could not be made stable: {}",
                failure.detail());
          }
          done.run();
        });
  }
}
