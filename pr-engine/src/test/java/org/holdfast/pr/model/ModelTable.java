package org.holdfast.pr.model;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Persistent reservations of one logical unit, written down from SPC-4 clauses 5.13 and 6.16
 * paragraph by paragraph and without a look at the engine: lists, loops and ifs, types of its own,
 * slow where slow is plainer. An I_T nexus is its name {@code initiator port/target port}.
 *
 * <p>Where the standard leaves a choice, a comment says so and names the choice.
 */
final class ModelTable {
  static final String GOOD = "GOOD";
  static final String CONFLICT = "CONFLICT";
  static final String LIST_LENGTH_ERROR = "05/1A/00";
  static final String INVALID_FIELD_IN_CDB = "05/24/00";
  static final String INVALID_FIELD_IN_LIST = "05/26/00";
  static final String INVALID_RELEASE = "05/26/04";
  static final String NO_ROOM = "05/55/04";

  private static final String RESERVATIONS_PREEMPTED = "2A/03";
  private static final String RESERVATIONS_RELEASED = "2A/04";
  private static final String REGISTRATIONS_PREEMPTED = "2A/05";

  /** Table 213. */
  static final int REGISTER = 0;

  static final int RESERVE = 1;
  static final int RELEASE = 2;
  static final int CLEAR = 3;
  static final int PREEMPT = 4;
  static final int PREEMPT_AND_ABORT = 5;
  static final int REGISTER_AND_IGNORE = 6;

  /** Bits of byte 20 of the parameter list, table 214. */
  static final int SPEC_I_PT = 0x08;

  static final int ALL_TG_PT = 0x04;
  static final int APTPL = 0x01;

  record Registration(String nexus, long key) {}

  /** A command as its fields stand in CDB and parameter list. */
  private record Fields(
      String sender, int action, int scope, int type, long key, long actionKey, int flags) {}

  private final boolean aptplSupported;
  private final int room;

  /** In the order of registration; a registrant that changes its key keeps its place. */
  private final List<Registration> registrations = new ArrayList<>();

  /** 0: no reservation. */
  private int type;

  /** Null without a reservation and for the all registrants types. */
  private @Nullable String holder;

  private long generation;
  private boolean aptpl;

  private final List<String> attentions = new ArrayList<>();
  private final List<String> aborted = new ArrayList<>();

  /**
   * An empty table.
   *
   * @param aptplSupported whether APTPL may be set
   * @param room most registrations
   * @param generation PRgeneration at the beginning
   */
  ModelTable(boolean aptplSupported, int room, long generation) {
    this.aptplSupported = aptplSupported;
    this.room = room;
    this.generation = generation;
  }

  List<Registration> registrations() {
    return registrations;
  }

  int type() {
    return type;
  }

  @Nullable String holder() {
    return holder;
  }

  long generation() {
    return generation;
  }

  boolean aptpl() {
    return aptpl;
  }

  /** The registered key of a nexus, 0 when it is not registered. */
  long keyOf(@Nullable String nexus) {
    for (Registration registration : registrations) {
      if (registration.nexus().equals(nexus)) {
        return registration.key();
      }
    }
    return 0;
  }

  /** 5.13.10. */
  boolean isHolder(String nexus) {
    if (type == 7 || type == 8) {
      return isRegistered(nexus);
    }
    return nexus.equals(holder);
  }

  /** Table 65, INQUIRY and its like: allowed in every column. */
  boolean mayAlways() {
    return true;
  }

  /** Table 65, MODE SENSE and its like; SBC-3 4.17, READ. */
  boolean mayRead(String nexus) {
    if (type == 0 || isHolder(nexus)) {
      return true;
    }
    if (type == 1) {
      return true;
    }
    if (type == 3) {
      return false;
    }
    return isRegistered(nexus) || type == 5 || type == 7;
  }

  /** Table 65, MODE SELECT and its like; SBC-3 4.17, WRITE. */
  boolean mayWrite(String nexus) {
    if (type == 0 || isHolder(nexus)) {
      return true;
    }
    if (type == 1 || type == 3) {
      return false;
    }
    return isRegistered(nexus);
  }

  /** 5.13.5.1 and 5.13.11.2.1; PRgeneration: 6.15.2. */
  void losePower() {
    generation = 0;
    if (!aptpl) {
      registrations.clear();
      endReservation();
    }
  }

