package org.holdfast.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the daemon tells, as the shell shows it. */
class ReportsTest {
  private static final String SESSION =
      """
      [{"id": "7", "initiator": "iqn.2026-11.org.example:a", "isid": "80:12:34", "tsih": 3,
        "target": "iqn.2026-11.org.example:t", "tpg": 1, "age_seconds": 7620, "luns": [0, 4],
        "reads": READS, "writes": 5, "read_bytes": READ, "write_bytes": 4096, "in_flight": 2,
        "connections": [{"address": "192.0.2.9:51000", "cid": 0, "header_digest": "CRC32C",
                         "data_digest": "None"}]}]
      """;

  private static String session(long reads, long bytes) {
    return SESSION.replace("READS", String.valueOf(reads)).replace("READ", String.valueOf(bytes));
  }

  @Test
  void sessionsShowWhoWhereAndHowFast() {
    ShellFixture fixture = ShellFixture.script();
    fixture.daemon.answer("/v1/sessions", session(10, 1000), session(20, 1000 + (1 << 20)));
    assertThat(fixture.good("sessions"))
        .isEqualTo(
            """
            session  initiator                  address          target                     tpg  LUNs  digests      age    read/s  written/s
            7        iqn.2026-11.org.example:a  192.0.2.9:51000  iqn.2026-11.org.example:t  1    0,4   CRC32C/None  2h07m  2.0MiB  0B
            """);
  }

  @Test
  void aSessionInDetailHasItsConnections() {
    ShellFixture fixture = ShellFixture.script();
    fixture.daemon.answer("/v1/sessions", session(10, 2048));
    assertThat(fixture.good("sessions detail sid=7"))
        .contains(
            "session 7: ISID 80:12:34, TSIH 3, 10 reads, 5 writes, 2.0KiB read, 4.0KiB written,"
                + " 2 in flight",
            "  connection 0 from 192.0.2.9:51000, header digest CRC32C, data digest None");
    assertThat(fixture.run("sessions list 8"))
        .isEqualTo("! sessions: there is no session 8; 'sessions' lists them\n");
  }

  @Test
  void noSessionsIsSaid() {
    ShellFixture fixture = ShellFixture.script();
    fixture.daemon.answer("/v1/sessions", "[]");
    assertThat(fixture.good("sessions")).isEqualTo("Nobody is logged in.\n");
  }

  private static final String RESERVATIONS =
      """
      [{"backstore": "fileio/d1", "wwn": "x", "generation": 7, "aptpl": true,
        "type": "Write Exclusive - Registrants Only",
        "registrants": [
          {"initiator": "iqn.2026-11.org.example:a", "isid": "80:12:34", "target_port": "1",
           "address": "192.0.2.9:51000", "key": "0x000000000000abcd", "holder": true},
          {"initiator": "iqn.2026-11.org.example:b", "isid": "80:56:78", "target_port": "1",
           "address": null, "key": "0x0000000000001234", "holder": false}]},
       {"backstore": "fileio/d2", "wwn": "y", "generation": 0, "aptpl": false, "type": null,
        "registrants": []}]
      """;

  @Test
  void reservationsAreATablePerDisk() {
    ShellFixture fixture = ShellFixture.script();
    fixture.daemon.answer("/v1/reservations", RESERVATIONS);
    assertThat(fixture.good("reservations"))
        .isEqualTo(
            """
            fileio/d1: Write Exclusive - Registrants Only, generation 7, APTPL on
              initiator                  ISID      address          path  key                 holder
              iqn.2026-11.org.example:a  80:12:34  192.0.2.9:51000  1     0x000000000000abcd  holder
              iqn.2026-11.org.example:b  80:56:78                   1     0x0000000000001234
            fileio/d2: not reserved, generation 0, APTPL off
              nobody is registered
            """);
    assertThat(fixture.good("reservations list /backstores/fileio/d2")).doesNotContain("d1");
    assertThat(fixture.run("reservations list fileio/d9"))
        .isEqualTo("! reservations: there is no disk fileio/d9; there are: fileio/d1, fileio/d2\n");
  }

  @Test
  void clearingReservationsAsksAndNamesTheGenerationThatWasShown() {
    ShellFixture fixture = ShellFixture.person("no", "yes");
    fixture
        .daemon
        .answer("/v1/reservations", RESERVATIONS)
        .answer("POST /v1/reservations/clear", "{}");
    assertThat(fixture.run("reservations clear fileio/d1"))
        .contains("generation 7", "! not done: the answer was not yes");
    assertThat(fixture.daemon.requests()).noneMatch(request -> request.startsWith("POST"));
    assertThat(fixture.good("reservations clear fileio/d1"))
        .endsWith("Nobody is registered with fileio/d1 any more.\n");
    assertThat(fixture.daemon.requests())
        .contains("POST /v1/reservations/clear {\"backstore\":\"fileio/d1\",\"generation\":7}");
  }

