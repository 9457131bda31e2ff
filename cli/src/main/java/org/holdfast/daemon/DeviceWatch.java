package org.holdfast.daemon;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.holdfast.backstore.ReopeningDevice;
import org.holdfast.scsi.LogicalUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every second for devices that are away, and opens them again when they are back. Looking
 * costs one volatile read per device. Opening one may hang; so each is opened on a thread of its
 * own, which ends with it, and keeps no other from coming back.
 */
final class DeviceWatch {
  private static final Logger log = LoggerFactory.getLogger(DeviceWatch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Map<LogicalUnit, ReopeningDevice> devices = new ConcurrentHashMap<>();

  /** Those that somebody is opening now. */
  private final Set<LogicalUnit> opening = ConcurrentHashMap.newKeySet();

  /** Those that were away when they were added and have not come yet. */
  private final Set<LogicalUnit> neverSeen = ConcurrentHashMap.newKeySet();

  private DeviceWatch() {}

  /**
   * Begins to watch; nothing, at first.
   *
   * @param resources gets the thread
   */
  static DeviceWatch start(Resources resources) {
    DeviceWatch watch = new DeviceWatch();
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("device-watch").factory());
    ScheduledFuture<?> watching =
        timer.scheduleAtFixedRate(
            watch::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    resources.add(
        () -> {
          watching.cancel(/* mayInterruptIfRunning= */ false);
          timer.close();
        });
    return watch;
  }

  /** Watches one more. */
  void add(LogicalUnit unit, ReopeningDevice device) {
    if (!device.ready()) {
      neverSeen.add(unit);
    }
    devices.put(unit, device);
  }

  /** Opens it no more, unless somebody is just doing that. */
  void remove(LogicalUnit unit) {
    devices.remove(unit);
    neverSeen.remove(unit);
  }

  private void look() {
    devices.forEach(
        (unit, device) -> {
          if (!device.ready() && opening.add(unit)) {
            Thread.ofPlatform()
                .name("open-naa." + unit.identity().naa())
                .daemon(true)
                .start(() -> open(unit, device));
          }
        });
  }

  private void open(LogicalUnit unit, ReopeningDevice device) {
    try {
      if (device.reopen(capacity -> announce(unit, capacity)) && neverSeen.remove(unit)) {
        unit.resume();
      }
    } catch (RuntimeException e) {
      log.error("the device of naa.{} could not be opened again", unit.identity().naa(), e);
    } finally {
      opening.remove(unit);
    }
  }

  private static void announce(LogicalUnit unit, ReopeningDevice.Capacity capacity) {
    unit.mediumIsBack();
    switch (capacity) {
      case AS_KNOWN -> {}
      case CHANGED -> unit.capacityChanged();
    }
  }
}
