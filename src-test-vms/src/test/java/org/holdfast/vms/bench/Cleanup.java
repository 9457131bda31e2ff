package org.holdfast.vms.bench;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What has to be undone at the end, also when the benchmark is interrupted: last things first.
 * Thread: any.
 */
final class Cleanup implements AutoCloseable {
  private final Deque<AutoCloseable> things = new ArrayDeque<>();
  private boolean ended;

  Cleanup() {
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::close));
  }

  /** Remembers it; undoes it at once when the end has come meanwhile. */
  synchronized <T extends AutoCloseable> T add(T thing) {
    if (ended) {
      undo(thing);
      throw new BenchException(BenchException.FAILED, "interrupted");
    }
    things.push(thing);
    return thing;
  }

  /** Undoes one thing now, in order. */
  synchronized void now(AutoCloseable thing) {
    if (things.remove(thing)) {
      undo(thing);
    }
  }

  @Override
  public synchronized void close() {
    ended = true;
    while (!things.isEmpty()) {
      undo(things.pop());
    }
  }

  private static void undo(AutoCloseable thing) {
    try {
      thing.close();
    } catch (Exception e) {
      System.err.println("bench: could not clean up: " + e);
    }
  }
}
