package org.holdfast.iscsi.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who has to go when there are too many. */
class AdmissionTest {
  private final Admission admission = new Admission(new ServerSettings.Limits(4, 3, 2));
  private final List<String> displaced = new ArrayList<>();

  private Admission.Decision admit(String name, int address) throws Exception {
    return admission.admit(
        InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) address}), () -> displaced.add(name));
  }

  private Admission.Slot admitted(String name, int address) throws Exception {
    return ((Admission.Decision.Admitted) admit(name, address)).slot();
  }

  @Test
  void theOldestOfTheSameAddressMakesRoom() throws Exception {
    admitted("a1", 1);
    admitted("a2", 1);
    admitted("b1", 2);
    admitted("a3", 1);
    assertThat(displaced).containsExactly("a1");
    assertThat(admission.connections()).isEqualTo(3);
  }

  @Test
  void theOldestOfAllMakesRoomWhenManyAddressesWait() throws Exception {
    for (int i = 0; i < 5; i++) {
      admitted("n" + i, i);
    }
    assertThat(displaced).containsExactly("n0", "n1");
    assertThat(admission.pending()).isEqualTo(3);
  }

  @Test
  void whoHasLoggedInStays() throws Exception {
    admitted("a1", 1).loggedIn();
    admitted("a2", 1);
    admitted("a3", 1);
    admitted("a4", 1);
    assertThat(displaced).containsExactly("a2");
  }

  @Test
  void aFullServerPrefersTheNewcomerToOneThatWaitsAndRefusesWhenNoneDoes() throws Exception {
    List<Admission.Slot> slots = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Admission.Slot slot = admitted("n" + i, i);
      slots.add(slot);
      if (i < 3) {
        slot.loggedIn();
      }
    }
    admitted("late", 9).loggedIn();
    assertThat(displaced).containsExactly("n3");
    assertThat(admit("refused", 8)).isEqualTo(new Admission.Decision.Refused(4));
    slots.getFirst().closed();
    assertThat(admit("again", 8)).isInstanceOf(Admission.Decision.Admitted.class);
  }

  @Test
  void everyPlaceIsGivenBackOnce() throws Exception {
    Admission.Slot first = admitted("a1", 1);
    admitted("a2", 1);
    admitted("a3", 1);
    first.closed();
    first.closed();
    assertThat(admission.connections()).isEqualTo(2);
    assertThat(admission.pending()).isEqualTo(2);
  }
}
