package org.holdfast.iscsi.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.holdfast.iscsi.ConnectionLogic;
import org.holdfast.iscsi.PortalGroup;
import org.holdfast.iscsi.login.Chap;
import org.holdfast.iscsi.login.LoginPhase;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.iscsi.pdu.InitiatorPdu;
import org.holdfast.iscsi.pdu.InitiatorPdu.DataOut;
import org.holdfast.iscsi.pdu.InitiatorPdu.LoginRequest;
import org.holdfast.iscsi.pdu.InitiatorPdu.LogoutRequest;
import org.holdfast.iscsi.pdu.InitiatorPdu.NopOut;
import org.holdfast.iscsi.pdu.InitiatorPdu.ScsiCommand;
import org.holdfast.iscsi.pdu.InitiatorPdu.TaskManagementRequest;
import org.holdfast.iscsi.pdu.InitiatorPdu.TextRequest;
import org.holdfast.iscsi.pdu.Opcode;
import org.holdfast.iscsi.pdu.Pdu;
import org.holdfast.iscsi.pdu.PduDecoder;
import org.holdfast.iscsi.pdu.PduSamples;
import org.holdfast.iscsi.pdu.ProtocolViolation;
import org.holdfast.iscsi.pdu.TargetPdu;
import org.holdfast.iscsi.pdu.TargetPdu.LoginResponse;
import org.holdfast.iscsi.pdu.TargetPdu.ReadyToTransfer;
import org.holdfast.pr.TargetPort;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.FakeTarget;
import org.holdfast.scsi.LunMap;

/**
 * An initiator in the same thread: no network, and time moves when the test says so. What it sends
 * goes through the decoder, as bytes.
 */
