package org.holdfast.pr;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
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
    assertThat(flags("05")).containsExactlyInAnyOrder(RegisterFlag.APTPL, RegisterFlag.ALL_TG_PT);
    assertThat(flags("F2")).as("reserved bits").isEmpty();
  }

  private static Set<RegisterFlag> flags(String byte20) {
    return ((PrCommand.Register)
            ((Decoded.Command) PrOutDecoder.decode(0x00, 0, list(byte20))).command())
        .flags();
  }

  @Test
  void unknownServiceActionsPointAtTheCdb() {
    for (int action = 0x08; action <= 0x1F; action++) {
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

  /** A TransportID with this first byte, this ADDITIONAL LENGTH and this text, zeros behind it. */
  private static String id(String first, int additional, String text) {
    String hex = HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    return first
        + "00"
        + "%04x".formatted(additional)
        + hex
        + "00".repeat(Math.max(0, additional - hex.length() / 2));
  }

  private static Decoded register(String transportIds) {
    String length = "%08x".formatted(transportIds.replace(" ", "").length() / 2);
    return PrOutDecoder.decode(
        0x00, 0, hex(KEYS + "00000000" + "0D000000" + length + transportIds));
  }

  private static void assertRefused(Decoded decoded, int byteOffset, int bit) {
    assertThat(decoded)
        .isEqualTo(new Decoded.Malformed(new PrFault.InvalidFieldInParameterList(byteOffset, bit)));
  }

  private static PrCommand.NamedInitiator port(String name, long isid, int at) {
    return new PrCommand.NamedInitiator(new TransportId.Port(new InitiatorPort(name, isid)), at);
  }

  @Test
  void transportIdsOfBothFormats() {
    Decoded decoded =
        register(
            id("45", 28, "iqn.x:a,i,0x00023d000001")
                + id("05", 20, "iqn.x:b")
                + id("45", 24, "IQN.X:C,i,0XaB")); // as a login would normalise it
    assertThat(decoded)
        .isEqualTo(
            new Decoded.Command(
                new PrCommand.Register(
                    KEY,
                    ACTION_KEY,
                    Set.of(RegisterFlag.values()),
                    List.of(
                        port("iqn.x:a", 0x0002_3d00_0001L, 28),
                        new PrCommand.NamedInitiator(new TransportId.Node("iqn.x:b"), 60),
                        port("iqn.x:c", 0xab, 84)))));
  }

  @Test
  void everyInitiatorPortSurvivesEncodingAndParsing() {
    for (int length = 1; length <= 223; length++) {
      TransportId port = new TransportId.Port(new InitiatorPort("n".repeat(length), length));
      TransportId node = new TransportId.Node("é" + "n".repeat(Math.max(1, length - 2)));
      for (TransportId id : List.of(port, node)) {
        Decoded decoded = register(HexFormat.of().formatHex(id.encode()));
        PrCommand.Register command = (PrCommand.Register) ((Decoded.Command) decoded).command();
        assertThat(command.initiators()).containsExactly(new PrCommand.NamedInitiator(id, 28));
      }
    }
  }

  @Test
  void theFirstNullEndsTheNameWhateverStandsBehindIt() {
    Decoded decoded = register(id("05", 24, "iqn.x:b\0garbage"));
    assertThat(((PrCommand.Register) ((Decoded.Command) decoded).command()).initiators())
        .containsExactly(new PrCommand.NamedInitiator(new TransportId.Node("iqn.x:b"), 28));
  }

  @Test
  void transportIdsThatAreNone() {
    String good = id("05", 20, "iqn.x:b"); // 24 bytes, so that the one behind it starts at 52
    assertRefused(register(good + id("46", 28, "iqn.x:a,i,0x00023d000001")), 52, 3); // SAS
    assertRefused(register(good + id("40", 28, "iqn.x:a,i,0x00023d000001")), 52, 3); // FC
    assertRefused(register(good + id("85", 20, "iqn.x:b")), 52, 7);
    assertRefused(register(good + id("C5", 20, "iqn.x:b")), 52, 7);
    assertRefused(register(good + id("05", 16, "iqn.x:b")), 54, 7); // less than 20
    assertRefused(register(good + id("05", 0, "")), 54, 7);
    assertRefused(register(good + id("05", 22, "iqn.x:b")), 54, 7); // not a multiple of 4
    assertRefused(register(good + id("05", 20, "iqn.x:b.four.fives.0")), 56, 7); // no null
    assertRefused(register(good + id("05", 20, "")), 56, 7);
    assertRefused(register(good + id("05", 20, "iqn.x:b c")), 56, 7);
    assertRefused(register(good + id("05", 228, "n".repeat(224))), 56, 7);
    assertRefused(register(good + "05000014" + "C3".repeat(4) + "00".repeat(16)), 56, 7);
    assertRefused(register(good + id("45", 20, "iqn.x:b")), 56, 7); // no ISID
    assertRefused(register(good + id("45", 20, "iqn.x:b,i,0x")), 56, 7);
    assertRefused(register(good + id("45", 20, ",i,0x1")), 56, 7); // no name
    assertRefused(register(good + id("45", 24, "iqn.x:b,i,0xg")), 56, 7);
    assertRefused(register(good + id("45", 28, "iqn.x:b,i,0x1000000000000")), 56, 7); // 13 digits
    assertRefused(register(good + id("45", 24, "iqn.x:b,i,0x-1")), 56, 7);
  }

  @Test
  void transportIdsCutShortAreLaidToTheirLength() {
    String good = id("05", 20, "iqn.x:b");
    for (int missing = 1; missing < 24; missing++) {
      assertRefused(register(good + good.substring(0, good.length() - 2 * missing)), 24, 7);
    }
    assertRefused(register(good + "0500FFFC" + "61".repeat(20)), 24, 7);
  }

  @Test
  void lengthOfTransportIdsIsUnsignedAndExact() {
    String list = KEYS + "00000000" + "08000000";
    String id = id("05", 20, "iqn.x:b");
    for (String wrong : List.of("FFFFFFFF", "80000018", "00000017", "00000019", "00000000")) {
      assertThat(fault(0x00, hex(list + wrong + id)))
          .as(wrong)
          .isEqualTo(new PrFault.ParameterListLengthError());
    }
    for (int length = 24; length < 28; length++) {
      assertThat(fault(0x00, hex(list + "00".repeat(length - 24))))
          .isEqualTo(new PrFault.ParameterListLengthError());
    }
  }

  private static Decoded move(String byte17, String port, String length, String transportId) {
    return PrOutDecoder.decode(0x07, 0xA5, hex(KEYS + "00" + byte17 + port + length + transportId));
  }

  @Test
  void registerAndMove() {
    String id = id("45", 28, "iqn.x:a,i,0x00023d000001");
    for (MoveFlag flag : MoveFlag.values()) {
      assertThat(move(flag == MoveFlag.UNREG ? "FE" : "01", "FFFE", "00000020", id))
          .isEqualTo(
              new Decoded.Command(
                  new PrCommand.RegisterAndMove(
                      KEY,
                      ACTION_KEY,
                      Set.of(flag),
                      0xFFFE,
                      port("iqn.x:a", 0x0002_3d00_0001L, 24))));
    }
    String length = "00000020";
    assertThat(move("00", "0001", "0000001F", id))
        .isEqualTo(new Decoded.Malformed(new PrFault.ParameterListLengthError()));
    assertThat(move("00", "0001", length, id + "00"))
        .isEqualTo(new Decoded.Malformed(new PrFault.ParameterListLengthError()));
    assertRefused(move("00", "0001", "00000000", ""), 20, 7);
    assertRefused(move("00", "0001", "00000024", id + "00000000"), 20, 7); // one is enough
    assertRefused(move("00", "0001", "0000001C", id.substring(0, 56)), 20, 7);
    assertRefused(move("00", "0001", length, "46" + id.substring(2)), 24, 3);
    assertThat(fault(0x07, ByteBuffer.allocate(23)))
        .isEqualTo(new PrFault.ParameterListLengthError());
  }
}
