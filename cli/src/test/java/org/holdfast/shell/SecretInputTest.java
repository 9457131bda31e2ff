package org.holdfast.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jline.reader.LineReader;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets that stand on no command line. */
class SecretInputTest {
  private static final String PLACE = "/iscsi/iqn.2026-11.org.example:t/tpg1";
  private static final String FIRST = "very-secret-14";
  private static final String SECOND = "other-secret-1";

  @TempDir private Path home;

  @Test
  void everyKindOfPasswordIsReadInTheOrderOfTheLine() {
    for (String where :
        List.of(
            PLACE + " set auth",
            PLACE + "/acls/iqn.2026-11.org.example:a set auth",
            "/iscsi set discovery_auth")) {
      ShellFixture fixture = ShellFixture.script().withOneTarget();
      fixture.secrets.addAll(List.of(SECOND, FIRST));
      String said =
          fixture.good(
              where + " mutual_userid=t mutual_password=- userid=u password=-",
              "/backstores/ramdisk create r1 1M");
      assertThat(said).contains("password=********").doesNotContain(FIRST, SECOND);
      String document = fixture.daemon.document().toString();
      assertThat(document)
          .containsPattern("\"(chap|discovery)_password\":\"" + FIRST)
          .containsPattern("\"(chap|discovery)_mutual_password\":\"" + SECOND);
    }
  }

  @Test
  void aRetryDoesNotAskAgain() {
    ShellFixture fixture = ShellFixture.script().withOneTarget();
    fixture.secrets.add(FIRST);
    fixture.daemon.interfere(fixture.daemon::bumpRevision);
    fixture.good(PLACE + " set auth userid=u password=-");
    assertThat(fixture.daemon.document().toString()).contains(FIRST);
  }

  @Test
  void anythingElseMayBeADash() {
    ShellFixture fixture = ShellFixture.script().withOneTarget();
    fixture.secrets.add(FIRST);
    fixture.good(PLACE + " set auth userid=- password=-");
    assertThat(fixture.daemon.document().toString()).contains("\"chap_userid\":\"-\"");
  }

  @Test
  void noSecretIsNoChange() {
    ShellFixture fixture = ShellFixture.script().withOneTarget();
    long changes = fixture.daemon.requests().stream().filter(r -> r.startsWith("PUT")).count();
    fixture.secrets.add("");
    for (int i = 0; i < 2; i++) { // An empty line, and none.
      assertThat(fixture.run(PLACE + " set auth userid=u password=-"))
          .isEqualTo(
              "! password=- reads a line, and it was empty; nothing was changed. password= alone"
                  + " takes the secret away\n");
    }
    assertThat(fixture.daemon.requests().stream().filter(r -> r.startsWith("PUT")))
        .hasSize((int) changes);
  }

  @Test
  void linesOfStandardInputAreReadOneByOne() throws Exception {
    StandardInput input =
        new StandardInput(new BufferedReader(new StringReader(FIRST + "\r\n" + SECOND + "\n")));
    assertThat(input.secret("password")).contains(FIRST);
    assertThat(input.secret("mutual_password")).contains(SECOND);
    assertThatThrownBy(() -> input.secret("password"))
        .hasMessage(
            "password=- reads a line of standard input, which has ended; nothing was changed. Pipe"
                + " the secret in, or call this at a terminal to be asked for it");
    Reader broken =
        new Reader() {
          @Override
          public int read(char[] buffer, int offset, int length) throws IOException {
            throw new IOException("Input/output error");
          }

          @Override
          public void close() {}
        };
    assertThatThrownBy(() -> new StandardInput(new BufferedReader(broken)).secret("password"))
        .hasMessage("standard input cannot be read: java.io.IOException: Input/output error");
  }

  private static Optional<String> typed(String keys, ByteArrayOutputStream screen)
      throws Exception {
    InputStream in = new ByteArrayInputStream(keys.getBytes(StandardCharsets.UTF_8));
    try (Terminal terminal = new DumbTerminal(in, screen)) {
      LineReader reader = HiddenInput.reader(terminal);
      Optional<String> secret = HiddenInput.ask(reader, "password");
      assertThat(reader.getHistory().size()).isZero();
      return secret;
    }
  }

  @Test
  void atATerminalItIsAskedTwiceAndNotShown() throws Exception {
    ByteArrayOutputStream screen = new ByteArrayOutputStream();
    assertThat(typed(FIRST + "\n" + FIRST + "\n", screen)).contains(FIRST);
    assertThat(screen.toString(StandardCharsets.UTF_8))
        .contains("password: ", "once more: ")
        .doesNotContain(FIRST, "*");
    assertThat(typed("\n", new ByteArrayOutputStream())).isEmpty();
    assertThatThrownBy(() -> typed(FIRST + "\n" + SECOND + "\n", new ByteArrayOutputStream()))
        .hasMessage("the second one was another than the first; nothing was changed");
    assertThatThrownBy(() -> typed(FIRST, new ByteArrayOutputStream())).hasMessage("interrupted");
  }

  private ShellRun run(FakeDaemon daemon) {
    return new ShellRun(
        daemon, Map.of("TERM", "dumb"), home, new Surroundings(home, "host", () -> "id"));
  }

  @Test
  void whoShowsASecretToTheProcessListIsTold() {
    FakeDaemon daemon = new FakeDaemon();
    StringWriter said = new StringWriter();
    List<String> words =
        List.of("/iscsi", "set", "discovery_auth", "userid=u", "password=" + FIRST);
    assertThat(run(daemon).once(words, new PrintWriter(new StringWriter()), new PrintWriter(said)))
        .isZero();
    assertThat(said.toString())
        .contains("could see the secret in the list of processes; name=- reads it from standard")
        .doesNotContain(FIRST);
    StringWriter nothing = new StringWriter();
    run(daemon).once(List.of("ls"), new PrintWriter(new StringWriter()), new PrintWriter(nothing));
    assertThat(nothing.toString()).isEmpty();
  }
}
