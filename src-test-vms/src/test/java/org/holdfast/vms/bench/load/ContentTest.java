package org.holdfast.vms.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ContentTest {
  private static final long OFFSET = 7 * 4096;

  private final Content content = new Content(3);
  private final ByteBuffer block = ByteBuffer.allocateDirect(4096);

  @Test
  void findsWhatItWrote() {
    content.fill(block, 0, 4096, OFFSET);
    assertThat(content.mismatch(block, 0, 4096, OFFSET)).isEqualTo(-1);
    assertThat(content.mismatch(block, 13, 1000, OFFSET + 13)).isEqualTo(-1);
  }

  @Test
  void findsTheFirstWrongByte() {
    content.fill(block, 0, 4096, OFFSET);
    block.put(1001, (byte) ~block.get(1001));
    block.put(3000, (byte) ~block.get(3000));
    assertThat(content.mismatch(block, 0, 4096, OFFSET)).isEqualTo(1001);
    assertThat(content.mismatch(block, 1000, 5, OFFSET + 1000)).isEqualTo(1);
  }

  @Test
  void anotherPlaceAndAnotherSeedHoldOtherBytes() {
    content.fill(block, 0, 4096, OFFSET);
    assertThat(content.mismatch(block, 0, 4096, OFFSET + 4096)).isNotNegative();
    assertThat(new Content(4).mismatch(block, 0, 4096, OFFSET)).isNotNegative();
  }
}