  /** One PERSISTENT RESERVE OUT: service action, byte 2 of the CDB, parameter list. */
  ModelAnswer out(String sender, int action, int scopeAndType, byte[] list) {
    attentions.clear();
    aborted.clear();
    String status = judge(sender, action, scopeAndType, list);
    return new ModelAnswer(status, attentions, aborted);
  }

  private String judge(String sender, int action, int scopeAndType, byte[] list) {
    if (action > REGISTER_AND_IGNORE) {
      return INVALID_FIELD_IN_CDB; // 4.2.5.2: a service action that is not supported
    }
    // 6.16.1. A choice: a list of a wrong form ends the command before its key is looked at. SAM-5
    // 5.3.3 can be read to want the conflict instead where the key is wrong as well.
    if (list.length < 24) {
      return LIST_LENGTH_ERROR;
    }
    boolean specIPt = (list[20] & SPEC_I_PT) != 0;
    if (!specIPt && list.length != 24) {
      return LIST_LENGTH_ERROR;
    }
    if (specIPt && action != REGISTER) {
      return INVALID_FIELD_IN_LIST; // 6.16.3, table 216
    }
    ByteBuffer bytes = ByteBuffer.wrap(list);
    // 6.16.3, table 215: the TransportIDs' length, and all of them. Form again, so before the key.
    if (specIPt && (list.length < 28 || bytes.getInt(24) != list.length - 28)) {
      return LIST_LENGTH_ERROR;
    }
    Fields fields =
        new Fields(
            sender,
            action,
            scopeAndType >> 4,
            scopeAndType & 0xF,
            bytes.getLong(0),
            bytes.getLong(8),
            list[20]);
    // SAM-5 5.3.3: a reservation conflict goes before what a CHECK CONDITION would tell.
    if (!isKeyRight(fields)) {
      return CONFLICT;
    }
    return switch (action) {
      case REGISTER, REGISTER_AND_IGNORE -> register(fields);
      case RESERVE -> reserve(fields);
      case RELEASE -> release(fields);
      case CLEAR -> clear(fields);
      default -> preempt(fields);
    };
  }

  /** 6.16.3, RESERVATION KEY; tables 67 and 68. */
  private boolean isKeyRight(Fields fields) {
    if (fields.action == REGISTER_AND_IGNORE) {
      return true;
    }
    if (!isRegistered(fields.sender)) {
      return fields.action == REGISTER && fields.key == 0;
    }
    return fields.key == keyOf(fields.sender);
  }

  /** 5.13.7. */
  private String register(Fields fields) {
    // 6.16.3: each of these bits, where it is not supported, ends the command.
    if ((fields.flags & (SPEC_I_PT | ALL_TG_PT)) != 0) {
      return INVALID_FIELD_IN_LIST;
    }
    boolean asksAptpl = (fields.flags & APTPL) != 0;
    if (asksAptpl && !aptplSupported) {
      return INVALID_FIELD_IN_LIST;
    }
    if (!isRegistered(fields.sender)) {
      if (fields.actionKey == 0) {
        // "Do nothing". Read so: neither PRgeneration nor APTPL.
        return GOOD;
      }
      if (registrations.size() == room) {
        return NO_ROOM;
      }
      registrations.add(new Registration(fields.sender, fields.actionKey));
    } else if (fields.actionKey == 0) {
      unregister(fields.sender);
    } else {
      for (int i = 0; i < registrations.size(); i++) {
        if (registrations.get(i).nexus().equals(fields.sender)) {
          registrations.set(i, new Registration(fields.sender, fields.actionKey));
        }
      }
    }
    aptpl = asksAptpl;
    countUp();
    return GOOD;
  }

  /** 5.13.11.2.3. */
  private void unregister(String sender) {
    boolean wasHolder = isHolder(sender);
    remove(sender);
    if (type == 7 || type == 8) {
      if (registrations.isEmpty()) {
        endReservation();
      }
      return;
    }
    if (wasHolder) {
      if (type == 5 || type == 6) {
        attendAllBut(sender, RESERVATIONS_RELEASED);
      }
      endReservation();
    }
  }

  /** 5.13.9. */
  private String reserve(Fields fields) {
    if (type != 0) {
      // Both conflicts of this clause, also for a type that nobody may have: SAM-5 5.3.3.
      if (!isHolder(fields.sender)) {
        return CONFLICT;
      }
      boolean same = fields.scope == 0 && fields.type == type;
      return same ? GOOD : CONFLICT;
    }
    if (!isTypeRight(fields)) {
      return INVALID_FIELD_IN_CDB;
    }
    establish(fields.sender, fields.type);
    return GOOD;
  }

