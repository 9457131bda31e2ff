package org.holdfast.vms.replay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.ScsiReply;
import org.holdfast.vms.initiator.TestInitiator;

/**
 * A logical unit's reservations as PERSISTENT RESERVE IN reports them, in descriptors of SPC-4
 * clause 6.15.
 *
 * @param generation PRgeneration
 * @param keys of READ KEYS, one for each registered I_T nexus, in the order reported
 * @param holder key and type of READ RESERVATION; empty when there is none
 */
record ReservationTable(int generation, List<Long> keys, List<Holder> holder) {
  private static final int ALLOCATION = 0x2000;
  private static final int HEADER = 8;
  private static final int KEY = 8;

  /** Type and key of a reservation; the key is 0 for the all registrants types. */
  record Holder(long key, int type) {}

  /** One registration in READ FULL STATUS. */
  private record Full(long key, boolean holds, int type) {}

  static List<Long> readKeys(ByteBuffer data) {
    int length = data.getInt(4);
    List<Long> keys = new ArrayList<>();
    for (int at = HEADER; at < HEADER + length; at += KEY) {
      keys.add(data.getLong(at));
    }
    return keys;
  }

  static List<Holder> readReservation(ByteBuffer data) {
    return data.getInt(4) == 0
        ? List.of()
        : List.of(new Holder(data.getLong(HEADER), data.get(HEADER + 13) & 0x0f));
  }

  static ReservationTable read(TestInitiator path) throws IOException {
    ByteBuffer keys = prIn(path, Cdbs.PR_READ_KEYS);
    ByteBuffer reservation = prIn(path, Cdbs.PR_READ_RESERVATION);
    if (keys.getInt(0) != reservation.getInt(0)) {
      throw new IOException("READ KEYS and READ RESERVATION give different generations");
    }
    return new ReservationTable(keys.getInt(0), readKeys(keys), readReservation(reservation));
  }

  /** Throws when READ FULL STATUS says anything else than READ KEYS and READ RESERVATION. */
  void requireFullStatus(TestInitiator path) throws IOException {
    ByteBuffer data = prIn(path, Cdbs.PR_READ_FULL_STATUS);
    List<Full> full = new ArrayList<>();
    for (int at = HEADER; at < HEADER + data.getInt(4); at += 24 + data.getInt(at + 20)) {
      full.add(
          new Full(data.getLong(at), (data.get(at + 12) & 0x01) != 0, data.get(at + 13) & 0x0f));
    }
    List<Long> fullKeys = full.stream().map(Full::key).sorted().toList();
    if (data.getInt(0) != generation || !fullKeys.equals(keys.stream().sorted().toList())) {
      throw new IOException("READ FULL STATUS has " + full + ", the other lists say " + this);
    }
    List<Full> holders = full.stream().filter(Full::holds).toList();
    boolean agrees =
        holder.isEmpty()
            ? holders.isEmpty()
            : !holders.isEmpty()
                && holders.stream().allMatch(one -> agreesWithHolder(one, full.size(), holders));
    if (!agrees) {
      throw new IOException("READ FULL STATUS has holders " + holders + ", expected " + holder);
    }
  }

  private boolean agreesWithHolder(Full one, int registrants, List<Full> holders) {
    Holder expected = holder.getFirst();
    boolean count =
        allRegistrants(expected.type()) ? holders.size() == registrants : holders.size() == 1;
    boolean key = allRegistrants(expected.type()) || one.key() == expected.key();
    return count && key && one.type() == expected.type();
  }

  /** Types 7 and 8, under which every registrant holds the reservation (SPC-4 table 174). */
  static boolean allRegistrants(int type) {
    return type == 7 || type == 8;
  }

  private static ByteBuffer prIn(TestInitiator path, int serviceAction) throws IOException {
    ScsiReply reply = path.read(Cdbs.prIn(serviceAction, ALLOCATION), ALLOCATION);
    if (!reply.good() || reply.data().length < HEADER) {
      throw new IOException(
          "PERSISTENT RESERVE IN, service action %d: %s, %d bytes"
              .formatted(serviceAction, reply, reply.data().length));
    }
    return ByteBuffer.wrap(reply.data());
  }
}
