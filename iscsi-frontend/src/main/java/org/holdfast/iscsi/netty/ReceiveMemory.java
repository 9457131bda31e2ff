package org.holdfast.iscsi.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells a channel where to read to. In the middle of a long data segment that is the memory where
 * the rest of it belongs, and just that much of it, so that the kernel's copy is the only one.
 * Elsewhere it is a pooled buffer as large as recent reads have been, for many short PDUs come in
 * one read; but from a segment that was read to its place on it is a short one, because another may
 * follow, and all of it that comes along with its header has to be copied. That ends with the first
 * short read that is filled and has no long segment behind it.
 *
 * <p>Right only for transports that allocate, read and deliver in one go on the event loop, as
 * epoll and NIO do: the memory is not held by the buffer that wraps it. One for each channel.
 */
final class ReceiveMemory implements RecvByteBufAllocator {
  private static final int SMALLEST = 1 << 10;
  private static final int FIRST = 16 << 10;
  private static final int LARGEST = 256 << 10;

  /**
   * Reads of one turn at the most, as long as they are full: two for each long write. The answers
   * of a turn leave together at its end. With one read per turn, long writes in a deep queue cost a
   * quarter more. Other connections of the loop wait for the end of a turn: 16 writes of 256 KiB
   * take 1.6 ms.
   */
  private static final int READS = 32;

  private final RecvByteBufAllocator pooled =
      new AdaptiveRecvByteBufAllocator(SMALLEST, FIRST, LARGEST).maxMessagesPerRead(READS);
  private final Supplier<@Nullable ByteBuf> landing;

  /**
   * @param landing a buffer to read to, or null; asked before every read
   */
  ReceiveMemory(Supplier<@Nullable ByteBuf> landing) {
    this.landing = landing;
  }

  /** Netty declares the interface of handles as deprecated, but has the method return it. */
  @Override
  @SuppressWarnings("deprecation")
  public Handle newHandle() {
    return new LandingHandle((ExtendedHandle) pooled.newHandle(), landing);
  }

  /** All but the choice of memory is the pooled handle's. */
  private static final class LandingHandle extends DelegatingHandle implements ExtendedHandle {
    private final ExtendedHandle pooled;
    private final Supplier<@Nullable ByteBuf> landing;

    /** Long segments have come lately. */
    private boolean expecting;

    /** The last read was to the place of its data. */
    private boolean landed;

    LandingHandle(ExtendedHandle pooled, Supplier<@Nullable ByteBuf> landing) {
      super(pooled);
      this.pooled = pooled;
      this.landing = landing;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
      ByteBuf place = landing.get();
      if (place != null) {
        expecting = true;
        landed = true;
        return place;
      }
      expecting &= landed || lastBytesRead() < SMALLEST;
      landed = false;
      return expecting ? allocator.directBuffer(SMALLEST) : pooled.allocate(allocator);
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
      return pooled.continueReading(maybeMoreData);
    }
  }
}
