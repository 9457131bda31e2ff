package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * REPORT IDENTIFYING INFORMATION and SET IDENTIFYING INFORMATION (SPC-4 clauses 6.32 and 6.43):
 * what initiators write on the unit to know it by. Kept with the unit's settings.
 */
final class IdentifyingInformation {
  private static final Logger log = LoggerFactory.getLogger(IdentifyingInformation.class);

  static final CdbField INFORMATION_TYPE = CdbField.of("INFORMATION TYPE", 10, 7, 7);
  static final CdbField ALLOCATION_LENGTH = CdbField.bytes("ALLOCATION LENGTH", 6, 4);
  static final CdbField LIST_LENGTH = CdbField.bytes("PARAMETER LIST LENGTH", 6, 4);

  /** INFORMATION TYPE that asks which types there are. */
  private static final int SUPPORTED_TYPES = 0x7F;

  /** What can be written. */
  private enum Kind {
    UNIT(0x00, 64, "identifying-information"),
    /** UTF-8. */
    TEXT(0x02, 256, "identifying-text");

    private final int type;
    private final int longest;
    private final String key;

    Kind(int type, int longest, String key) {
      this.type = type;
      this.longest = longest;
      this.key = key;
    }

    static @Nullable Kind of(Cdb cdb) {
      for (Kind kind : values()) {
        if (kind.type == INFORMATION_TYPE.valueIn(cdb)) {
          return kind;
        }
      }
      return null;
    }
  }

  private IdentifyingInformation() {}

  static void report(LogicalUnit unit, ScsiTask task) {
    byte[] data;
    Kind kind = Kind.of(task.cdb());
    if (kind != null) {
      String kept = unit.settings().get(kind.key);
      data = kept == null ? new byte[0] : HexFormat.of().parseHex(kept);
    } else if (INFORMATION_TYPE.valueIn(task.cdb()) == SUPPORTED_TYPES) {
      ByteBuffer types = ByteBuffer.allocate(4 * Kind.values().length);
      for (Kind each : Kind.values()) {
        types.put((byte) (each.type << 1)).put((byte) 0).putShort((short) each.longest);
      }
      data = types.array();
    } else {
      task.end(Outcome.check(INFORMATION_TYPE.refused()));
      return;
    }
    ByteBuffer out = ByteBuffer.allocate(4 + data.length);
    out.putShort((short) 0).putShort((short) data.length).put(data);
    task.dataIn(out.array(), ALLOCATION_LENGTH.valueIn(task.cdb()));
    task.end(Outcome.GOOD);
  }

  static int dataOut(Cdb cdb, LogicalUnit unit) {
    Kind kind = Kind.of(cdb);
    long length = LIST_LENGTH.valueIn(cdb);
    return kind != null && length <= kind.longest ? (int) length : 0;
  }

  static void set(LogicalUnit unit, ScsiTask task) {
    Kind kind = Kind.of(task.cdb());
    if (kind == null) {
      task.end(Outcome.check(INFORMATION_TYPE.refused()));
      return;
    }
    long length = LIST_LENGTH.valueIn(task.cdb());
    if (length > kind.longest) {
      task.end(Outcome.check(LIST_LENGTH.refused()));
      return;
    }
    byte[] list = Bytes.dataOut(task);
    if (list.length < length) {
      task.end(Outcome.check(Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR)));
    } else if (kind == Kind.TEXT && !isUtf8(list)) {
      task.end(Outcome.check(Sense.invalidFieldInParameterList(0, -1)));
    } else {
      keep(unit, task, kind, list.length == 0 ? null : HexFormat.of().formatHex(list));
    }
  }

  private static boolean isUtf8(byte[] text) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
      return true;
    } catch (CharacterCodingException _) {
      return false;
    }
  }

  private static void keep(LogicalUnit unit, ScsiTask task, Kind kind, @Nullable String value) {
    boolean changed = !Objects.equals(unit.settings().get(kind.key), value);
    unit.settings()
        .put(
            kind.key,
            value,
            failure -> {
              if (failure != null) {
                log.error(
                    "identifying information from {} was not kept: {}", task.nexus(), failure);
                task.end(
                    Outcome.check(
                        Sense.of(SenseKey.HARDWARE_ERROR, SenseCode.INTERNAL_TARGET_FAILURE)));
                return;
              }
              if (changed) {
                unit.tellOthers(task.nexus(), SenseCode.DEVICE_IDENTIFIER_CHANGED);
              }
              task.end(Outcome.GOOD);
            });
  }
}
