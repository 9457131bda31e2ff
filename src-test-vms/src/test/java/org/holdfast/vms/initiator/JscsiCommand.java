package org.holdfast.vms.initiator;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jscsi.exception.InternetSCSIException;
import org.jscsi.initiator.connection.Connection;
import org.jscsi.initiator.connection.state.IState;
import org.jscsi.parser.AbstractMessageParser;
import org.jscsi.parser.OperationCode;
import org.jscsi.parser.ProtocolDataUnit;
import org.jscsi.parser.ProtocolDataUnitFactory;
import org.jscsi.parser.data.DataInParser;
import org.jscsi.parser.data.DataOutParser;
import org.jscsi.parser.datasegment.OperationalTextKey;
import org.jscsi.parser.r2t.Ready2TransferParser;
import org.jscsi.parser.scsi.SCSICommandParser;
import org.jscsi.parser.scsi.SCSICommandParser.TaskAttributes;
import org.jscsi.parser.scsi.SCSIResponseParser;

/** One SCSI command as a state of a jSCSI connection. Executed once, then {@link #reply()}. */
final class JscsiCommand implements IState {
  private static final int CDB_LENGTH = 16;

  private final ProtocolDataUnitFactory units = new ProtocolDataUnitFactory();
  private final Connection connection;
  private final int lun;
  private final byte[] cdb;
  private final byte[] dataOut;
  private final byte[] dataIn;
  private int received;
  private ScsiReply reply;

  JscsiCommand(Connection connection, int lun, byte[] cdb, byte[] dataOut, int expectedIn) {
    this.connection = connection;
    this.lun = lun;
    this.cdb = cdb;
    this.dataOut = dataOut;
    this.dataIn = new byte[expectedIn];
  }

  ScsiReply reply() {
    return reply;
  }

  @Override
  public void execute() throws InternetSCSIException {
    int immediate = Math.min(dataOut.length, immediateLimit());
    connection.send(command(immediate));
    while (reply == null) {
      ProtocolDataUnit unit = connection.receive();
      AbstractMessageParser parser = unit.getBasicHeaderSegment().getParser();
      switch (parser) {
        case DataInParser in -> collect(unit, in);
        case Ready2TransferParser request -> answer(request);
        case SCSIResponseParser response ->
            reply =
                new ScsiReply(
                    response.getStatus().value() & 0xff,
                    sense(unit),
                    Arrays.copyOf(dataIn, received));
        default ->
            throw new InternetSCSIException("unexpected " + parser.getClass().getSimpleName());
      }
    }
    // jSCSI leaves the task tag to whoever runs several tasks; every command here takes a new one.
    connection.getSession().incrementInitiatorTaskTag();
  }

  private int immediateLimit() throws InternetSCSIException {
    if (!connection.getSettingAsBoolean(OperationalTextKey.IMMEDIATE_DATA)) {
      return 0;
    }
    return Math.min(
        connection.getSettingAsInt(OperationalTextKey.FIRST_BURST_LENGTH), segmentLimit());
  }

  private int segmentLimit() throws InternetSCSIException {
    return connection.getSettingAsInt(OperationalTextKey.MAX_RECV_DATA_SEGMENT_LENGTH);
  }

  private ProtocolDataUnit command(int immediate) throws InternetSCSIException {
    ProtocolDataUnit unit = units.create(false, true, OperationCode.SCSI_COMMAND, "None", "None");
    SCSICommandParser command = (SCSICommandParser) unit.getBasicHeaderSegment().getParser();
    command.setLogicalUnitNumber((long) lun << 48);
    command.setTaskAttributes(TaskAttributes.SIMPLE);
    command.setReadExpectedFlag(dataIn.length > 0);
    command.setWriteExpectedFlag(dataOut.length > 0);
    command.setExpectedDataTransferLength(Math.max(dataIn.length, dataOut.length));
    command.setCommandDescriptorBlock(ByteBuffer.wrap(Arrays.copyOf(cdb, CDB_LENGTH)));
    if (immediate > 0) {
      fill(unit, 0, immediate);
    }
    return unit;
  }

  private void fill(ProtocolDataUnit unit, int from, int to) {
    unit.setDataSegment(ByteBuffer.wrap(Arrays.copyOfRange(dataOut, from, to)));
  }

  private void collect(ProtocolDataUnit unit, DataInParser in) throws InternetSCSIException {
    int length = unit.getBasicHeaderSegment().getDataSegmentLength();
    int offset = in.getBufferOffset();
    if (offset != received || offset + length > dataIn.length) {
      throw new InternetSCSIException(
          length + " bytes at offset " + offset + " after " + received + " of " + dataIn.length);
    }
    if (length > 0) {
      unit.getDataSegment().rewind();
      unit.getDataSegment().get(dataIn, offset, length);
    }
    received += length;
    if (in.isStatusFlag()) {
      reply =
          new ScsiReply(
              in.getStatus().value() & 0xff, new byte[0], Arrays.copyOf(dataIn, received));
    }
  }

  private void answer(Ready2TransferParser request) throws InternetSCSIException {
    int end = request.getBufferOffset() + request.getDesiredDataTransferLength();
    int dataSn = 0;
    for (int at = request.getBufferOffset(); at < end; ) {
      int next = Math.min(end, at + segmentLimit());
      ProtocolDataUnit unit =
          units.create(false, next == end, OperationCode.SCSI_DATA_OUT, "None", "None");
      DataOutParser out = (DataOutParser) unit.getBasicHeaderSegment().getParser();
      out.setTargetTransferTag(request.getTargetTransferTag());
      out.setDataSequenceNumber(dataSn++);
      out.setBufferOffset(at);
      fill(unit, at, next);
      connection.send(unit);
      at = next;
    }
  }

  private static byte[] sense(ProtocolDataUnit unit) {
    int length = unit.getBasicHeaderSegment().getDataSegmentLength();
    if (length < 2) {
      return new byte[0];
    }
    ByteBuffer segment = unit.getDataSegment().rewind();
    byte[] sense = new byte[Math.min(segment.getShort() & 0xffff, length - 2)];
    segment.get(sense);
    return sense;
  }

  @Override
  public boolean nextStateFollowing() {
    return false;
  }

  @Override
  public Exception isCorrect(ProtocolDataUnit unit) {
    return null;
  }
}
