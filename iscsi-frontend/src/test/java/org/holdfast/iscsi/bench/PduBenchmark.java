package org.holdfast.iscsi.bench;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.iscsi.pdu.Digest;
import org.holdfast.iscsi.pdu.InitiatorPdu.DataOut;
import org.holdfast.iscsi.pdu.InitiatorPdu.ScsiCommand;
import org.holdfast.iscsi.pdu.Opcode;
import org.holdfast.iscsi.pdu.Pdu;
import org.holdfast.iscsi.pdu.PduDecoder;
import org.holdfast.iscsi.pdu.PduEncoder;
import org.holdfast.iscsi.pdu.ProtocolViolation;
import org.holdfast.iscsi.pdu.Residual;
import org.holdfast.iscsi.pdu.TargetPdu.DataIn;
import org.holdfast.iscsi.pdu.TargetPdu.Numbers;
import org.holdfast.iscsi.pdu.WireFormat;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.DataBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Decoding and encoding with and without CRC32C. Data is 256 KiB in direct memory; the difference
 * that the digest makes to it is what CRC32C costs.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PduBenchmark {
  private static final int LENGTH = 262_144;

  /** Both digests, or none. */
  @Param({"NONE", "CRC32C"})
  public Digest digest;

  private final DataBuffer memory = new DirectBuffer(ByteBuffer.allocateDirect(LENGTH));
  private final PduEncoder encoder = new PduEncoder();
  private final ByteBuffer out = ByteBuffer.allocateDirect(128);
  private PduDecoder decoder;
  private ByteBuffer command;
  private ByteBuffer dataOut;
  private Pdu dataIn;
  private Pdu received;

  /** Encodes what is to be decoded. */
  @Setup
  public void prepare() {
    WireFormat format = new WireFormat(digest, digest, LENGTH);
    encoder.wireFormat(format);
    decoder =
        new PduDecoder(
            Opcode.Side.INITIATOR,
            (header, length) -> DataSegment.slice(memory, 0, length, () -> {}),
            new PduDecoder.Receiver() {
              @Override
              public void onPdu(Pdu pdu) {
                received = pdu;
              }

              @Override
              public void onViolation(ProtocolViolation violation) {
                throw new IllegalStateException(violation.detail());
              }
            });
    decoder.wireFormat(format);
    command =
        direct(
            new ScsiCommand(
                false,
                true,
                true,
                false,
                1,
                0,
                7,
                4096,
                1,
                1,
                0,
                new Cdb(new byte[16]),
                DataSegment.EMPTY));
    dataOut = direct(new DataOut(true, 0, 7, 9, 1, 0, 0, DataSegment.copyOf(new byte[LENGTH])));
    dataIn =
        new DataIn(
            true,
            false,
            DataIn.Status.GOOD,
            0,
            7,
            -1,
            new Numbers(1, 2, 3),
            0,
            0,
            Residual.NONE,
            DataSegment.slice(memory, 0, LENGTH, () -> {}));
  }

  private ByteBuffer direct(Pdu pdu) {
    byte[] bytes = encoder.encode(pdu);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  @Benchmark
  public Pdu decodeCommand() {
    decoder.feed(command.rewind());
    return received;
  }

  @Benchmark
  public Pdu decodeDataOut() {
    decoder.feed(dataOut.rewind());
    return received;
  }

  /** Header and trailer; the data itself is not copied. */
  @Benchmark
  public void encodeDataIn(Blackhole hole) {
    out.clear();
    encoder.header(dataIn, out);
    encoder.trailer(dataIn, out);
    hole.consume(out);
  }

  private record DirectBuffer(ByteBuffer bytes) implements DataBuffer {
    @Override
    public int capacity() {
      return bytes.capacity();
    }

    @Override
    public ByteBuffer view(int offset, int length) {
      return bytes.slice(offset, length);
    }

    @Override
    public void release() {}
  }
}