  @Test
  void aScriptHasToConfirmBeforehand() {
    ShellFixture fixture = ShellFixture.script();
    fixture
        .daemon
        .answer("/v1/reservations", RESERVATIONS)
        .answer("POST /v1/reservations/clear", "{}");
    assertThat(fixture.run("reservations clear fileio/d1")).contains("add confirm=true");
    assertThat(fixture.good("reservations clear fileio/d1 confirm=True")).contains("any more");
  }

  @Test
  void historyTellsWhoDidWhatToWhom() {
    ShellFixture fixture = ShellFixture.script();
    fixture.daemon.answer(
        "/v1/reservations/history?backstore=fileio%2Fd1",
        """
        [{"at": "2026-11-21T09:00:00Z", "backstore": "fileio/d1", "event": "preempt-and-abort",
          "by": "iqn.2026-11.org.example:a", "key": "0x1", "victims": ["iqn.2026-11.org.example:b"],
          "text": "took over"}]
        """);
    fixture.daemon.answer("/v1/reservations/history", "[]");
    assertThat(fixture.good("reservations history fileio/d1"))
        .contains(
            "2026-11-21T09:00:00Z  fileio/d1  preempt-and-abort  iqn.2026-11.org.example:a  0x1  "
                + "iqn.2026-11.org.example:b  took over");
    assertThat(fixture.good("reservations history")).isEqualTo("Nothing has happened.\n");
  }

  private static String statistics(long reads, long bytes, long micros) {
    return """
    {"uptime_seconds": 1,
     "units": [{"backstore": "fileio/d1", "reads": %d, "writes": 0, "read_bytes": %d,
                "write_bytes": 0, "read_micros_total": %d, "write_micros_total": 0,
                "in_flight": 3}],
     "sessions": [{"id": "7", "initiator": "iqn.2026-11.org.example:a", "reads": %d, "writes": 0,
                   "read_bytes": %d, "write_bytes": 0, "in_flight": 3}],
     "logins": {"ok": 4, "failed": 2, "refused_by_rate": 1}}
    """
        .formatted(reads, bytes, micros, reads, bytes);
  }

  @Test
  void topOnceMeasuresForASecond() {
    ShellFixture fixture = ShellFixture.script();
    fixture.daemon.answer(
        "/v1/statistics", statistics(100, 0, 0), statistics(300, 200 << 20, 100_000));
    assertThat(fixture.good("top once"))
        .contains("200      0         200.0MiB  0B         0.50", "logins: 4 ok, 2 failed, 1 ref");
  }

  @Test
  void topGoesOnUntilItIsInterrupted() {
    ShellFixture fixture = ShellFixture.terminal(3);
    fixture.daemon.answer("/v1/statistics", statistics(0, 0, 0));
    assertThat(fixture.good("top").split("\033\\[H\033\\[2J", -1)).hasSize(4);
  }

  @Test
  void withoutATerminalTopIsShownOnce() {
    ShellFixture fixture = ShellFixture.script();
    fixture.daemon.answer("/v1/statistics", statistics(0, 0, 0));
    assertThat(fixture.good("top")).doesNotContain("\033").containsOnlyOnce("fileio/d1");
  }

