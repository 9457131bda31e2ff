package org.holdfast.control;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.holdfast.config.Addresses;
import org.holdfast.daemon.Daemon;
import org.holdfast.iscsi.session.LoginRecord;
import org.holdfast.iscsi.session.SessionInfo;
import org.holdfast.scsi.IoCounters;
import org.holdfast.scsi.LogicalUnit;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Who is there and what they move: sessions, counters, failed logins. */
final class TrafficView {
  private TrafficView() {}

  /** The sessions as a plan sees them. */
  static List<Plan.Session> sessions(Daemon daemon) {
    return daemon.sessions().stream()
        .map(
            session ->
                new Plan.Session(
                    session.nexus().initiator().name(),
                    session.nexus().target().name(),
                    session.nexus().target().portalGroupTag(),
                    session.local()))
        .toList();
  }

  static ArrayNode sessions(Daemon daemon, Instant now) {
    Map<LogicalUnit, String> names = backstores(daemon);
    ArrayNode list = Json.array();
    for (SessionInfo session : daemon.sessions()) {
      session(session, names, now, list.addObject());
    }
    return list;
  }

  private static Map<LogicalUnit, String> backstores(Daemon daemon) {
    Map<LogicalUnit, String> names = new HashMap<>();
    daemon.disks().forEach(disk -> names.put(disk.unit(), disk.object().backstore()));
    return names;
  }

  /** As the login keys HeaderDigest and DataDigest say it (RFC 7143 clause 13.1). */
  private static String digest(boolean computed) {
    return computed ? "CRC32C" : "None";
  }

  private static void session(
      SessionInfo session, Map<LogicalUnit, String> names, Instant now, ObjectNode json) {
    json.put("id", String.valueOf(session.tsih()));
    json.put("initiator", session.nexus().initiator().name());
    json.put("isid", "0x%012x".formatted(session.nexus().initiator().isid()));
    json.put("tsih", session.tsih());
    json.put("target", session.nexus().target().name());
    json.put("tpg", session.nexus().target().portalGroupTag());
    json.putArray("connections")
        .addObject()
        .put("address", Addresses.format(session.remote()))
        .put("portal", Addresses.format(session.local()))
        .put("cid", session.connectionId())
        .put("header_digest", digest(session.headerDigest()))
        .put("data_digest", digest(session.dataDigest()));
    json.put("age_seconds", Math.max(0, Duration.between(session.since(), now).toSeconds()));
    SessionInfo.Traffic traffic = session.traffic();
    json.put("reads", traffic.reads());
    json.put("writes", traffic.writes());
    json.put("read_bytes", traffic.readBytes());
    json.put("write_bytes", traffic.writtenBytes());
    json.put("in_flight", traffic.inFlight());
    ArrayNode luns = json.putArray("luns");
    session
        .luns()
        .units()
        .forEach(
            (lun, mapped) ->
                luns.add(
                    "lun"
                        + lun
                        + " -> "
                        + names.getOrDefault(mapped.unit(), "naa." + mapped.unit().identity().naa())
                        + (mapped.readOnly() ? " (read-only)" : "")));
  }

  /** Counters that only grow; who asks twice knows rates. */
  static ObjectNode statistics(Daemon daemon, Instant now, long nanos) {
    ObjectNode json = Json.object().put("at_nanos", nanos);
    ArrayNode units = json.putArray("units");
    for (Daemon.ServedDisk disk : daemon.disks()) {
      IoCounters counters = disk.unit().counters();
      units
          .addObject()
          .put("backstore", disk.object().backstore())
          .put("reads", counters.reads())
          .put("writes", counters.writes())
          .put("read_bytes", counters.allReadBytes())
          .put("write_bytes", counters.allWrittenBytes())
          .put("read_micros_total", counters.readNanos() / 1000)
          .put("write_micros_total", counters.writeNanos() / 1000)
          .put("in_flight", counters.inFlight());
    }
    json.set("sessions", sessions(daemon, now));
    LoginRecord.Totals logins = daemon.logins().totals();
    json.putObject("logins")
        .put("ok", logins.succeeded())
        .put("failed", logins.failed())
        .put("refused_by_rate", logins.refusedByRate());
    return json;
  }

  static ArrayNode failedLogins(Daemon daemon) {
    ArrayNode list = Json.array();
    for (LoginRecord.Failures failures : daemon.logins().failures()) {
      InetAddress address = failures.address();
      list.addObject()
          .put("address", address.getHostAddress())
          .put("count", failures.count())
          .put("last", failures.last().truncatedTo(ChronoUnit.MILLIS).toString())
          .put("reason", failures.reason());
    }
    return list;
  }
}
