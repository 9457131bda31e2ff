package org.holdfast.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.holdfast.control.client.ControlClient;
import org.holdfast.control.client.ControlException;
import org.holdfast.daemon.Daemon;
import org.holdfast.daemon.StartException;
import org.holdfast.daemon.Unmade;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** What the control API says to who asks for what cannot be, word by word. */
@Timeout(60)
class ControlRefusalsTest {
  @TempDir Path dir;

  private interface Request {
    Object send() throws ControlException;
  }

  private static void refused(Request request, int status, String detail) {
    ControlException e = catchThrowableOfType(ControlException.class, request::send);
    assertThat(e).as("refused").isNotNull();
    assertThat(e.status() + " " + e.detail()).isEqualTo(status + " " + detail);
  }

  @Test
  void starsForASecretThatIsNotThere() throws Exception {
    try (Fixture here = new Fixture(dir)) {
      ObjectNode wanted = here.document();
      Fixture.group(wanted).withArray("node_acls").addObject().put("node_wwn", Fixture.NODE + "2");
      ((ObjectNode) wanted.at("/targets/0/tpgs/0/node_acls/1"))
          .put("chap_userid", "eve")
          .put("chap_password", Mask.STARS);
      refused(() -> here.put(wanted), 422, "a secret is missing; nothing was changed");
    }
  }

  @Test
  void aDocumentWithOneFault() throws Exception {
    try (Fixture here = new Fixture(dir)) {
      ObjectNode wanted = here.document();
      ((ObjectNode) Fixture.disks(wanted).get(0)).put("size", "much").remove("create");
      refused(
          () -> here.put(wanted), 422, "this configuration cannot be served; nothing was changed");
    }
  }

  @Test
  void memoryOfAnotherSize() throws Exception {
    try (Fixture here = new Fixture(dir)) {
      ObjectNode wanted = here.document();
      ((ObjectNode) Fixture.disks(wanted).get(1)).put("size", 4096);
      refused(
          () -> here.put(wanted),
          422,
          "ramdisk/two: has 1048576 bytes and cannot be given 4096: memory cannot be resized;"
              + " delete the disk and make it anew; nothing was changed");
    }
  }

  @Test
  void aDocumentThatWouldBeTooLongToBeReadAgain() throws Exception {
    Files.writeString(dir.resolve("saveconfig.json"), Fixture.text(dir));
    StartingPoint start = StartingPoint.read(dir.resolve("saveconfig.json"), dir);
    ConfigService service =
        new ConfigService((_, _, keeper) -> keeper.keep(), start, List.of(), List::of);
    ObjectNode wanted = start.document().deepCopy().put("comment", "x".repeat(KeptFile.LONGEST));
    Problem problem =
        catchThrowableOfType(Problem.class, () -> service.change(wanted, OptionalLong.empty(), ""));
    assertThat(problem.kind()).isEqualTo(Problem.Kind.TOO_LARGE);
    assertThat(problem)
        .hasMessageStartingWith("the configuration would be 1677")
        .hasMessageEndingWith(" bytes long, more than 16777216; nothing was changed");
  }

  @Test
  void pathsThatAreNone() throws Exception {
    try (Fixture here = new Fixture(dir)) {
      refused(
          () -> here.client.post("/v1/config/load", Json.object().put("file", "/a\u0000b")),
          422,
          "\"/a\u0000b\" is not a path: Nul character not allowed");
      refused(
          () -> here.client.post("/v1/config/load", Json.object().put("file", dir.toString())),
          422,
          dir
              + " cannot be read by the daemon: java.io.IOException: Is a directory; let its user"
              + " read it");
    }
  }

  @Test
  void clearingWithoutHavingLooked() throws Exception {
    try (Fixture here = new Fixture(dir)) {
      ObjectNode clear = Json.object().put("backstore", "ramdisk/two");
      refused(
          () -> here.client.post("/v1/reservations/clear", clear),
          400,
          "the body's \"generation\" is missing: send the one that GET /v1/reservations shows, so"
              + " that nothing is cleared that you have not seen");
      refused(
          () -> here.client.post("/v1/reservations/clear", clear.put("generation", 7)),
          409,
          "ramdisk/two: its reservations were changed meanwhile, the generation is 0 now and not"
              + " 7; look at them again and repeat if you still want it");
      here.daemon.disks().get(1).unit().takeOffline("for the test");
      refused(
          () -> here.client.post("/v1/reservations/clear", clear.put("generation", 0)),
          422,
          "ramdisk/two is offline, for the test; put that right and restart the daemon");
    }
  }

  @Test
  void portalsOfADaemonThatWasGivenOthers() throws Exception {
    Path file = Files.writeString(dir.resolve("saveconfig.json"), Fixture.text(dir));
    StartingPoint start = StartingPoint.read(file, dir);
    InetSocketAddress portal = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    Path socket = dir.resolve("s");
    try (Daemon daemon =
            Daemon.start(
                start.loaded().configuration().withPortals(List.of(portal)), dir.resolve("state"));
        ControlServer server = ControlServer.start(daemon, start, List.of(portal), socket)) {
      assertThat(server.port()).isEmpty();
      ControlClient client = ControlClient.at(socket);
      ObjectNode wanted = (ObjectNode) client.get("/v1/config").get("document");
      Fixture.group(wanted).withArray("portals").addObject().put("ip_address", "127.0.0.2");
      refused(
          () -> client.put("/v1/config", Json.object().set("document", wanted)),
          422,
          "portal 127.0.0.2:3260 of "
              + Fixture.TARGET
              + " tpg1: this daemon was started with --portal, which stands above the portals of"
              + " the configuration; restart it without --portal to change them");
    }
  }

  @Test
  void aDaemonThatIsEndingChangesNothing() throws Exception {
    Daemon daemon;
    try (Fixture here = new Fixture(dir)) {
      daemon = here.daemon;
    }
    assertThatThrownBy(() -> daemon.apply(daemon.configuration(), Unmade.REFUSED, () -> {}))
        .isInstanceOf(StartException.class)
        .hasMessage("the daemon is ending; nothing is changed any more");
  }

  // ---- Requests that no client of ours makes.

  private static String raw(Fixture here, String request) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(here.socket))) {
      ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void whatIsNoRequest() throws Exception {
    try (Fixture here = new Fixture(dir)) {
      assertThat(raw(here, "hello\r\n\r\n"))
          .startsWith("HTTP/1.1 400 ")
          .contains("this is no request of HTTP/1.1");
      assertThat(
              raw(here, "PUT /v1/config HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n"))
          .startsWith("HTTP/1.1 413 ")
          .contains("the request is longer than 16777216 bytes, which is the most");
      String body = "{\"document\": {}}";
      assertThat(
              raw(
                  here,
                  "PUT /v1/config HTTP/1.1\r\nHost: h\r\nConnection: close\r\nIf-Match: \"x\"\r\n"
                      + "Content-Length: %d\r\n\r\n%s".formatted(body.length(), body)))
          .startsWith("HTTP/1.1 400 ")
          .contains("\\\" is no revision; send the ETag of GET /v1/config");
    }
  }
}
