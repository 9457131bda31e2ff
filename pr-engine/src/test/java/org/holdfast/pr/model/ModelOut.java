package org.holdfast.pr.model;

import java.nio.ByteBuffer;
import java.util.List;

/** PERSISTENT RESERVE OUT in the model: SPC-4 clauses 6.16, 5.13.9 and 5.13.11. */
final class ModelOut {
  static final String GOOD = "GOOD";
  static final String CONFLICT = "CONFLICT";
  static final String LIST_LENGTH_ERROR = "05/1A/00";
  static final String INVALID_FIELD_IN_CDB = "05/24/00";
  static final String INVALID_FIELD_IN_LIST = "05/26/00";
  static final String INVALID_RELEASE = "05/26/04";
  static final String NO_ROOM = "05/55/04";

  static final String RESERVATIONS_PREEMPTED = "2A/03";
  static final String RESERVATIONS_RELEASED = "2A/04";
  static final String REGISTRATIONS_PREEMPTED = "2A/05";

  private final ModelTable table;
  private final ModelRegistering registering;

  ModelOut(ModelTable table, Scene scene) {
    this.table = table;
    registering = new ModelRegistering(table, scene);
  }

  /** Service action, byte 2 of the CDB, parameter list. */
  ModelAnswer out(String sender, int action, int scopeAndType, byte[] list) {
    return table.answer(judge(sender, action, scopeAndType, list));
  }

  private String judge(String sender, int action, int scopeAndType, byte[] list) {
    if (action > ModelFields.REGISTER_AND_MOVE) {
      return INVALID_FIELD_IN_CDB; // 4.2.5.2: a service action that is not supported
    }
    // 6.16.1. A choice: a list of a wrong form ends the command before its key is looked at. SAM-5
    // 5.3.3 can be read to want the conflict instead where the key is wrong as well.
    if (list.length < 24) {
      return LIST_LENGTH_ERROR;
    }
    ByteBuffer bytes = ByteBuffer.wrap(list);
    if (action == ModelFields.REGISTER_AND_MOVE) {
      // 6.16.4. A choice of the additional sense code, which it leaves open.
      if (list.length != 24 + bytes.getInt(20)) {
        return LIST_LENGTH_ERROR;
      }
    } else if ((list[20] & ModelFields.SPEC_I_PT) == 0) {
      if (list.length != 24) {
        return LIST_LENGTH_ERROR;
      }
    } else if (action != ModelFields.REGISTER) {
      return INVALID_FIELD_IN_LIST; // 6.16.3, table 216
    } else if (list.length < 28 || list.length != 28 + bytes.getInt(24)) {
      return LIST_LENGTH_ERROR; // 6.16.3, a choice again
    }
    ModelFields fields = ModelFields.read(sender, action, scopeAndType, list);
    // SAM-5 5.3.3: a reservation conflict goes before what a CHECK CONDITION would tell.
    if (!isKeyRight(fields)) {
      return CONFLICT;
    }
    return switch (action) {
      case ModelFields.REGISTER, ModelFields.REGISTER_AND_IGNORE -> registering.register(fields);
      case ModelFields.REGISTER_AND_MOVE -> registering.registerAndMove(fields);
      case ModelFields.RESERVE -> reserve(fields);
      case ModelFields.RELEASE -> release(fields);
      case ModelFields.CLEAR -> clear(fields);
      default -> preempt(fields);
    };
  }

  /** 6.16.3 and 6.16.4, RESERVATION KEY; tables 67, 68 and 70. */
  private boolean isKeyRight(ModelFields fields) {
    if (fields.action() == ModelFields.REGISTER_AND_IGNORE) {
      return true;
    }
    if (!table.isRegistered(fields.sender())) {
      return fields.action() == ModelFields.REGISTER && fields.key() == 0;
    }
    return fields.key() == table.keyOf(fields.sender());
  }

