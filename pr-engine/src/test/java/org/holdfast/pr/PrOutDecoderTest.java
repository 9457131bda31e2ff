package org.holdfast.pr;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Set;
import org.holdfast.pr.PrOutDecoder.Decoded;
import org.junit.jupiter.api.Test;

/** PERSISTENT RESERVE OUT parameter list, byte by byte (SPC-4 clause 6.16.3, table 214). */
class PrOutDecoderTest {
  private static final long KEY = 0xFEDC_BA98_7654_3210L;
  private static final long ACTION_KEY = 0x8000_0000_0000_0001L;
  private static final String KEYS = "FEDCBA98 76543210 80000000 00000001";

  private static ByteBuffer hex(String text) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(text.replace(" ", "")));
  }

  /** The list with this byte 20. */
  private static ByteBuffer list(String byte20) {
    return hex(KEYS + "00000000" + byte20 + "000000");
  }

  private static PrCommand decode(int action, int scopeAndType) {
    return ((Decoded.Command) PrOutDecoder.decode(action, scopeAndType, list("00"))).command();
  }

  private static PrFault fault(int action, ByteBuffer list) {
    return ((Decoded.Malformed) PrOutDecoder.decode(action, 0x05, list)).fault();
  }

  @Test
  void everyServiceActionHasItsFields() {
    ScopeAndType asked = new ScopeAndType(0xA, 0x5);
    assertThat(decode(0x00, 0xA5)).isEqualTo(new PrCommand.Register(KEY, ACTION_KEY, Set.of()));
    assertThat(decode(0x01, 0xA5)).isEqualTo(new PrCommand.Reserve(KEY, asked));
    assertThat(decode(0x02, 0xA5)).isEqualTo(new PrCommand.Release(KEY, asked));
    assertThat(decode(0x03, 0xA5)).isEqualTo(new PrCommand.Clear(KEY));
    assertThat(decode(0x04, 0xA5)).isEqualTo(new PrCommand.Preempt(KEY, ACTION_KEY, asked));
    assertThat(decode(0x05, 0xA5)).isEqualTo(new PrCommand.PreemptAndAbort(KEY, ACTION_KEY, asked));
    assertThat(decode(0x06, 0xA5))
        .isEqualTo(new PrCommand.RegisterAndIgnoreExistingKey(KEY, ACTION_KEY, Set.of()));
  }

  @Test
  void flagsAreBits3And2And0OfByte20() {
    assertThat(flags("01")).containsExactly(RegisterFlag.APTPL);
    assertThat(flags("04")).containsExactly(RegisterFlag.ALL_TG_PT);
    assertThat(flags("08")).containsExactly(RegisterFlag.SPEC_I_PT);
    assertThat(flags("0D")).containsExactlyInAnyOrder(RegisterFlag.values());
    assertThat(flags("F2")).as("reserved bits").isEmpty();
  }

  private static Set<RegisterFlag> flags(String byte20) {
    return ((PrCommand.Register)
            ((Decoded.Command) PrOutDecoder.decode(0x00, 0, list(byte20))).command())
        .flags();
  }

  @Test
  void unknownServiceActionsPointAtTheCdb() {
    for (int action = 0x07; action <= 0x1F; action++) {
      assertThat(fault(action, list("00"))).isEqualTo(new PrFault.InvalidFieldInCdb(1, 4));
    }
  }

  @Test
  void lengthIs24() {
    for (int length = 0; length < 24; length++) {
      assertThat(fault(0x06, ByteBuffer.allocate(length)))
          .isEqualTo(new PrFault.ParameterListLengthError());
    }
    assertThat(fault(0x00, ByteBuffer.allocate(25)))
        .isEqualTo(new PrFault.ParameterListLengthError());
  }

  @Test
  void furtherInitiatorPortsAreForRegisterOnly() {
    for (int action = 0x01; action <= 0x06; action++) {
      assertThat(fault(action, list("08")))
          .isEqualTo(new PrFault.InvalidFieldInParameterList(20, 3));
    }
  }

  @Test
  void bufferMayStartAnywhereAndIsLeftAsItWas() {
    ByteBuffer bytes =
        hex("FFFF" + KEYS + "0000000000000000" + "FF").order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(2).limit(26);
    assertThat(PrOutDecoder.decode(0x03, 0, bytes))
        .isEqualTo(new Decoded.Command(new PrCommand.Clear(KEY)));
    assertThat(bytes.position()).isEqualTo(2);
    assertThat(bytes.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
  }
}
