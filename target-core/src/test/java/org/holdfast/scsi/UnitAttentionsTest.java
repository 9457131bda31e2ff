package org.holdfast.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.holdfast.scsi.SenseCode.BUS_DEVICE_RESET_FUNCTION_OCCURRED;
import static org.holdfast.scsi.SenseCode.CAPACITY_DATA_HAS_CHANGED;
import static org.holdfast.scsi.SenseCode.I_T_NEXUS_LOSS_OCCURRED;
import static org.holdfast.scsi.SenseCode.POWER_ON_RESET_OR_BUS_DEVICE_RESET_OCCURRED;
import static org.holdfast.scsi.SenseCode.RESERVATIONS_RELEASED;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnitAttentionsTest {
  private final UnitAttentions attentions = new UnitAttentions();

  private List<SenseCode> takeAll() {
    List<SenseCode> all = new ArrayList<>();
    while (attentions.pending()) {
      all.add(attentions.take());
    }
    assertThat(attentions.take()).isNull();
    return all;
  }

  @Test
  void eachIsToldOnceInTheOrderOfComing() {
    attentions.post(RESERVATIONS_RELEASED);
    attentions.post(CAPACITY_DATA_HAS_CHANGED);
    attentions.post(RESERVATIONS_RELEASED);
    assertThat(takeAll()).containsExactly(RESERVATIONS_RELEASED, CAPACITY_DATA_HAS_CHANGED);
  }

  @Test
  void aResetMakesWhatWasBeforeItStaleAndNothingElse() {
    attentions.post(RESERVATIONS_RELEASED);
    attentions.post(BUS_DEVICE_RESET_FUNCTION_OCCURRED);
    attentions.post(CAPACITY_DATA_HAS_CHANGED);
    assertThat(takeAll())
        .containsExactly(BUS_DEVICE_RESET_FUNCTION_OCCURRED, CAPACITY_DATA_HAS_CHANGED);
  }

  /** Seen to fail when every reset replaced the one before it. */
  @Test
  void theSeverestResetIsTold() {
    attentions.post(POWER_ON_RESET_OR_BUS_DEVICE_RESET_OCCURRED);
    attentions.post(I_T_NEXUS_LOSS_OCCURRED);
    attentions.post(BUS_DEVICE_RESET_FUNCTION_OCCURRED);
    assertThat(takeAll()).containsExactly(POWER_ON_RESET_OR_BUS_DEVICE_RESET_OCCURRED);
    attentions.post(I_T_NEXUS_LOSS_OCCURRED);
    attentions.post(BUS_DEVICE_RESET_FUNCTION_OCCURRED);
    assertThat(takeAll()).containsExactly(BUS_DEVICE_RESET_FUNCTION_OCCURRED);
  }
}