  /** 5.13.9. */
  private String reserve(ModelFields fields) {
    if (table.type() != 0) {
      // Both conflicts of this clause, also for a type that nobody may have: SAM-5 5.3.3.
      if (!table.isHolder(fields.sender())) {
        return CONFLICT;
      }
      boolean same = fields.scope() == 0 && fields.type() == table.type();
      return same ? GOOD : CONFLICT;
    }
    if (!fields.isTypeRight()) {
      return INVALID_FIELD_IN_CDB;
    }
    table.establish(fields.sender(), fields.type());
    return GOOD;
  }

  /** 5.13.11.2.2. */
  private String release(ModelFields fields) {
    // A choice: what no reservation can be is refused whoever holds one, or nobody.
    if (!fields.isTypeRight()) {
      return INVALID_FIELD_IN_CDB;
    }
    if (table.type() == 0 || !table.isHolder(fields.sender())) {
      return GOOD;
    }
    if (fields.type() != table.type()) {
      return INVALID_RELEASE;
    }
    if (table.type() >= 5) {
      table.attendAllBut(fields.sender(), RESERVATIONS_RELEASED);
    }
    table.endReservation();
    return GOOD;
  }

  /** 5.13.11.2.7. */
  private String clear(ModelFields fields) {
    table.attendAllBut(fields.sender(), RESERVATIONS_PREEMPTED);
    table.removeAll();
    table.endReservation();
    table.countUp();
    return GOOD;
  }

  /** 5.13.11.2.4.1, table 72 and figure 9. */
  private String preempt(ModelFields fields) {
    if (table.type() == 7 || table.type() == 8) {
      return fields.actionKey() == 0 ? takeOver(fields) : removeRegistrations(fields);
    }
    if (table.type() != 0) {
      if (fields.actionKey() == 0) {
        return INVALID_FIELD_IN_LIST;
      }
      if (fields.actionKey() == table.keyOf(table.holder())) {
        return takeOver(fields);
      }
    }
    return removeRegistrations(fields);
  }

  /** 5.13.11.2.4.3. */
  private String takeOver(ModelFields fields) {
    if (!fields.isTypeRight()) {
      return INVALID_FIELD_IN_CDB;
    }
    int oldType = table.type();
    abort(fields);
    for (ModelTable.Registration registration : List.copyOf(table.registrations())) {
      if (registration.nexus().equals(fields.sender())) {
        continue; // keeps its registration, and nobody tells it what it did itself
      }
      if (fields.actionKey() == 0 || registration.key() == fields.actionKey()) {
        table.remove(registration.nexus());
        table.attend(registration.nexus(), REGISTRATIONS_PREEMPTED);
      } else if (fields.type() != oldType) {
        table.attend(registration.nexus(), RESERVATIONS_RELEASED);
      }
    }
    table.endReservation();
    table.establish(fields.sender(), fields.type());
    table.countUp();
    return GOOD;
  }

  /** 5.13.11.2.5. */
  private String removeRegistrations(ModelFields fields) {
    boolean found = false;
    for (ModelTable.Registration registration : table.registrations()) {
      found |= registration.key() == fields.actionKey();
    }
    if (!found) {
      return CONFLICT; // zero, too, matches no registered key
    }
    abort(fields);
    for (ModelTable.Registration registration : List.copyOf(table.registrations())) {
      if (registration.key() == fields.actionKey()) {
        table.remove(registration.nexus());
        if (!registration.nexus().equals(fields.sender())) {
          table.attend(registration.nexus(), REGISTRATIONS_PREEMPTED);
        }
      }
    }
    if (table.registrations().isEmpty()) {
      table.endReservation(); // table 71: the last registrant of an all registrants type
    }
    table.countUp();
    return GOOD;
  }

  /** 5.13.11.2.6, before any registration goes: its sender's commands as well where it is named. */
  private void abort(ModelFields fields) {
    if (fields.action() != ModelFields.PREEMPT_AND_ABORT) {
      return;
    }
    for (ModelTable.Registration registration : table.registrations()) {
      if (fields.actionKey() == 0 || registration.key() == fields.actionKey()) {
        table.abort(registration.nexus());
      }
    }
  }
}
