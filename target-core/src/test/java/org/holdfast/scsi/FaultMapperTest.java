package org.holdfast.scsi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FaultMapperTest {
  private static Outcome outcome(DeviceFault fault) {
    return FaultMapper.outcome(new IoResult.Failed(fault, 4096L * 3, "broken"), 512);
  }

  private static byte[] sense(DeviceFault fault) {
    return ((Outcome.CheckCondition) outcome(fault)).sense().encode();
  }

  @Test
  void mediumErrorsNameTheBlock() {
    assertThat(sense(DeviceFault.READ_ERROR))
        .containsExactly(0xF0, 0, 3, 0, 0, 0, 24, 10, 0, 0, 0, 0, 0x11, 0, 0, 0, 0, 0);
    assertThat(sense(DeviceFault.WRITE_ERROR))
        .containsExactly(0xF0, 0, 3, 0, 0, 0, 24, 10, 0, 0, 0, 0, 0x0C, 0, 0, 0, 0, 0);
  }

  @Test
  void whatCannotBeWrittenIsProtected() {
    assertThat(sense(DeviceFault.NO_SPACE))
        .containsExactly(0x70, 0, 7, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x27, 7, 0, 0, 0, 0);
    assertThat(sense(DeviceFault.READ_ONLY))
        .containsExactly(0x70, 0, 7, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x27, 0, 0, 0, 0, 0);
  }

  @Test
  void absenceAndLoadAreNotErrorsOfTheMedium() {
    assertThat(sense(DeviceFault.NOT_READY))
        .containsExactly(0x70, 0, 2, 0, 0, 0, 0, 10, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0);
    assertThat(outcome(DeviceFault.QUEUE_FULL)).isEqualTo(Outcome.TASK_SET_FULL);
  }

  @Test
  void blocksCutOffByAResizeAreOutOfRange() {
    assertThat(sense(DeviceFault.OUT_OF_RANGE))
        .containsExactly(0x70, 0, 5, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x21, 0, 0, 0, 0, 0);
  }

  @Test
  void senseInDescriptorFormat() {
    Sense lba = Sense.of(SenseKey.MEDIUM_ERROR, SenseCode.UNRECOVERED_READ_ERROR);
    assertThat(lba.encodeDescriptors()).containsExactly(0x72, 3, 0x11, 0, 0, 0, 0, 0);
    assertThat(lba.withInformation(0x1_0000_0002L).encodeDescriptors())
        .containsExactly(0x72, 3, 0x11, 0, 0, 0, 0, 12, 0, 10, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 2);
    assertThat(Sense.invalidFieldInCdb(2, 5).encodeDescriptors())
        .containsExactly(0x72, 5, 0x24, 0, 0, 0, 0, 8, 2, 6, 0, 0, 0xCD, 0, 2, 0);
  }

  @Test
  void fixedFormatLeavesOutInformationThatDoesNotFit() {
    Sense far =
        Sense.of(SenseKey.MEDIUM_ERROR, SenseCode.WRITE_ERROR).withInformation(0x1_0000_0000L);
    assertThat(far.encode()[0]).as("VALID").isEqualTo((byte) 0x70);
  }
}
