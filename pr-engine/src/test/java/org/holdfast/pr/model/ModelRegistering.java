package org.holdfast.pr.model;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** SPC-4 clauses 5.13.7, 5.13.8 and 5.13.11.2.3: who is registered. */
final class ModelRegistering {
  /** The relative port identifiers of the target device. */
  private static final List<String> TARGET_PORTS = List.of("1", "2");

  private final ModelTable table;
  private final Scene scene;

  ModelRegistering(ModelTable table, Scene scene) {
    this.table = table;
    this.scene = scene;
  }

  /** 5.13.7, tables 67 to 69; the sender's key is right. */
  String register(ModelFields fields) {
    // 6.16.3: each of these bits, where it is not supported, ends the command.
    boolean supported =
        (scene.aptplSupported() || !fields.has(ModelFields.APTPL))
            && (scene.allTgPtSupported() || !fields.has(ModelFields.ALL_TG_PT))
            && (scene.specIPtSupported() || !fields.has(ModelFields.SPEC_I_PT));
    if (!supported) {
      return ModelOut.INVALID_FIELD_IN_LIST;
    }
    List<String> own = new ArrayList<>();
    for (String targetPort : targetPorts(fields)) {
      own.add(fields.initiatorPort() + "/" + targetPort);
    }
    if (fields.action() == ModelFields.REGISTER) {
      // ALL_TG_PT: "as if received individually through each target port", so each must let it.
      for (String nexus : own) {
        if (fields.key() != table.keyOf(nexus)) {
          return ModelOut.CONFLICT;
        }
      }
    }
    if (fields.actionKey() == 0) {
      if (table.isRegistered(fields.sender()) && fields.has(ModelFields.SPEC_I_PT)) {
        return ModelOut.INVALID_FIELD_IN_LIST;
      }
      return unregister(fields, own);
    }
    Set<String> all = new LinkedHashSet<>(own);
    if (fields.has(ModelFields.SPEC_I_PT)) {
      if (table.isRegistered(fields.sender())) {
        return ModelOut.INVALID_FIELD_IN_LIST;
      }
      for (String port : fields.ports()) {
        for (String targetPort : targetPorts(fields)) {
          all.add(port + "/" + targetPort);
        }
      }
      for (String nexus : all) {
        if (table.isRegistered(nexus)) {
          return ModelOut.INVALID_FIELD_IN_LIST; // table 67, note b
        }
      }
    }
    int more = 0;
    for (String nexus : all) {
      more += table.isRegistered(nexus) ? 0 : 1;
    }
    if (table.registrations().size() + more > scene.room()) {
      return ModelOut.NO_ROOM;
    }
    for (String nexus : all) {
      table.setKey(nexus, fields.actionKey());
    }
    return done(fields);
  }

  /** 5.13.11.2.3. */
  private String unregister(ModelFields fields, List<String> leaving) {
    boolean any = false;
    boolean holderLeaves = false;
    for (String nexus : leaving) {
      any |= table.isRegistered(nexus);
      holderLeaves |= nexus.equals(table.holder());
      table.remove(nexus);
    }
    if (!any) {
      return ModelOut.GOOD; // "do nothing", read so: neither PRgeneration nor APTPL
    }
    if (holderLeaves) {
      if (table.type() == 5 || table.type() == 6) {
        table.attendAllBut(fields.sender(), ModelOut.RESERVATIONS_RELEASED);
      }
      table.endReservation();
    }
    if (table.registrations().isEmpty()) {
      table.endReservation(); // the last one of an all registrants type
    }
    return done(fields);
  }

  /** 5.13.8, table 70; the sender is registered and its key is right. */
  String registerAndMove(ModelFields fields) {
    if (table.type() == 7 || table.type() == 8) {
      return ModelOut.CONFLICT;
    }
    if (table.type() == 0) {
      return ModelOut.INVALID_FIELD_IN_CDB;
    }
    if (!table.isHolder(fields.sender())) {
      return ModelOut.CONFLICT;
    }
    if (fields.actionKey() == 0) {
      return ModelOut.INVALID_FIELD_IN_LIST;
    }
    String port = fields.ports().getFirst();
    if (port.equals(fields.initiatorPort())) {
      return ModelOut.INVALID_FIELD_IN_LIST; // whatever the target port
    }
    if (fields.has(ModelFields.APTPL) && !scene.aptplSupported()) {
      return ModelOut.INVALID_FIELD_IN_LIST; // 6.16.4
    }
    // A choice: a target port that does not exist is an invalid field.
    String targetPort = String.valueOf(fields.relativePort());
    if (!TARGET_PORTS.contains(targetPort)) {
      return ModelOut.INVALID_FIELD_IN_LIST;
    }
    String destination = port + "/" + targetPort;
    int more = table.isRegistered(destination) ? 0 : 1;
    // A choice: the one that leaves makes room, for it all happens at once.
    int fewer = fields.has(ModelFields.UNREG) ? 1 : 0;
    if (table.registrations().size() + more - fewer > scene.room()) {
      return ModelOut.NO_ROOM;
    }
    table.setKey(destination, fields.actionKey());
    table.moveReservation(destination);
    if (fields.has(ModelFields.UNREG)) {
      table.remove(fields.sender());
    }
    return done(fields);
  }

  private String done(ModelFields fields) {
    table.setAptpl(fields.has(ModelFields.APTPL));
    table.countUp();
    return ModelOut.GOOD;
  }

  private static List<String> targetPorts(ModelFields fields) {
    return fields.has(ModelFields.ALL_TG_PT) ? TARGET_PORTS : List.of(fields.targetPort());
  }
}
