package org.holdfast.control;

import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.holdfast.config.Addresses;
import org.holdfast.daemon.Daemon;
import org.holdfast.iscsi.session.SessionInfo;
import org.holdfast.pr.Nexus;
import org.holdfast.pr.Reservation;
import org.holdfast.pr.ReservationChange;
import org.holdfast.pr.ReservationState;
import org.holdfast.scsi.ClearResult;
import org.holdfast.scsi.RecentReservationEvents;
import org.holdfast.scsi.ReservationEvent;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Who has reserved what, who has fenced whom, and the way out when nobody is left to ask. */
final class ReservationView {
  /** The reservation of SPC-2, which has no type of its own. */
  private static final String LEGACY = "RESERVE of SPC-2";

  private static final int PATIENCE_SECONDS = 30;

  private final Daemon daemon;

  ReservationView(Daemon daemon) {
    this.daemon = daemon;
  }

  ArrayNode tables() {
    List<SessionInfo> sessions = daemon.sessions();
    ArrayNode list = Json.array();
    for (Daemon.ServedDisk disk : daemon.disks()) {
      table(disk, sessions, list.addObject());
    }
    return list;
  }

  private static void table(Daemon.ServedDisk disk, List<SessionInfo> sessions, ObjectNode json) {
    ReservationState state = disk.unit().reservations();
    Reservation held = state.reservation();
    json.put("backstore", disk.object().backstore());
    json.put("wwn", disk.unit().identity().serial());
    json.put("generation", state.generation());
    json.put("aptpl", state.aptpl());
    ArrayNode registrants = json.putArray("registrants");
    Nexus legacy = state.legacyHolder();
    if (legacy != null) {
      json.put("type", LEGACY).put("scope", "LU");
      registrant(legacy, 0, true, sessions, registrants.addObject());
      return;
    }
    json.put("type", held == null ? null : held.type().words());
    json.put("scope", held == null ? null : "LU");
    state
        .registrations()
        .forEach(
            (nexus, key) ->
                registrant(nexus, key, state.isHolder(nexus), sessions, registrants.addObject()));
  }

  private static void registrant(
      Nexus nexus, long key, boolean holder, List<SessionInfo> sessions, ObjectNode json) {
    json.put("initiator", nexus.initiator().name());
    json.put("isid", "0x%012x".formatted(nexus.initiator().isid()));
    json.put("target_port", nexus.target().portName());
    json.put(
        "address",
        sessions.stream()
            .filter(session -> session.nexus().equals(nexus))
            .map(session -> Addresses.format(session.remote()))
            .findFirst()
            .orElse(null));
    json.put("key", key(key));
    json.put("holder", holder);
  }

  private static String key(long key) {
    return "0x%016x".formatted(key);
  }

  // ---- History.

  /**
   * @param backstore of one disk; empty: of all
   */
  ArrayNode history(Optional<String> backstore) throws Problem {
    if (backstore.isPresent()) {
      find(backstore.get());
    }
    record Line(RecentReservationEvents.Dated dated, String backstore) {}
    List<Line> lines = new ArrayList<>();
    for (Daemon.ServedDisk disk : daemon.disks()) {
      String name = disk.object().backstore();
      if (backstore.isEmpty() || backstore.get().equals(name)) {
        disk.events().events().forEach(dated -> lines.add(new Line(dated, name)));
      }
    }
    lines.sort((a, b) -> a.dated().at().compareTo(b.dated().at()));
    ArrayNode list = Json.array();
    for (Line line : lines) {
      ObjectNode json = list.addObject();
      json.put("at", line.dated().at().truncatedTo(ChronoUnit.MILLIS).toString());
      json.put("backstore", line.backstore());
      event(line.dated().event(), json);
    }
    return list;
  }

  private static void event(ReservationEvent event, ObjectNode json) {
    switch (event) {
      case ReservationEvent.Persistent e -> persistent(e, json);
      case ReservationEvent.Legacy e ->
          describe(
              json,
              word(e.cause().name()),
              e.by().initiator().portName(),
              null,
              List.of(),
              word(e.cause().name())
                  + " by "
                  + e.by().describe()
                  + " from "
                  + e.address()
                  + (e.after() == null ? ": free" : ": reserved"));
      case ReservationEvent.Cleared e -> {
        List<String> losers = losers(ReservationChange.keyChanges(e.before(), e.after()));
        describe(
            json,
            "clear",
            "administrator",
            null,
            losers,
            "cleared by the administrator; " + losers.size() + " registrations ended");
      }
    }
  }