  /** 5.13.11.2.2. */
  private String release(Fields fields) {
    // A choice: what no reservation can be is refused whoever holds one, or nobody.
    if (!isTypeRight(fields)) {
      return INVALID_FIELD_IN_CDB;
    }
    if (type == 0 || !isHolder(fields.sender)) {
      return GOOD;
    }
    if (fields.type != type) {
      return INVALID_RELEASE;
    }
    if (type >= 5) {
      attendAllBut(fields.sender, RESERVATIONS_RELEASED);
    }
    endReservation();
    return GOOD;
  }

  /** 5.13.11.2.7. */
  private String clear(Fields fields) {
    attendAllBut(fields.sender, RESERVATIONS_PREEMPTED);
    registrations.clear();
    endReservation();
    countUp();
    return GOOD;
  }

  /** 5.13.11.2.4.1, table 72 and figure 9. */
  private String preempt(Fields fields) {
    if (type == 7 || type == 8) {
      return fields.actionKey == 0 ? takeOver(fields) : removeRegistrations(fields);
    }
    if (type != 0) {
      if (fields.actionKey == 0) {
        return INVALID_FIELD_IN_LIST;
      }
      if (fields.actionKey == keyOf(holder)) {
        return takeOver(fields);
      }
    }
    return removeRegistrations(fields);
  }

  /** 5.13.11.2.4.3. */
  private String takeOver(Fields fields) {
    if (!isTypeRight(fields)) {
      return INVALID_FIELD_IN_CDB;
    }
    int oldType = type;
    abort(fields);
    for (Registration registration : List.copyOf(registrations)) {
      if (registration.nexus().equals(fields.sender)) {
        continue; // keeps its registration, and nobody tells it what it did itself
      }
      if (fields.actionKey == 0 || registration.key() == fields.actionKey) {
        remove(registration.nexus());
        attend(registration.nexus(), REGISTRATIONS_PREEMPTED);
      } else if (fields.type != oldType) {
        attend(registration.nexus(), RESERVATIONS_RELEASED);
      }
    }
    endReservation();
    establish(fields.sender, fields.type);
    countUp();
    return GOOD;
  }

  /** 5.13.11.2.5. */
  private String removeRegistrations(Fields fields) {
    boolean found = false;
    for (Registration registration : registrations) {
      found |= registration.key() == fields.actionKey;
    }
    if (!found) {
      return CONFLICT; // zero, too, matches no registered key
    }
    abort(fields);
    for (Registration registration : List.copyOf(registrations)) {
      if (registration.key() == fields.actionKey) {
        remove(registration.nexus());
        if (!registration.nexus().equals(fields.sender)) {
          attend(registration.nexus(), REGISTRATIONS_PREEMPTED);
        }
      }
    }
    if (registrations.isEmpty()) {
      endReservation(); // table 71: the last registrant of an all registrants type
    }
    countUp();
    return GOOD;
  }

  /** 5.13.11.2.6, before any registration goes: its sender's commands as well where it is named. */
  private void abort(Fields fields) {
    if (fields.action != PREEMPT_AND_ABORT) {
      return;
    }
    for (Registration registration : registrations) {
      if (fields.actionKey == 0 || registration.key() == fields.actionKey) {
        aborted.add(registration.nexus());
      }
    }
  }

  /** 6.15.3.3 and 6.15.3.4: LU_SCOPE, and the six types that are not obsolete or reserved. */
  private static boolean isTypeRight(Fields fields) {
    return fields.scope == 0 && List.of(1, 3, 5, 6, 7, 8).contains(fields.type);
  }

  private void establish(String nexus, int newType) {
    type = newType;
    holder = newType >= 7 ? null : nexus;
  }

  private void endReservation() {
    type = 0;
    holder = null;
  }

  private boolean isRegistered(String nexus) {
    return keyOf(nexus) != 0;
  }

  private void remove(String nexus) {
    registrations.removeIf(registration -> registration.nexus().equals(nexus));
  }

  private void attend(String nexus, String what) {
    attentions.add(nexus + " " + what);
  }

  private void attendAllBut(String sender, String what) {
    for (Registration registration : registrations) {
      if (!registration.nexus().equals(sender)) {
        attend(registration.nexus(), what);
      }
    }
  }

  /** 6.15.2: 32 bits, wrapping. */
  private void countUp() {
    generation = (generation + 1) % 0x1_0000_0000L;
  }
}
