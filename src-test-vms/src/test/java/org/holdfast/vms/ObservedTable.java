package org.holdfast.vms;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.ScsiReply;
import org.holdfast.vms.initiator.TestInitiator;

/**
 * What PERSISTENT RESERVE IN says a logical unit's reservations are: READ FULL STATUS (SPC-4 clause
 * 6.15.5), which names the I_T nexuses, READ RESERVATION and PTPL_A of REPORT CAPABILITIES.
 *
 * @param generation PRgeneration
 * @param table in the words of the test's own model
 */
record ObservedTable(int generation, ExpectedTable table) {
  private static final int ALLOCATION = 0x2000;
  private static final int HEADER = 8;
  private static final int DESCRIPTOR = 24;
  private static final int PTPL_A = 0x01;

  /**
   * Asks on {@code path}.
   *
   * @param ports name and ISID of each initiator, as TransportIDs spell them: {@code
   *     iqn…,i,0x800000000001}
   * @throws IOException when the answers contradict each other, or a nexus is none of these
   */
  static ObservedTable read(TestInitiator path, List<String> ports) throws IOException {
    ByteBuffer full = prIn(path, Cdbs.PR_READ_FULL_STATUS);
    Map<Integer, Long> keys = new TreeMap<>();
    List<Integer> holders = new ArrayList<>();
    int type = 0;
    for (int at = HEADER; at < HEADER + full.getInt(4); at += DESCRIPTOR + full.getInt(at + 20)) {
      int port = ports.indexOf(transportId(full, at + DESCRIPTOR));
      if (port < 0 || keys.put(port, full.getLong(at)) != null) {
        throw new IOException(
            "a nexus unknown or twice: " + transportId(full, at + DESCRIPTOR) + " of " + ports);
      }
      if ((full.get(at + 12) & 0x01) != 0) {
        holders.add(port);
        type = full.get(at + 13) & 0x0f;
      }
    }
    boolean aptpl = (prIn(path, Cdbs.PR_REPORT_CAPABILITIES).get(3) & PTPL_A) != 0;
    OptionalInt holder =
        ExpectedTable.allRegistrants(type) || holders.isEmpty()
            ? OptionalInt.empty()
            : OptionalInt.of(holders.getFirst());
    ExpectedTable table = new ExpectedTable(keys, type, holder, aptpl);
    if (holders.stream().distinct().count()
        != keys.keySet().stream().filter(table::holds).count()) {
      throw new IOException("holders " + holders + " under " + table);
    }
    requireReservation(prIn(path, Cdbs.PR_READ_RESERVATION), table);
    return new ObservedTable(full.getInt(0), table);
  }

  /** SPC-4 clause 6.15.3: key 0 is reported for the all registrants types. */
  private static void requireReservation(ByteBuffer reservation, ExpectedTable table)
      throws IOException {
    boolean held = reservation.getInt(4) != 0;
    long key = table.holder().isPresent() ? table.keys().get(table.holder().getAsInt()) : 0;
    boolean agrees =
        held
            ? reservation.getLong(HEADER) == key
                && (reservation.get(HEADER + 13) & 0x0f) == table.type()
            : table.type() == 0;
    if (!agrees) {
      throw new IOException("READ RESERVATION does not agree with READ FULL STATUS, " + table);
    }
  }

  /** An iSCSI TransportID of format 01b: two bytes of length at 2, then text padded with zeros. */
  private static String transportId(ByteBuffer data, int at) {
    byte[] text = new byte[data.getShort(at + 2)];
    data.get(at + 4, text);
    return new String(text, StandardCharsets.UTF_8).replace("\0", "");
  }

  private static ByteBuffer prIn(TestInitiator path, int serviceAction) throws IOException {
    ScsiReply reply = path.read(Cdbs.prIn(serviceAction, ALLOCATION), ALLOCATION);
    if (!reply.good() || reply.data().length < HEADER) {
      throw new IOException("PERSISTENT RESERVE IN %02x: %s".formatted(serviceAction, reply));
    }
    return ByteBuffer.wrap(reply.data());
  }
}