  @Test
  void capturesAreStartedListedAndEnded() {
    ShellFixture fixture = ShellFixture.script();
    fixture
        .daemon
        .answer("POST /v1/captures", "{\"id\": \"c1\"}")
        .answer(
            "/v1/captures",
            """
            [{"id": "c1", "session": "7", "initiator": "iqn.2026-11.org.example:a",
              "file": "/work/here/x", "state": "ended", "reason": "the disk is full",
              "bytes": 4096, "packets": 12, "lost_packets": 3},
             {"id": "c2", "session": null, "initiator": "iqn.2026-11.org.example:b",
              "file": "/work/here/y", "state": "waiting", "reason": "",
              "bytes": 248, "packets": 0, "lost_packets": 0}]
            """)
        .answer(
            "DELETE /v1/captures/c1",
            "{\"file\": \"/work/here/x\", \"bytes\": 4096, \"packets\": 12, \"lost_packets\": 3}");
    assertThat(fixture.good("capture start 7 file=x.pcapng limit=1M"))
        .isEqualTo("Capture c1 runs; 'capture stop c1' ends it.\n");
    assertThat(fixture.daemon.requests())
        .contains(
            "POST /v1/captures"
                + " {\"session\":\"7\",\"file\":\"/work/here/x.pcapng\",\"limit_bytes\":1048576}");
    assertThat(fixture.good("capture"))
        .isEqualTo(
            """
            capture  session  initiator                  state    size    packets  lost  file          reason
            c1       7        iqn.2026-11.org.example:a  ended    4.0KiB  12       3     /work/here/x  the disk is full
            c2       any      iqn.2026-11.org.example:b  waiting  248B    0        0     /work/here/y
            """);
    assertThat(fixture.good("capture stop c1"))
        .isEqualTo(
            "Capture c1 has ended: /work/here/x, 4.0KiB, 12 packets, about 3 lost because the file"
                + " was too slow.\n");
    assertThat(fixture.daemon.requests()).contains("DELETE /v1/captures/c1");
    fixture.daemon.answer(
        "DELETE /v1/captures/c3", "{\"state\": \"ending\", \"file\": \"/work/here/z\"}");
    assertThat(fixture.run("capture stop c3"))
        .isEqualTo(
            "! capture stop: nothing more is recorded, but /work/here/z is slow to take what there"
                + " is; 'capture' shows when it has ended\n");
    assertThat(fixture.run("capture stop ../config")).contains("! capture stop: say which capture");
    assertThat(fixture.good("capture start file=y initiator=iqn.2026-11.org.example:b"))
        .isEqualTo(
            "Capture c1 waits for iqn.2026-11.org.example:b to log in; 'capture stop c1' ends"
                + " it.\n");
    assertThat(fixture.daemon.requests())
        .contains(
            "POST /v1/captures"
                + " {\"initiator\":\"iqn.2026-11.org.example:b\",\"file\":\"/work/here/y\"}");
    assertThat(fixture.run("capture start 7 file=y initiator=iqn.2026-11.org.example:b"))
        .isEqualTo("! capture start: say either a session or an initiator\n");
    fixture.daemon.answer("/v1/captures", "[]");
    assertThat(fixture.good("capture")).isEqualTo("Nothing is captured.\n");
  }

  private static final String CHANGED =
      """
      {"revision": 5, "changes": [
        {"kind": "add", "what": "disk fileio/d2", "path": "x", "detail": "", "sessions_dropped": []},
        {"kind": "remove", "what": "acl a of t tpg1", "path": "y", "detail": "",
         "sessions_dropped": ["iqn.a at iqn.t tpg1"]},
        {"kind": "change", "what": "disk fileio/d1", "path": "z", "detail": "size 1 -> 2",
         "sessions_dropped": []}],
       "warnings": [{"path": "tragets", "message": "unknown key"}]}
      """;

  @Test
  void aPlanSaysWhatWouldChangeAndWhoWouldLeave(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("c.json"), "{\"targets\": []}");
    ShellFixture fixture = ShellFixture.script();
    fixture.daemon.answer("POST /v1/config/plan", CHANGED);
    assertThat(fixture.good("plan " + file))
        .isEqualTo(
            """
            add    disk fileio/d2
            remove acl a of t tpg1
            change disk fileio/d1: size 1 -> 2
            would end the session of iqn.a at iqn.t tpg1
            Warning: tragets: unknown key
            """);
    assertThat(fixture.daemon.requests())
        .contains("POST /v1/config/plan {\"document\":{\"targets\":[]}}");
    Files.writeString(file, "[1");
    assertThat(fixture.run("plan " + file)).contains("is not one JSON object");
  }

  @Test
  void applyRestoreAndRollbackSayWhatChanged() {
    ShellFixture fixture = ShellFixture.script();
    fixture
        .daemon
        .answer("POST /v1/config/load", CHANGED)
        .answer("POST /v1/config/rollback", "{\"revision\": 6, \"changes\": [], \"warnings\": []}")
        .answer(
            "/v1/config/backups",
            "[{\"name\": \"b1\", \"saved\": \"2026-11-21T09:00:00Z\", \"bytes\": 9,"
                + " \"summary\": \"create d1\"}]");
    assertThat(fixture.good("restoreconfig saved.json clear_existing=true"))
        .contains("add    disk fileio/d2", "Ended the session of iqn.a at iqn.t tpg1");
    assertThat(fixture.daemon.requests())
        .contains("POST /v1/config/load {\"file\":\"/work/here/saved.json\"}");
    assertThat(fixture.good("rollback b1")).isEqualTo("Nothing changed.\n");
    assertThat(fixture.daemon.requests()).contains("POST /v1/config/rollback {\"backup\":\"b1\"}");
    assertThat(fixture.good("rollback list=true")).contains("b1", "2026-11-21T09:00:00Z", "create");
  }

  @Test
  void versionSaysWhoAnswers() {
    ShellFixture fixture = ShellFixture.script();
    fixture.daemon.answer(
        "/v1/version",
        "{\"name\": \"holdfast\", \"version\": \"1.2\", \"api\": 1, \"java\": \"25\","
            + " \"pid\": 42, \"started\": \"2026-11-21T09:00:00Z\"}");
    assertThat(fixture.good("version"))
        .isEqualTo("holdfast 1.2, API 1, Java 25, process 42, since 2026-11-21T09:00:00Z\n");
  }
}
