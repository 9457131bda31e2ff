package org.holdfast.iscsi.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

/** Where a channel is told to read to, and how often in one turn. */
class ReceiveMemoryTest {
  private static final int SHORT = 1 << 10;

  private ByteBuf place;
  private final RecvByteBufAllocator.ExtendedHandle handle =
      (RecvByteBufAllocator.ExtendedHandle) new ReceiveMemory(() -> place).newHandle();

  ReceiveMemoryTest() {
    handle.reset(new EmbeddedChannel().config());
  }

  /** One read that fills the buffer; its size. */
  private int fullRead() {
    return read(Integer.MAX_VALUE);
  }

  /** One read of at most so many bytes; the size of the buffer. */
  private int read(int atMost) {
    ByteBuf buffer = handle.allocate(UnpooledByteBufAllocator.DEFAULT);
    int size = buffer.writableBytes();
    handle.attemptedBytesRead(size);
    handle.lastBytesRead(Math.min(size, atMost));
    handle.incMessagesRead(1);
    if (!buffer.equals(place)) {
      buffer.release();
    }
    return size;
  }

  @Test
  void dataIsReadToItsPlace() {
    place = Unpooled.buffer(100_000);
    assertThat(handle.allocate(UnpooledByteBufAllocator.DEFAULT)).isSameAs(place);
  }

  @Test
  void behindDataThatWasReadToItsPlaceAReadIsShort() {
    int usual = fullRead();
    assertThat(usual).isGreaterThan(SHORT);
    place = Unpooled.buffer(100_000);
    fullRead();
    place = null;
    assertThat(fullRead()).isEqualTo(SHORT);
    assertThat(fullRead()).as("no long data came behind it").isGreaterThanOrEqualTo(usual);
  }

  @Test
  void readsStayShortBetweenLongSegmentsThatComeOneAtATime() {
    fullRead();
    for (int write = 0; write < 3; write++) {
      place = Unpooled.buffer(100_000);
      fullRead();
      place = null;
      assertThat(read(48)).as("what is left of the segment").isEqualTo(SHORT);
      assertThat(fullRead()).as("the next header").isEqualTo(SHORT);
    }
  }

  @Test
  void readsStayShortWhileNothingMoreComes() {
    place = Unpooled.buffer(100_000);
    fullRead();
    place = null;
    for (int ping = 0; ping < 3; ping++) {
      assertThat(read(48)).isEqualTo(SHORT);
    }
  }

  @Test
  void aTurnEndsWhenThereIsNoMoreAndAfterABoundedNumberOfReads() {
    int reads = 0;
    do {
      fullRead();
      reads++;
    } while (handle.continueReading(() -> true) && reads < 1_000);
    assertThat(reads).isBetween(2, 64);
    handle.reset(new EmbeddedChannel().config());
    fullRead();
    assertThat(handle.continueReading(() -> false)).isFalse();
  }
}