final class TestInitiator {
  static final String NAME = "iqn.2026-11.org.example:node-a";
  static final String TARGET = "iqn.2026-11.org.holdfast:disk";
  static final int TAG = 7;
  static final InetSocketAddress LOCAL =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 3260);

  /** One daemon with one target, whose ACL knows every name that begins with iqn.2026-11. */
  static final class World {
    final FakeTarget engine = new FakeTarget(new TargetPort(TARGET, TAG, 1));
    final CountingAllocator allocator = new CountingAllocator();
    final List<PortalGroup> groups = new ArrayList<>();
    SessionLimits limits = SessionLimits.DEFAULT;
    final IscsiNode node;
    final Random random = new Random(1);
    long now;

    World() {
      this(Map.of(), SessionLimits.DEFAULT);
    }

    World(Map<String, String> parameters, SessionLimits limits) {
      this(parameters, limits, DataOutPools.DEFAULT_BYTES);
    }

    World(Map<String, String> parameters, SessionLimits limits, long dataOutBytes) {
      this(parameters, limits, dataOutBytes, Optional.empty());
    }

    /** A world where everybody has to authenticate alike, for discovery, too. */
    World(Chap chap) {
      this(Map.of(), SessionLimits.DEFAULT, DataOutPools.DEFAULT_BYTES, Optional.of(chap));
    }

    private World(
        Map<String, String> parameters,
        SessionLimits limits,
        long dataOutBytes,
        Optional<Chap> chap) {
      PortalGroup.Access access =
          new PortalGroup.Access() {
            @Override
            public Optional<LunMap> lunsFor(String name) {
              return name.startsWith("iqn.2026-11.") ? Optional.of(LunMap.EMPTY) : Optional.empty();
            }

            @Override
            public Optional<Chap> chapFor(String name) {
              return chap;
            }
          };
      groups.add(new PortalGroup(TARGET, TAG, List.of(LOCAL), engine, access, parameters));
      LoginPhase.Security security =
          new LoginPhase.Security(
              chap,
              length -> {
                byte[] bytes = new byte[length];
                random.nextBytes(bytes);
                return bytes;
              });
      node = new IscsiNode(() -> groups, limits, dataOutBytes, () -> security);
    }
  }

  final World world;
  final RecordingOutbox outbox = new RecordingOutbox();
  final ConnectionLogic connection;
  final PduDecoder decoder;
  long isid = 0x4000_0137_0000L;
  int tsih;
  int connectionId = 1;
  int cmdSn = 0xFFFF_FFF0;
  int expStatSn;
  int nextTag = 0x1000;

  TestInitiator(World world) {
    this(world, LOCAL);
  }

  TestInitiator(World world, InetSocketAddress local) {
    this.world = world;
    this.connection =
        world.node.open(
            new ConnectionLogic.Context(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 49152),
                local,
                outbox,
                world.allocator,
                () -> world.now));
    this.decoder =
        new PduDecoder(
            Opcode.Side.INITIATOR,
            connection,
            new PduDecoder.Receiver() {
              @Override
              public void onPdu(Pdu pdu) {
                connection.onPdu(pdu);
              }

              @Override
              public void onViolation(ProtocolViolation violation) {
                connection.onViolation(violation);
              }
            });
  }

  // ---- Sending.

  DataSegment segment(byte[] bytes) {
    return DataSegment.copyOf(bytes);
  }

  DataSegment text(String... pairs) {
    String joined = List.of(pairs).stream().map(pair -> pair + "\0").collect(Collectors.joining());
    return segment(joined.getBytes(StandardCharsets.UTF_8));
  }

  void send(InitiatorPdu pdu) {
    feed(encoded(pdu));
  }

  byte[] encoded(InitiatorPdu pdu) {
    return PduSamples.encode(outbox.format, pdu);
  }

  /** Some bytes of the stream. */
  void feed(byte... bytes) {
    decoder.wireFormat(outbox.format);
    decoder.feed(ByteBuffer.wrap(bytes));
  }

  /** The first request of a login that begins in the operational stage and wants to end there. */
  LoginResponse login(String... keys) {
    return loginRequest(1, 3, keys);
  }

  LoginResponse loginRequest(int stage, int next, String... keys) {
    sendLogin(stage, next, keys);
    return next(LoginResponse.class);
  }

  void sendLogin(int stage, int next, String... keys) {
    send(
        new LoginRequest(
            next != stage,
            false,
            stage,
            next,
            0,
            0,
            isid,
            tsih,
            0x55,
            connectionId,
            cmdSn,
            expStatSn,
            text(keys)));
  }

  /** A normal session with these keys; fails when the login does. */
  TestInitiator loggedIn(String... keys) {
    List<String> all =
        new ArrayList<>(
            List.of("InitiatorName=" + NAME, "TargetName=" + TARGET, "SessionType=Normal"));
    all.addAll(List.of(keys));
    LoginResponse response = login(all.toArray(String[]::new));
    assertThat(response.statusClass()).isZero();
    assertThat(response.transit()).isTrue();
    assertThat(response.nextStage()).isEqualTo(3);
    assertThat(response.tsih()).isNotZero();
    return this;
  }

  TestInitiator discovering() {
    LoginResponse response = login("InitiatorName=" + NAME, "SessionType=Discovery");
    assertThat(response.statusClass()).isZero();
    return this;
  }

  int tag() {
    return nextTag++;
  }

  /** A write; returns its tag. */
  int write(int wanted, long expected, boolean finalPdu, byte[] immediate) {
    int tag = tag();
    send(
        command(
            tag,
            false,
            true,
            finalPdu,
            expected,
            FakeTarget.cdb(FakeTarget.WRITE, wanted),
            immediate));
    return tag;
  }

  int read(int operation, int available, long expected) {
    int tag = tag();
    send(
        command(
            tag, true, false, true, expected, FakeTarget.cdb(operation, available), new byte[0]));
    return tag;
  }

  int nothing() {
    int tag = tag();
    send(command(tag, false, false, true, 0, FakeTarget.cdb(FakeTarget.NONE, 0), new byte[0]));
    return tag;
  }

  ScsiCommand command(
      int tag, boolean read, boolean write, boolean finalPdu, long expected, Cdb cdb, byte[] data) {
    return new ScsiCommand(
        false,
        finalPdu,
        read,
        write,
        1,
        0,
        tag,
        expected,
        cmdSn++,
        expStatSn,
        0,
        cdb,
        segment(data));
  }

  void dataOut(int tag, int transferTag, int dataSn, long offset, boolean finalPdu, byte[] data) {
    send(dataOutPdu(tag, transferTag, dataSn, offset, finalPdu, data));
  }

  /** LUN 0 and ExpStatSN 0, as Microsoft's initiator sends them. */
  DataOut dataOutPdu(
      int tag, int transferTag, int dataSn, long offset, boolean finalPdu, byte[] data) {
    return new DataOut(finalPdu, 0, tag, transferTag, 0, dataSn, offset, segment(data));
  }

  int manage(int function, int referencedTag, int refCmdSn) {
    int tag = tag();
    send(
        new TaskManagementRequest(
            true, function, 0, tag, referencedTag, cmdSn, expStatSn, refCmdSn, 0));
    return tag;
  }

  void textRequest(int tag, int transferTag, boolean continues, String text) {
    send(
        new TextRequest(
            false,
            !continues,
            continues,
            0,
            tag,
            transferTag,
            cmdSn++,
            expStatSn,
            segment(text.getBytes(StandardCharsets.UTF_8))));
  }

  void nop(int tag, String data) {
    send(
        new NopOut(
            tag == Pdu.RESERVED_TAG,
            0,
            tag,
            Pdu.RESERVED_TAG,
            tag == Pdu.RESERVED_TAG ? cmdSn : cmdSn++,
            expStatSn,
            segment(data.getBytes(StandardCharsets.UTF_8))));
  }

  void logout(int reason) {
    send(new LogoutRequest(false, reason, tag(), connectionId, cmdSn++, expStatSn));
  }

  // ---- Receiving.

  /** The next PDU, which has to be one of that kind. */
  <T extends TargetPdu> T next(Class<T> kind) {
    return kind.cast(nextWithData(kind).pdu());
  }

  RecordingOutbox.Sent nextWithData(Class<? extends TargetPdu> kind) {
    RecordingOutbox.Sent sent = outbox.sent.poll();
    assertThat(sent).as("a %s", kind.getSimpleName()).isNotNull();
    assertThat(sent.pdu()).isInstanceOf(kind);
    return sent;
  }

  String nextText(Class<? extends TargetPdu> kind) {
    return new String(nextWithData(kind).data(), StandardCharsets.UTF_8).replace('\0', ' ').strip();
  }

  void nothingSent() {
    assertThat(outbox.sent).isEmpty();
  }

  /** Answers R2Ts with {@code data}, in segments of {@code segment} bytes, until there are none. */
  void answerR2ts(byte[] data, int segment) {
    while (outbox.sent.peek() != null && outbox.sent.peek().pdu() instanceof ReadyToTransfer r2t) {
      outbox.sent.remove();
      int start = (int) r2t.bufferOffset();
      int end = start + (int) r2t.desiredDataTransferLength();
      int dataSn = 0;
      for (int at = start; at < end; at += segment) {
        int stop = Math.min(end, at + segment);
        dataOut(
            r2t.initiatorTaskTag(),
            r2t.targetTransferTag(),
            dataSn++,
            at,
            stop == end,
            Arrays.copyOfRange(data, at, stop));
      }
    }
  }

  /** Closes the connection and checks that no buffer was lost. */
  void closeAndCountBuffers() {
    world.engine.hold = false;
    world.engine.go();
    outbox.unclog();
    decoder.close();
    connection.onClosed();
    world.engine.go();
    assertThat(world.allocator.live).as("buffers that were never released").isZero();
  }
}
