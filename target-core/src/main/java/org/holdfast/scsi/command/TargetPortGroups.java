package org.holdfast.scsi.command;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.holdfast.pr.TargetPort;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.PortGroups;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.jspecify.annotations.Nullable;

/** REPORT TARGET PORT GROUPS and SET TARGET PORT GROUPS (SPC-4 clauses 6.37 and 6.45). */
final class TargetPortGroups {
  static final CdbField DATA_FORMAT = CdbField.of("PARAMETER DATA FORMAT", 1, 7, 3);
  static final CdbField ALLOCATION_LENGTH = CdbField.bytes("ALLOCATION LENGTH", 6, 4);
  static final CdbField LIST_LENGTH = CdbField.bytes("PARAMETER LIST LENGTH", 6, 4);

  private static final int LENGTH_ONLY = 0;
  private static final int EXTENDED = 1;

  /** FORMAT TYPE of the extended header: 001b in bits 6..4. */
  private static final int FORMAT_TYPE = 0x10;

  /** U_SUP, S_SUP, AN_SUP, AO_SUP: the four states that {@link PortGroups.State} lists. */
  private static final int SUPPORTED_STATES = 0x0F;

  private static final int HEADER = 4;
  private static final int DESCRIPTOR = 4;
  private static final int STATE_MASK = 0x0F;

  /** No unit has more groups than there are tags; a longer list is refused without its data. */
  private static final int LONGEST_LIST = HEADER + DESCRIPTOR * 0x1_0000;

  private TargetPortGroups() {}

  static void report(LogicalUnit unit, ScsiTask task) {
    int format = (int) DATA_FORMAT.valueIn(task.cdb());
    if (format != LENGTH_ONLY && format != EXTENDED) {
      task.end(Outcome.check(DATA_FORMAT.refused()));
      return;
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (format == EXTENDED) {
      // No IMPLICIT TRANSITION TIME: a transition takes none.
      body.writeBytes(new byte[] {FORMAT_TYPE, 0, 0, 0});
    }
    for (PortGroups.Group group : unit.portGroups().groups(task.nexus().identity().target())) {
      body.writeBytes(encode(group));
    }
    byte[] data =
        ByteBuffer.allocate(HEADER + body.size())
            .putInt(body.size())
            .put(body.toByteArray())
            .array();
    task.dataIn(data, ALLOCATION_LENGTH.valueIn(task.cdb()));
    task.end(Outcome.GOOD);
  }

  private static byte[] encode(PortGroups.Group group) {
    ByteBuffer out = ByteBuffer.allocate(8 + 4 * group.ports().size());
    out.put((byte) group.state().code());
    out.put((byte) SUPPORTED_STATES);
    out.putShort((short) group.tag());
    out.put((byte) 0);
    out.put((byte) group.cause().code());
    out.put((byte) 0);
    // One octet for the count; no host has so many portals in one group.
    out.put((byte) group.ports().size());
    for (TargetPort port : group.ports()) {
      out.putInt(port.relativeId());
    }
    return out.array();
  }

  static int dataOut(Cdb cdb, LogicalUnit unit) {
    long length = LIST_LENGTH.valueIn(cdb);
    return length <= LONGEST_LIST ? (int) length : 0;
  }

  static void set(LogicalUnit unit, ScsiTask task) {
    long length = LIST_LENGTH.valueIn(task.cdb());
    if (length == 0) {
      task.end(Outcome.GOOD);
      return;
    }
    byte[] list = Bytes.dataOut(task);
    if (list.length < length || length < HEADER || (length - HEADER) % DESCRIPTOR != 0) {
      task.end(Outcome.check(Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR)));
      return;
    }
    Set<Integer> known = new HashSet<>();
    unit.portGroups()
        .groups(task.nexus().identity().target())
        .forEach(group -> known.add(group.tag()));
    Map<Integer, PortGroups.State> wanted = new HashMap<>();
    Sense refused = read(list, known, wanted);
    if (refused != null) {
      task.end(Outcome.check(refused));
      return;
    }
    if (unit.portGroups().set(wanted, PortGroups.Cause.EXPLICIT)) {
      unit.tellOthers(task.nexus(), SenseCode.ASYMMETRIC_ACCESS_STATE_CHANGED);
    }
    task.end(Outcome.GOOD);
  }

  /** Reads the descriptors into {@code wanted}; or says what is wrong with the first bad one. */
  private static @Nullable Sense read(
      byte[] list, Set<Integer> known, Map<Integer, PortGroups.State> wanted) {
    for (int at = HEADER; at < list.length; at += DESCRIPTOR) {
      PortGroups.State state = PortGroups.State.of(list[at] & STATE_MASK);
      if (state == null) {
        return Sense.invalidFieldInParameterList(at, 3);
      }
      int tag = (list[at + 2] & 0xFF) << 8 | (list[at + 3] & 0xFF);
      if (!known.contains(tag)) {
        return Sense.invalidFieldInParameterList(at + 2, -1);
      }
      wanted.put(tag, state);
    }
    return null;
  }
}
