package org.holdfast.iscsi.session;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.holdfast.scsi.BufferAllocator;
import org.holdfast.scsi.DataBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The memory that a session's Data-Out comes into. Its buffers are counted against the session's
 * own limit and the daemon's pools for exactly as long as they live: their release gives the bytes
 * back. A command whose data does not fit waits its turn; nobody overtakes.
 *
 * <p>Thread: the connection's, its buffers' release included.
 */
final class DataOutMemory {
  private final BufferAllocator allocator;
  private final long limit;
  private final DataOutPools pools;
  private final Executor connection;
  private final Deque<Request> waiting = new ArrayDeque<>();

  /** Solicited bytes that are out. */
  private long used;

  /**
   * What the first of {@link #waiting} waits for at the pool, or a withdrawn one has been given.
   */
  private @Nullable PoolClaim pending;

  private boolean serving;

  private record Request(Object owner, int bytes, Consumer<DataBuffer> granted) {}

  /**
   * Memory of one session.
   *
   * @param limit bytes of solicited data that the session may hold
   * @param connection runs an action on the connection's thread, also after the connection's end
   */
  DataOutMemory(BufferAllocator allocator, long limit, DataOutPools pools, Executor connection) {
    this.allocator = allocator;
    this.limit = limit;
    this.pools = pools;
    this.connection = connection;
  }

  /** Whether a command of this size can ever be served. */
  boolean fits(long bytes) {
    return bytes <= limit && pools.solicited().fits(bytes);
  }

  /** A buffer for data that came unasked; null when there is no memory. */
  @Nullable DataBuffer unsolicited(int bytes) {
    return pools.unsolicited().tryTake(bytes)
        ? allocate(bytes, () -> pools.unsolicited().giveBack(bytes))
        : null;
  }

  /** A buffer for all data of a command, now; null when it would have to wait. */
  @Nullable DataBuffer now(int bytes) {
    if (!waiting.isEmpty() || bytes > limit - used || !pools.solicited().tryTake(bytes)) {
      return null;
    }
    return take(bytes);
  }

  /** Calls {@code granted} once there is a buffer: now, or when others have given theirs back. */
  void whenThere(Object owner, int bytes, Consumer<DataBuffer> granted) {
    waiting.add(new Request(owner, bytes, granted));
    serve();
  }

  /** The owner needs no memory any more; it has none. */
  void withdraw(Object owner) {
    Request first = waiting.peek();
    if (first == null) {
      return;
    }
    if (first.owner().equals(owner)) {
      withdrawClaim();
    }
    waiting.removeIf(request -> request.owner().equals(owner));
    serve();
  }

  /** Nobody who waits gets memory any more. */
  void close() {
    withdrawClaim();
    waiting.clear();
  }

  private void withdrawClaim() {
    PoolClaim claim = pending;
    // Otherwise it has been granted, and the answer is on its way.
    if (claim != null && pools.solicited().withdraw(claim)) {
      pending = null;
    }
  }

  private void serve() {
    if (serving) {
      // A grant released memory; the loop below goes on when it returns.
      return;
    }
    serving = true;
    try {
      Request next = waiting.peek();
      while (next != null && pending == null && next.bytes() <= limit - used) {
        PoolClaim claim = new PoolClaim(next);
        pending = claim;
        if (!pools.solicited().takeOrWait(claim)) {
          return;
        }
        pending = null;
        waiting.remove();
        next.granted().accept(take(next.bytes()));
        next = waiting.peek();
      }
    } finally {
      serving = false;
    }
  }

  /** A request at the daemon's pool. */
  private final class PoolClaim implements DataOutPool.Claim {
    private final Request request;

    PoolClaim(Request request) {
      this.request = request;
    }

    @Override
    public long bytes() {
      return request.bytes();
    }

    @Override
    public void granted() {
      connection.execute(() -> claimed(this));
    }
  }

  private void claimed(PoolClaim claim) {
    pending = null;
    if (claim.request.equals(waiting.peek())) {
      waiting.remove();
      claim.request.granted().accept(take(claim.request.bytes()));
    } else {
      pools.solicited().giveBack(claim.bytes());
    }
    serve();
  }

  /** The pool has set the bytes aside. */
  private DataBuffer take(int bytes) {
    used += bytes;
    return allocate(
        bytes,
        () -> {
          used -= bytes;
          pools.solicited().giveBack(bytes);
          serve();
        });
  }

  private DataBuffer allocate(int bytes, Runnable giveBack) {
    try {
      return new CountedBuffer(allocator.allocate(bytes), giveBack);
    } catch (RuntimeException | Error e) {
      giveBack.run();
      throw e;
    }
  }

  /** Its bytes are counted until it is released. */
  private static final class CountedBuffer implements DataBuffer {
    private final DataBuffer memory;
    private final Runnable giveBack;

    CountedBuffer(DataBuffer memory, Runnable giveBack) {
      this.memory = memory;
      this.giveBack = giveBack;
    }

    @Override
    public int capacity() {
      return memory.capacity();
    }

    @Override
    public ByteBuffer view(int offset, int length) {
      return memory.view(offset, length);
    }

    @Override
    public void release() {
      memory.release();
      giveBack.run();
    }
  }
}
