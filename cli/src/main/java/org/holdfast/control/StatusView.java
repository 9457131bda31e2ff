package org.holdfast.control;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.holdfast.config.Addresses;
import org.holdfast.config.Configuration;
import org.holdfast.config.StorageObject;
import org.holdfast.daemon.Daemon;
import org.holdfast.scsi.LogicalUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** GET /v1/status: what is there, beside what is configured. */
final class StatusView {
  private StatusView() {}

  static ObjectNode of(Daemon daemon, List<Plan.Session> sessions) {
    ObjectNode status = Json.object();
    Configuration configuration = daemon.configuration();
    ArrayNode disks = status.putArray("storage_objects");
    for (Daemon.ServedDisk disk : daemon.disks()) {
      disk(disk, configuration, disks.addObject());
    }
    ArrayNode targets = status.putArray("targets");
    for (Configuration.Target target : configuration.targets()) {
      ObjectNode one = targets.addObject().put("wwn", target.name());
      ArrayNode groups = one.putArray("tpgs");
      for (Configuration.PortalGroup group : target.portalGroups()) {
        group(daemon, target, group, sessions, groups.addObject());
      }
    }
    return status;
  }

  private static void disk(Daemon.ServedDisk disk, Configuration configuration, ObjectNode json) {
    StorageObject object = disk.object();
    LogicalUnit unit = disk.unit();
    json.put("plugin", object.plugin().word());
    json.put("name", object.name());
    json.put("path", object.dev().map(Object::toString).orElse(null));
    boolean ready = unit.device().ready();
    json.put("size", ready ? unit.device().profile().size() : object.size());
    @Nullable String offline = unit.offlineReason();
    if (offline != null) {
      json.put("state", "offline").put("reason", offline);
    } else if (!ready) {
      json.put("state", "absent").put("reason", disk.reason());
    } else if (unit.notReady() != null) {
      json.put("state", "not ready");
      json.put("reason", "stopped or ejected by an initiator, or its settings cannot be read");
    } else {
      json.put("state", "ready");
    }
    json.put("cache", cache(object));
    json.put("wwn", unit.identity().serial());
    json.put("naa", unit.identity().naa());
    ArrayNode luns = json.putArray("luns");
    for (Configuration.Target target : configuration.targets()) {
      for (Configuration.PortalGroup group : target.portalGroups()) {
        for (Map.Entry<Integer, String> lun : group.luns().entrySet()) {
          if (lun.getValue().equals(object.backstore())) {
            luns.add(target.name() + "/tpg" + group.tag() + "/lun" + lun.getKey());
          }
        }
      }
    }
  }

  private static String cache(StorageObject object) {
    return switch (object.access()) {
      case READ_ONLY -> "read-only";
      case WRITE_BACK -> "write-back";
      case WRITE_THROUGH ->
          object.buffering() == StorageObject.Buffering.DIRECT ? "direct" : "write-through";
    };
  }

  private static void group(
      Daemon daemon,
      Configuration.Target target,
      Configuration.PortalGroup group,
      List<Plan.Session> sessions,
      ObjectNode json) {
    json.put("tag", group.tag());
    json.put("enabled", group.enabled());
    ArrayNode portals = json.putArray("portals");
    for (Daemon.BoundPortal portal : daemon.portals()) {
      if (portal.target().equals(target.name()) && portal.tag() == group.tag()) {
        InetSocketAddress address = portal.address();
        portals.addObject().put("address", Addresses.format(address));
      }
    }
    json.put(
        "sessions",
        sessions.stream()
            .filter(
                session -> session.target().equals(target.name()) && session.tag() == group.tag())
            .count());
  }
}