  private static void persistent(ReservationEvent.Persistent event, ObjectNode json) {
    ReservationChange change = event.change();
    List<String> fenced = losers(change.fenced());
    int aborted = event.aborted().values().stream().mapToInt(Integer::intValue).sum();
    String action = word(change.action().name());
    StringBuilder text = new StringBuilder(action);
    text.append(" by ").append(change.sender().describe()).append(" from ").append(event.address());
    if (change.isReservationChanged()) {
      Reservation now = change.heldAfter();
      text.append(now == null ? "; nothing is reserved" : "; reserved, " + now.type().words());
    }
    if (!fenced.isEmpty()) {
      text.append("; fenced ").append(String.join(", ", fenced));
    }
    if (aborted > 0) {
      text.append("; ").append(aborted).append(" commands aborted");
    }
    text.append("; ").append(change.registeredAfter()).append(" registered");
    describe(
        json,
        action,
        change.sender().initiator().portName(),
        key(change.serviceActionKey() != 0 ? change.serviceActionKey() : change.reservationKey()),
        fenced,
        text.toString());
  }

  private static List<String> losers(List<ReservationChange.KeyChange> changes) {
    return changes.stream()
        .filter(ReservationChange.KeyChange::isLoss)
        .map(change -> change.nexus().initiator().portName())
        .toList();
  }

  private static void describe(
      ObjectNode json,
      String event,
      String by,
      @Nullable String key,
      List<String> victims,
      String text) {
    json.put("event", event).put("by", by).put("key", key);
    json.set("victims", Json.texts(victims));
    json.put("text", text);
  }

  private static String word(String constant) {
    return constant.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  // ---- Clear.

  ObjectNode clear(String backstore, OptionalLong generation) throws Problem {
    Daemon.ServedDisk disk = find(backstore);
    if (generation.isEmpty()) {
      throw new Problem(
          Problem.Kind.NOT_UNDERSTOOD,
          "the body's \"generation\" is missing: send the one that GET /v1/reservations shows, so"
              + " that nothing is cleared that you have not seen");
    }
    CompletableFuture<ClearResult> answer = new CompletableFuture<>();
    disk.unit().clearReservations(generation.getAsLong(), answer::complete);
    switch (await(answer, backstore)) {
      case CLEARED -> {}
      case CHANGED_MEANWHILE ->
          throw new Problem(
              Problem.Kind.CONFLICT,
              backstore
                  + ": its reservations were changed meanwhile, the generation is "
                  + disk.unit().reservations().generation()
                  + " now and not "
                  + generation.getAsLong()
                  + "; look at them again and repeat if you still want it");
      case OFFLINE ->
          throw new Problem(
              Problem.Kind.INVALID,
              backstore
                  + " is offline, "
                  + disk.unit().offlineReason()
                  + "; put that right and restart the daemon");
      case NOT_DURABLE ->
          throw new Problem(
              Problem.Kind.NOT_KEPT,
              backstore
                  + ": the empty table could not be kept in the state directory, so nothing was"
                  + " changed; the log says why");
    }
    return Json.object()
        .put("backstore", backstore)
        .put("generation", disk.unit().reservations().generation());
  }

  private static ClearResult await(CompletableFuture<ClearResult> answer, String backstore)
      throws Problem {
    try {
      return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException _) {
      throw new Problem(
          Problem.Kind.DEFECT,
          backstore
              + ": not cleared yet after "
              + PATIENCE_SECONDS
              + " s, an earlier change is still under way; look again later");
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException("nothing here fails or interrupts", e);
    }
  }

  private Daemon.ServedDisk find(String backstore) throws Problem {
    return daemon.disks().stream()
        .filter(disk -> disk.object().backstore().equals(backstore))
        .findFirst()
        .orElseThrow(
            () ->
                new Problem(
                    Problem.Kind.NOT_FOUND,
                    "there is no disk "
                        + backstore
                        + "; there are "
                        + daemon.disks().stream().map(disk -> disk.object().backstore()).toList()));
  }
}
