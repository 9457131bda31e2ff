package org.holdfast.iscsi;

import java.net.InetSocketAddress;
import java.util.function.LongSupplier;
import org.holdfast.iscsi.pdu.DataSink;
import org.holdfast.iscsi.pdu.Pdu;
import org.holdfast.iscsi.pdu.ProtocolViolation;
import org.holdfast.scsi.BufferAllocator;

/**
 * One end of an iSCSI connection without the network: PDUs and time go in, PDUs go out through its
 * {@link Outbox}. All calls come from one thread, the connection's.
 *
 * <p>It is asked for memory as soon as the header of a PDU with data is there, so that the data of
 * a write goes straight to its place in the command's buffer.
 */
public interface ConnectionLogic extends DataSink {
  /** A PDU came in; its data segment now belongs to the logic. */
  void onPdu(Pdu pdu);

  /** The peer sent something else: send a Reject, or close; close when the framing is lost. */
  void onViolation(ProtocolViolation violation);

  /** Called about once a second. {@code now} is monotone nanoseconds, from the context's clock. */
  void onTick(long now);

  /**
   * The server is about to stop: take no new commands, end what is outstanding, ask the initiator
   * to log out, then {@link Outbox#closeAfterSent}. The server closes by itself when this takes too
   * long.
   */
  void onDrain();

  /** The connection is gone; called once, last. Only {@link Outbox#execute} is of use after it. */
  void onClosed();

  /** Makes the logic of every accepted connection. Thread: the connection's. */
  @FunctionalInterface
  interface Factory {
    ConnectionLogic open(Context context);
  }

  /**
   * What a connection is given.
   *
   * @param remote the initiator's address
   * @param local the portal's address, as the initiator reached it
   * @param allocator for command data; any thread
   * @param clock monotone nanoseconds
   */
  record Context(
      InetSocketAddress remote,
      InetSocketAddress local,
      Outbox outbox,
      BufferAllocator allocator,
      LongSupplier clock) {}
}
