package org.holdfast.iscsi.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.holdfast.iscsi.login.TextKeys.Pair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7143 clauses 6.2 and 13: each offer gets the answer that the key's row rules. */
class NegotiationTest {
  private final Negotiation negotiation = new Negotiation(OurValues.DEFAULT);

  private static List<Pair> pairs(String... texts) {
    return Arrays.stream(texts)
        .map(text -> text.split("=", 2))
        .map(parts -> new Pair(parts[0], parts[1]))
        .toList();
  }

  private List<String> answer(String... offers) throws NegotiationException {
    return answer(Phase.OPERATIONAL, offers);
  }

  private List<String> answer(Phase phase, String... offers) throws NegotiationException {
    return negotiation.answer(phase, pairs(offers)).stream().map(Pair::toString).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HeaderDigest=CRC32C,None -> HeaderDigest=CRC32C",
        "HeaderDigest=None,CRC32C -> HeaderDigest=None",
        "HeaderDigest=X-MD5,CRC32C -> HeaderDigest=CRC32C",
        "DataDigest=X-MD5 -> DataDigest=Reject",
        "DataDigest=None -> DataDigest=None",
        "MaxConnections=8 -> MaxConnections=1",
        "MaxConnections=0 -> MaxConnections=Reject",
        "InitialR2T=No -> InitialR2T=No",
        "InitialR2T=Yes -> InitialR2T=Yes",
        "InitialR2T=Maybe -> InitialR2T=Reject",
        "ImmediateData=Yes -> ImmediateData=Yes",
        "ImmediateData=No -> ImmediateData=No",
        "MaxBurstLength=16776192 -> MaxBurstLength=1048576",
        "MaxBurstLength=0x1000 -> MaxBurstLength=4096",
        "MaxBurstLength=511 -> MaxBurstLength=Reject",
        "MaxBurstLength=16777216 -> MaxBurstLength=Reject",
        "MaxBurstLength=99999999999999999999 -> MaxBurstLength=Reject",
        "MaxBurstLength=-1 -> MaxBurstLength=Reject",
        "FirstBurstLength=65536 -> FirstBurstLength=65536",
        "MaxOutstandingR2T=1 -> MaxOutstandingR2T=1",
        "MaxOutstandingR2T=65535 -> MaxOutstandingR2T=8",
        "DefaultTime2Wait=0 -> DefaultTime2Wait=2",
        "DefaultTime2Wait=60 -> DefaultTime2Wait=60",
        "DefaultTime2Retain=20 -> DefaultTime2Retain=0",
        "ErrorRecoveryLevel=2 -> ErrorRecoveryLevel=0",
        "ErrorRecoveryLevel=3 -> ErrorRecoveryLevel=Reject",
        "DataPDUInOrder=No -> DataPDUInOrder=Yes",
        "DataSequenceInOrder=No -> DataSequenceInOrder=Yes",
        "TaskReporting=FastAbort,RFC3720 -> TaskReporting=RFC3720",
        "TaskReporting=FastAbort -> TaskReporting=Reject",
        "iSCSIProtocolLevel=2 -> iSCSIProtocolLevel=1",
        "IFMarker=No -> IFMarker=No",
        "OFMarker=Yes -> OFMarker=No",
        "IFMarkInt=2048~65535 -> IFMarkInt=Reject",
        "X-org.example.key=1 -> X-org.example.key=NotUnderstood",
        "RDMAExtensions=Yes -> RDMAExtensions=NotUnderstood",
        "MaxXmitDataSegmentLength=512 -> MaxXmitDataSegmentLength=NotUnderstood",
        "maxburstlength=512 -> maxburstlength=NotUnderstood",
        "TargetPortalGroupTag=1 -> TargetPortalGroupTag=Reject",
        "SendTargets=All -> SendTargets=Reject",
        "AuthMethod=None -> AuthMethod=Reject",
        "MaxRecvDataSegmentLength=100 -> MaxRecvDataSegmentLength=Reject",
      })
  void anOperationalOfferIsAnsweredByItsRow(String line) throws NegotiationException {
    String[] sides = line.split(" -> ", -1);
    assertThat(answer(sides[0])).containsExactly(sides[1]);
  }

  @Test
  void declarationsAreNotAnsweredAndHold() throws NegotiationException {
    assertThat(answer("MaxRecvDataSegmentLength=65536", "InitiatorAlias=box")).isEmpty();
    assertThat(negotiation.parameters().maxSendSegment()).isEqualTo(65536);
  }

  @Test
  void authMethodIsChosenInTheSecurityStage() throws NegotiationException {
    assertThat(answer(Phase.SECURITY, "AuthMethod=CHAP,None")).containsExactly("AuthMethod=None");
    assertThat(answer(Phase.SECURITY, "MaxBurstLength=512"))
        .as("operational keys have to wait")
        .containsExactly("MaxBurstLength=Reject");
    assertThat(negotiation.parameters().maxBurst()).isEqualTo(262144);
  }

  @Test
  void keysThatADiscoverySessionHasNoUseForAreIrrelevant() throws NegotiationException {
    assertThat(answer("InitialR2T=No", "HeaderDigest=None", "SessionType=Discovery"))
        .as("whatever the order in the PDU")
        .containsExactlyInAnyOrder("InitialR2T=Irrelevant", "HeaderDigest=None");
    assertThat(answer("MaxBurstLength=4096", "FirstBurstLength=4096", "ErrorRecoveryLevel=0"))
        .containsExactlyInAnyOrder(
            "MaxBurstLength=Irrelevant", "FirstBurstLength=Irrelevant", "ErrorRecoveryLevel=0");
  }

  @Test
  void firstBurstIsIrrelevantWithoutUnsolicitedDataAndNeverAboveMaxBurst()
      throws NegotiationException {
    assertThat(answer("FirstBurstLength=65536", "ImmediateData=No", "InitialR2T=Yes"))
        .contains("FirstBurstLength=Irrelevant");

    Negotiation other = new Negotiation(OurValues.DEFAULT);
    assertThat(
            other.answer(Phase.OPERATIONAL, pairs("FirstBurstLength=65536", "MaxBurstLength=8192")))
        .contains(new Pair("FirstBurstLength", "8192"));
    assertThat(other.parameters().firstBurst()).isEqualTo(8192);
  }

  @Test
  void defaultsHoldWhenNothingIsSaid() {
    assertThat(negotiation.parameters())
        .isEqualTo(new SessionParameters(false, false, 8192, true, true, 262144, 65536, 1, 2));
  }

  @Test
  void aKeyTwiceEndsTheNegotiation() throws NegotiationException {
    answer("InitialR2T=No");
    assertThatThrownBy(() -> answer("InitialR2T=No"))
        .isInstanceOf(NegotiationException.class)
        .hasMessageContaining("InitialR2T");
    assertThatThrownBy(() -> answer("X-a=1", "X-a=1")).isInstanceOf(NegotiationException.class);
    negotiation.nextExchange();
    assertThat(answer("MaxRecvDataSegmentLength=1024")).isEmpty();
  }

  @Test
  void theConfigurationLimitsWhatIsAgreed() throws NegotiationException {
    negotiation.use(
        OurValues.of(
            Map.of(
                "MaxBurstLength", "65536",
                "HeaderDigest", "None",
                "ImmediateData", "No",
                "MaxXmitDataSegmentLength", "4096")));
    assertThat(answer("MaxBurstLength=262144", "HeaderDigest=CRC32C,None", "ImmediateData=Yes"))
        .containsExactlyInAnyOrder("MaxBurstLength=65536", "HeaderDigest=None", "ImmediateData=No");
    answer("MaxRecvDataSegmentLength=65536");
    assertThat(negotiation.parameters().maxSendSegment()).isEqualTo(4096);
  }

  @Test
  void whatTheConfigurationWantsIsProposedWhenTheInitiatorIsSilent() throws NegotiationException {
    negotiation.use(OurValues.of(Map.of("HeaderDigest", "CRC32C", "InitialR2T", "Yes")));
    assertThat(negotiation.proposals()).containsExactly(new Pair("HeaderDigest", "CRC32C"));
    assertThat(negotiation.unanswered()).isTrue();
    assertThat(negotiation.proposals()).as("only once").isEmpty();
    assertThat(answer("HeaderDigest=CRC32C")).isEmpty();
    assertThat(negotiation.unanswered()).isFalse();
    assertThat(negotiation.parameters().headerDigest()).isTrue();
  }

  @Test
  void anAnswerBeyondOurProposalEndsTheNegotiation() {
    negotiation.use(OurValues.of(Map.of("MaxBurstLength", "4096")));
    assertThat(negotiation.proposals()).containsExactly(new Pair("MaxBurstLength", "4096"));
    assertThatThrownBy(() -> answer("MaxBurstLength=8192"))
        .isInstanceOf(NegotiationException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "MaxBurstLength, 100, a number from 512 to 16777215",
    "InitialR2T, yes, Yes or No",
    "HeaderDigest, MD5, CRC32C",
    "ErrorRecoveryLevel, 2, only 0",
    "MaxConnections, 4, only 1",
    "DataPDUInOrder, No, only Yes",
    "InitiatorName, iqn.x, cannot be set",
    "NoSuchKey, 1, no such key",
    "AuthMethod, KRB5, a list of",
  })
  void aWrongSettingIsNamedWithItsRange(String key, String value, String expected) {
    assertThatThrownBy(() -> OurValues.of(Map.of(key, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(key)
        .hasMessageContaining(expected);
  }

  /** What LIO saves for a target portal group; such a file has to load as it is. */
  @Test
  void theParametersThatLioSavesAreAccepted() {
    OurValues values =
        OurValues.of(
            Map.ofEntries(
                Map.entry("AuthMethod", "CHAP,None"),
                Map.entry("DataDigest", "CRC32C,None"),
                Map.entry("DataPDUInOrder", "Yes"),
                Map.entry("DataSequenceInOrder", "Yes"),
                Map.entry("DefaultTime2Retain", "20"),
                Map.entry("DefaultTime2Wait", "2"),
                Map.entry("ErrorRecoveryLevel", "0"),
                Map.entry("FirstBurstLength", "65536"),
                Map.entry("HeaderDigest", "CRC32C,None"),
                Map.entry("IFMarkInt", "Reject"),
                Map.entry("IFMarker", "No"),
                Map.entry("ImmediateData", "Yes"),
                Map.entry("InitialR2T", "Yes"),
                Map.entry("MaxBurstLength", "262144"),
                Map.entry("MaxConnections", "1"),
                Map.entry("MaxOutstandingR2T", "1"),
                Map.entry("MaxRecvDataSegmentLength", "8192"),
                Map.entry("MaxXmitDataSegmentLength", "262144"),
                Map.entry("OFMarkInt", "Reject"),
                Map.entry("OFMarker", "No"),
                Map.entry("TargetAlias", "LIO Target")));
    assertThat(values.value(KeyTable.AUTH_METHOD)).isEqualTo("CHAP,None");
    assertThat(values.number(KeyTable.FIRST_BURST_LENGTH)).isEqualTo(65536);
  }

  @Test
  void textIsTakenApartAndBounded() throws NegotiationException {
    assertThat(TextKeys.decode("A=1\0B=x=y\0C=\0\0\0".getBytes(StandardCharsets.UTF_8)))
        .containsExactly(new Pair("A", "1"), new Pair("B", "x=y"), new Pair("C", ""));
    assertThat(TextKeys.decode("A=1".getBytes(StandardCharsets.UTF_8)))
        .as("the last NUL may be missing")
        .containsExactly(new Pair("A", "1"));
    assertThat(TextKeys.decode(TextKeys.encode(pairs("A=1", "B=2")))).hasSize(2);
    assertMalformed("no equals sign");
    assertMalformed("=value");
    assertMalformed("K".repeat(64) + "=1");
    assertMalformed("K y=1");
    assertMalformed("K=" + "v".repeat(TextKeys.MAX_VALUE_LENGTH + 1));
    TextKeys.decode(("K".repeat(63) + "=1").getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> TextKeys.decode(new byte[] {'A', '=', (byte) 0xFF}))
        .isInstanceOf(NegotiationException.class);
  }

  private static void assertMalformed(String text) {
    assertThatThrownBy(() -> TextKeys.decode(text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(NegotiationException.class);
  }

  @Test
  void textThatSpansPdusIsJoinedAndBounded() throws NegotiationException {
    TextAssembler assembler = new TextAssembler();
    assembler.add("MaxBu".getBytes(StandardCharsets.UTF_8));
    assembler.add("rstLength=512\0".getBytes(StandardCharsets.UTF_8));
    assertThat(TextKeys.decode(assembler.take())).isEqualTo(pairs("MaxBurstLength=512"));
    assertThat(assembler.pending()).isFalse();
    assembler.add(new byte[TextAssembler.MAX_TEXT]);
    assertThatThrownBy(() -> assembler.add(new byte[1])).isInstanceOf(NegotiationException.class);
  }

  @Test
  void anAnswerLeavesInPartsOfTheSegmentLength() {
    TextChunks chunks = new TextChunks();
    chunks.start(new byte[1025]);
    assertThat(chunks.next(512)).hasSize(512);
    assertThat(chunks.more()).isTrue();
    chunks.next(512);
    assertThat(chunks.next(512)).hasSize(1);
    assertThat(chunks.more()).isFalse();
    assertThat(chunks.next(512)).isEmpty();
  }

  @Test
  void namesAreValidatedAndFolded() {
    assertThat(IscsiName.normalise("IQN.1991-05.com.Microsoft:Node-A"))
        .contains("iqn.1991-05.com.microsoft:node-a");
    assertThat(IscsiName.normalise("eui.02004567A425678D")).contains("eui.02004567a425678d");
    assertThat(IscsiName.normalise("naa.52004567BA64678D")).isPresent();
    assertThat(IscsiName.normalise("naa.62004567BA64678D0123456789ABCDEF")).isPresent();
    assertThat(IscsiName.normalise("iqn.2026-11.org.example:" + "x".repeat(199))).isPresent();
    for (String wrong :
        List.of(
            "",
            "node",
            "iqn.2026.org",
            "iqn.2026-11.",
            "eui.0200",
            "naa.52004567BA64678",
            "iqn.2026-11.org.example:a b",
            "iqn.2026-11.org.example:a,i,0x1",
            "iqn.2026-11.org.example:a/b",
            "iqn.2026-11.org.example:" + "x".repeat(200))) {
      assertThat(IscsiName.normalise(wrong)).as(wrong).isEmpty();
    }
  }
}
