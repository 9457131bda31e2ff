package org.holdfast.backstore;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.holdfast.scsi.BlockDevice;
import org.holdfast.scsi.IoCompletion;
import org.holdfast.scsi.IoRequest;

/**
 * Keeps chosen requests back until it is told to let them go; the others pass. What is held has not
 * reached the inner device: no byte of a held write has landed. Shows what happens around I/O that
 * hangs.
 *
 * <p>Thread: any. Held requests are submitted on the thread that releases them, oldest first.
 */
public final class HoldDevice extends WrapperDevice {
  private record Held(IoRequest request, IoCompletion completion) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();

  /** Guarded by {@link #lock}. */
  private final Deque<Held> held = new ArrayDeque<>();

  /** Guarded by {@link #lock}. */
  private Predicate<IoRequest> holding = request -> false;

  /** Owns {@code inner} from here on. Nothing is held at first. */
  public HoldDevice(BlockDevice inner) {
    super(inner);
  }

  /** From now on holds the requests that match; what is held already stays so. */
  public void hold(Predicate<IoRequest> which) {
    lock.lock();
    try {
      holding = which;
    } finally {
      lock.unlock();
    }
  }

  /** What is held now, oldest first. */
  public List<IoRequest> held() {
    lock.lock();
    try {
      return held.stream().map(Held::request).toList();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until at least {@code count} requests are held. False when that took too long. */
  public boolean awaitHeld(int count, Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      long nanos = atMost.toNanos();
      while (held.size() < count) {
        if (nanos <= 0) {
          return false;
        }
        nanos = arrived.awaitNanos(nanos);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Lets the held requests that match go. Returns how many. */
  public int release(Predicate<IoRequest> which) {
    List<Held> going = new ArrayList<>();
    lock.lock();
    try {
      held.removeIf(
          one -> {
            boolean goes = which.test(one.request);
            if (goes) {
              going.add(one);
            }
            return goes;
          });
    } finally {
      lock.unlock();
    }
    going.forEach(one -> inner.submit(one.request, one.completion));
    return going.size();
  }

  /** Holds nothing any more and lets all go. Returns how many. */
  public int releaseAll() {
    hold(request -> false);
    return release(request -> true);
  }

  @Override
  public void submit(IoRequest request, IoCompletion completion) {
    // Here and not later: the caller is to be told of its error, not the thread that goes on.
    Ranges.require(profile(), request);
    lock.lock();
    try {
      if (holding.test(request)) {
        held.addLast(new Held(request, completion));
        arrived.signalAll();
        return;
      }
    } finally {
      lock.unlock();
    }
    inner.submit(request, completion);
  }

  /** Lets everything held go first, so that each request gets its completion. */
  @Override
  public void close() {
    releaseAll();
    inner.close();
  }
}
