package org.holdfast.daemon;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.holdfast.backstore.DelayDevice;
import org.holdfast.backstore.FaultDevice;
import org.holdfast.backstore.IoLogDevice;
import org.holdfast.config.StorageObject;
import org.holdfast.scsi.BlockDevice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts before a device what the configuration asks for. */
final class Wrappers {
  private static final Logger log = LoggerFactory.getLogger(Wrappers.class);

  private Wrappers() {}

  /**
   * Wraps a device.
   *
   * @param device owned by what is returned
   * @param resources gets what belongs to the wrappers, to be closed after the device
   */
  static BlockDevice around(BlockDevice device, StorageObject disk, Resources resources) {
    StorageObject.Wrapping wanted = disk.wrapping();
    BlockDevice wrapped = device;
    if (!wanted.faults().isEmpty()) {
      long seed = System.nanoTime();
      FaultDevice faulty = new FaultDevice(wrapped, seed);
      faulty.rules(wanted.faults());
      log.warn("{}: faults are injected (seed {}): {}", disk.backstore(), seed, wanted.faults());
      wrapped = faulty;
    }
    if (wanted.delay().isPositive()) {
      log.warn("{}: every request waits {} ms", disk.backstore(), wanted.delay().toMillis());
      wrapped = new DelayDevice(wrapped, _ -> wanted.delay(), timer(disk, resources));
    }
    if (wanted.remembered() > 0) {
      IoLogDevice remembering = new IoLogDevice(wrapped, wanted.remembered(), System::nanoTime);
      resources.add(
          () ->
              remembering.entries().forEach(entry -> log.info("{}: {}", disk.backstore(), entry)));
      wrapped = remembering;
    }
    return wrapped;
  }

  private static DelayDevice.Timer timer(StorageObject disk, Resources resources) {
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("delay-" + disk.backstore()).factory());
    resources.add(timer::close);
    return (delay, work) -> {
      ScheduledFuture<?> _ = timer.schedule(work, delay.toNanos(), TimeUnit.NANOSECONDS);
    };
  }
}
