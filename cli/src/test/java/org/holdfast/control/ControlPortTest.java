package org.holdfast.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.holdfast.config.Addresses;
import org.holdfast.config.ControlToken;
import org.holdfast.config.PrivateFiles;
import org.holdfast.control.client.ControlAddress;
import org.holdfast.control.client.ControlClient;
import org.holdfast.control.client.ControlException;
import org.holdfast.daemon.StartException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The control API at a TCP port. */
@Timeout(60)
class ControlPortTest {
  private static final String TOKEN = "0123456789abcdef";

  @TempDir private Path dir;
  private ControlPlaces.Tcp tcp;
  private Fixture here;
  private InetSocketAddress port;

  @BeforeEach
  void start() throws Exception {
    tcp =
        new ControlPlaces.Tcp(
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
            ControlToken.read(file("token", TOKEN), PrivateFiles.ofThisProcess()));
    here = new Fixture(dir, dir.resolve("saveconfig.json"), Optional.of(tcp));
    port = here.server.port().orElseThrow();
  }

  @AfterEach
  void stop() {
    here.close();
  }

  private Path file(String name, String token) throws IOException {
    Path file = Files.writeString(dir.resolve(name), token + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private ControlClient client(Path token) throws ControlException {
    return new CheckedClient(
        ControlClient.at(ControlAddress.of("http://" + Addresses.format(port), token)));
  }

  /** What comes back until the daemon ends the connection. */
  private String send(String request) throws IOException {
    try (Socket socket = new Socket(port.getAddress(), port.getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return read(socket.getInputStream());
    }
  }

  private static String read(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  private String get(String... headers) throws IOException {
    StringBuilder request = new StringBuilder("GET /v1/version HTTP/1.1\r\nConnection: close\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    return send(request + "\r\n");
  }

  private String host() {
    return "Host: " + Addresses.format(port);
  }

  @Test
  void whoHasTheTokenIsServedAsAtTheSocket() throws Exception {
    ControlClient client = client(dir.resolve("token"));
    assertThat(client.get("/v1/config")).isEqualTo(here.client.get("/v1/config"));
    var wanted = here.document();
    Fixture.disks(wanted).remove(1);
    assertThat(
            client.put("/v1/config", Json.object().set("document", wanted)).get("revision").asInt())
        .isEqualTo(2);
    assertThat(get(host(), "Authorization: Bearer " + TOKEN)).startsWith("HTTP/1.1 200 OK");
    assertThat(get("Host: localhost", "authorization: bearer  " + TOKEN))
        .startsWith("HTTP/1.1 200 OK");
  }

  @Test
  void withoutTheTokenNothingIsToldAndNothingIsDone() throws Exception {
    for (String[] headers :
        new String[][] {
          {host()},
          {host(), "Authorization: Bearer"},
          {host(), "Authorization: Basic " + TOKEN},
          {host(), "Authorization: " + TOKEN},
          {host(), "Authorization: Bearer " + TOKEN, "Authorization: Bearer " + TOKEN}
        }) {
      assertThat(get(headers))
          .startsWith("HTTP/1.1 401 ")
          .containsIgnoringCase("\r\nwww-authenticate: Bearer realm=\"holdfast\"\r\n")
          .containsIgnoringCase("\r\ncontent-type: application/problem+json\r\n")
          .contains(
              "send the header 'Authorization: Bearer TOKEN' with the token from the file that the"
                  + " daemon was started with (--control-token)")
          .doesNotContain(TOKEN, "\"pid\"");
    }
    for (String wrong : List.of(TOKEN + "0", TOKEN.substring(1), "x")) {
      assertThat(get(host(), "Authorization: Bearer " + wrong))
          .startsWith("HTTP/1.1 401 ")
          .contains(
              "the token is not the daemon's; it read its own from the file named by"
                  + " --control-token when it started")
          .doesNotContain(TOKEN, "\"pid\"");
    }
    ControlException e =
        catchThrowableOfType(
            ControlException.class,
            () -> client(file("other", "fedcba9876543210")).post("/v1/config/rollback", null));
    assertThat(e.status()).isEqualTo(401);
    assertThat(e.title()).isEqualTo("not allowed");
    var wanted = Json.object();
    var document = here.document();
    Fixture.disks(document).remove(1);
    wanted.set("document", document);
    assertThatThrownBy(() -> client(dir.resolve("other")).put("/v1/config", wanted))
        .isInstanceOf(ControlException.class);
    here.client.post("/v1/config/plan", wanted); // Comes after every change that was let in.
    assertThat(here.revision()).isEqualTo(1);
  }

  /** The body is announced and never sent: the answer does not wait for it. */
  @Test
  void theBodyOfAStrangerIsNotTakenIn() throws Exception {
    String head = "PUT /v1/config HTTP/1.1\r\n" + host() + "\r\nContent-Length: 1000000\r\n\r\n{";
    assertThat(send(head)).startsWith("HTTP/1.1 401 ");
    assertThat(send("no request of HTTP\r\n\r\n")).startsWith("HTTP/1.1 421 ");
    // Two at once: the second is not looked at, whatever it shows.
    String second =
        "GET /v1/version HTTP/1.1\r\n" + host() + "\r\nAuthorization: Bearer " + TOKEN + "\r\n\r\n";
    assertThat(send("GET / HTTP/1.1\r\n" + host() + "\r\n\r\n" + second)).doesNotContain("200 OK");
  }

  @Test
  void aNameThatSomebodyLetLeadHereIsNotAnswered() throws Exception {
    String token = "Authorization: Bearer " + TOKEN;
    for (String host :
        List.of("evil.example.org", "localhost.evil.example.org:1", "192.0.2.1", "[::2]", "")) {
      assertThat(get("Host: " + host, token))
          .startsWith("HTTP/1.1 421 ")
          .contains("the header Host says '" + host + "'; only http://127.0.0.1, http://[::1] and")
          .doesNotContain("\"pid\"");
    }
    assertThat(get(token))
        .startsWith("HTTP/1.1 421 ")
        .contains(
            "says nothing that is clear; only http://127.0.0.1, http://[::1] and http://localhost"
                + " are answered here");
    assertThat(get(host(), "Host: evil.example.org", token)).startsWith("HTTP/1.1 421 ");
    for (String host : List.of("LOCALHOST", "127.3.2.1:99", "[::1]:5")) {
      assertThat(get("Host: " + host, token)).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void thereIsAnEndToConnectionsSoThatFilesAreLeftForTheRest() throws Exception {
    List<Socket> open = new ArrayList<>();
    try {
      for (int i = 0; i < TokenGuard.CONNECTIONS; i++) {
        open.add(new Socket(port.getAddress(), port.getPort()));
      }
      try (Socket oneMore = new Socket(port.getAddress(), port.getPort())) {
        oneMore.setSoTimeout(10_000);
        assertThat(oneMore.getInputStream().read()).isNegative();
      }
      assertThat(here.client.get("/v1/version").get("api").asInt()).isEqualTo(1);
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
    String request = "GET /v1/version HTTP/1.1\r\n" + host() + "\r\n\r\n";
    String answer = "";
    while (!answer.startsWith("HTTP/1.1 401 ")) { // The places become free soon.
      try {
        answer = send(request);
      } catch (IOException e) {
        answer = "";
      }
    }
  }

  @Test
  void onlyThisMachineMayAskAndThePortMustBeFree() throws Exception {
    for (String address : List.of("0.0.0.0", "192.0.2.1", "::")) {
      assertThatThrownBy(
              () ->
                  new ControlPlaces.Tcp(
                      new InetSocketAddress(InetAddress.ofLiteral(address), 1), tcp.token()))
          .hasMessageContaining("is not a loopback address: token and secrets would cross the");
    }
    StartingPoint start = StartingPoint.read(here.file, dir);
    assertThatThrownBy(
            () ->
                ControlServer.start(
                    here.daemon,
                    start,
                    List.of(),
                    new ControlPlaces(
                        Optional.empty(), Optional.of(new ControlPlaces.Tcp(port, tcp.token())))))
        .isInstanceOf(StartException.class)
        .hasMessageMatching(
            "control port 127.0.0.1:[0-9]+ cannot be used: .*Address already in use.*; choose"
                + " another one with --control-tcp");
  }

  @Test
  void nobodyAtThePortIsExplained() throws Exception {
    Path token = dir.resolve("token");
    here.close();
    assertThatThrownBy(() -> client(token).get("/v1/version"))
        .hasStackTraceContaining(
            "asking the daemon at http://%1$s: Connection refused; it listens there when it was"
                    .formatted(Addresses.format(port))
                + " started with 'holdfast serve --control-tcp "
                + Addresses.format(port));
    assertThatThrownBy(() -> ControlAddress.of("http://127.0.0.1", token))
        .hasMessage(
            "'http://127.0.0.1' is not http://ADDRESS:PORT with a loopback address, such as"
                + " http://127.0.0.1:3261; a daemon elsewhere is reached through ssh -L");
    assertThatThrownBy(() -> ControlAddress.of("http://127.0.0.1:3261", null))
        .hasMessage(
            "http://127.0.0.1:3261 needs a token: name its file by --control-token or"
                + " HOLDFAST_CONTROL_TOKEN");
  }

  @Test
  void whoTriesTokensDoesNotFillTheLog() {
    AtomicLong nanos = new AtomicLong(5);
    RefusalLog log = new RefusalLog(nanos::get);
    assertThat(log.line(port, "why")).contains("control: refused " + port + ": why");
    for (int i = 0; i < 1000; i++) {
      assertThat(log.line(port, "why")).isEmpty();
    }
    nanos.addAndGet(RefusalLog.PAUSE.toNanos());
    assertThat(log.line(port, "because"))
        .contains(
            "control: refused " + port + ": because (and 1000 times before, which was not logged)");
    nanos.addAndGet(RefusalLog.PAUSE.toNanos());
    assertThat(log.line(port, "why")).contains("control: refused " + port + ": why");
  }
}
