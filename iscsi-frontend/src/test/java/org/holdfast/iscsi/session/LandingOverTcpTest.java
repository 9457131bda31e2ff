package org.holdfast.iscsi.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.holdfast.iscsi.PortalGroup;
import org.holdfast.iscsi.capture.Captures;
import org.holdfast.iscsi.netty.IscsiServer;
import org.holdfast.iscsi.netty.ServerSettings;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.iscsi.pdu.Digest;
import org.holdfast.iscsi.pdu.InitiatorPdu;
import org.holdfast.iscsi.pdu.InitiatorPdu.DataOut;
import org.holdfast.iscsi.pdu.InitiatorPdu.LoginRequest;
import org.holdfast.iscsi.pdu.InitiatorPdu.ScsiCommand;
import org.holdfast.iscsi.pdu.Opcode;
import org.holdfast.iscsi.pdu.Pdu;
import org.holdfast.iscsi.pdu.PduDecoder;
import org.holdfast.iscsi.pdu.PduSamples;
import org.holdfast.iscsi.pdu.TargetPdu.LoginResponse;
import org.holdfast.iscsi.pdu.TargetPdu.ReadyToTransfer;
import org.holdfast.iscsi.pdu.TargetPdu.ScsiResponse;
import org.holdfast.iscsi.pdu.WireFormat;
import org.holdfast.pr.TargetPort;
import org.holdfast.scsi.FakeTarget;
import org.holdfast.scsi.LunMap;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data of all lengths over a real socket, in pieces of all sizes, arrives whole. */
@Timeout(60)
class LandingOverTcpTest {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final int SEGMENT = 262_144;

  private final FakeTarget engine =
      new FakeTarget(new TargetPort(TestInitiator.TARGET, TestInitiator.TAG, 1));

  @ParameterizedTest
  @ValueSource(strings = {"None", "CRC32C"})
  void whatIsWrittenArrives(String digest) throws IOException {
    long seed = ThreadLocalRandom.current().nextLong();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    PortalGroup group =
        new PortalGroup(
            TestInitiator.TARGET,
            TestInitiator.TAG,
            List.of(ANY),
            engine,
            name -> Optional.of(LunMap.EMPTY),
            Map.of());
    IscsiNode node = new IscsiNode(List.of(group));
    try (IscsiServer server =
            IscsiServer.start(
                ServerSettings.defaults(),
                node,
                new Captures(InstantSource.system()),
                List.of(ANY));
        Client client = new Client(server.boundAddresses().getFirst(), random)) {
      client.login(digest);
      for (int tag = 1; tag <= 60; tag++) {
        byte[] data = new byte[1 + random.nextInt(tag % 3 == 0 ? 1_000_000 : 20_000)];
        random.nextBytes(data);
        client.write(tag, data, random.nextBoolean());
        assertThat(engine.written.get((long) tag))
            .as("write %d, seed %d", tag, seed)
            .isEqualTo(data);
      }
    }
    assertThat(node.dataOut().solicited().used()).isZero();
    assertThat(node.dataOut().unsolicited().used()).isZero();
  }

  /** One command at a time. */
  private static final class Client implements AutoCloseable {
    private final Random random;
    private final Socket socket;
    private final PduSamples.Received received = new PduSamples.Received();
    private final PduDecoder decoder =
        PduSamples.decoder(Opcode.Side.TARGET, WireFormat.LOGIN, received);
    private WireFormat format = WireFormat.LOGIN;
    private int cmdSn = 1;

    Client(InetSocketAddress address, Random random) throws IOException {
      this.random = random;
      this.socket = new Socket(address.getAddress(), address.getPort());
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(20_000);
    }

    void login(String digest) throws IOException {
      String keys =
          "InitiatorName=%s\0TargetName=%s\0SessionType=Normal\0InitialR2T=No\0DataDigest=%s\0"
              .concat("MaxBurstLength=1048576\0FirstBurstLength=262144\0")
              .formatted(TestInitiator.NAME, TestInitiator.TARGET, digest);
      send(
          new LoginRequest(
              true,
              false,
              1,
              3,
              0,
              0,
              1,
              0,
              0,
              1,
              cmdSn,
              1,
              DataSegment.copyOf(keys.getBytes(StandardCharsets.UTF_8))));
      assertThat(((LoginResponse) receive()).statusClass()).isZero();
      format =
          new WireFormat(Digest.NONE, digest.equals("None") ? Digest.NONE : Digest.CRC32C, SEGMENT);
      decoder.wireFormat(format);
    }

    void write(int tag, byte[] data, boolean immediate) throws IOException {
      byte[] first = immediate ? Arrays.copyOf(data, Math.min(data.length, SEGMENT)) : new byte[0];
      send(
          new ScsiCommand(
              false,
              true,
              false,
              true,
              1,
              0,
              tag,
              data.length,
              cmdSn++,
              1,
              0,
              FakeTarget.cdb(FakeTarget.WRITE, data.length),
              DataSegment.copyOf(first)));
      Pdu answer = receive();
      while (answer instanceof ReadyToTransfer r2t) {
        int start = (int) r2t.bufferOffset();
        int end = start + (int) r2t.desiredDataTransferLength();
        int dataSn = 0;
        for (int at = start; at < end; ) {
          int stop = Math.min(end, at + 512 + random.nextInt(SEGMENT - 512));
          send(
              new DataOut(
                  stop == end,
                  0,
                  tag,
                  r2t.targetTransferTag(),
                  1,
                  dataSn++,
                  at,
                  DataSegment.copyOf(Arrays.copyOfRange(data, at, stop))));
          at = stop;
        }
        answer = receive();
      }
      assertThat(((ScsiResponse) answer).status()).isZero();
    }

    private void send(InitiatorPdu pdu) throws IOException {
      byte[] bytes = PduSamples.encode(format, pdu);
      OutputStream out = socket.getOutputStream();
      for (int at = 0; at < bytes.length; ) {
        int count = Math.min(bytes.length - at, 1 + random.nextInt(100_000));
        out.write(bytes, at, count);
        at += count;
      }
    }

    private Pdu receive() throws IOException {
      byte[] buffer = new byte[4_096];
      while (received.pdus.isEmpty()) {
        int count = socket.getInputStream().read(buffer);
        assertThat(count).as("the connection is open").isPositive();
        decoder.feed(ByteBuffer.wrap(buffer, 0, count));
        assertThat(received.violations).isEmpty();
      }
      return received.pdus.removeFirst();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
