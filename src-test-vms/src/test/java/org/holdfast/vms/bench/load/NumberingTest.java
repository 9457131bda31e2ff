package org.holdfast.vms.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NumberingTest {
  @Test
  void theWindowClosesBehindMaxCmdSnAlsoWhereNumbersWrap() {
    Numbering numbering = new Numbering(0xffff_ffff);
    numbering.windowReceived(0);
    assertThat(numbering.takeCmdSn()).isEqualTo(0xffff_ffff);
    assertThat(numbering.windowOpen()).isTrue();
    assertThat(numbering.takeCmdSn()).isZero();
    assertThat(numbering.windowOpen()).isFalse();
    numbering.windowReceived(0xffff_fff0);
    assertThat(numbering.windowOpen()).as("a window never moves back").isFalse();
    numbering.windowReceived(1);
    assertThat(numbering.windowOpen()).isTrue();
  }
}
