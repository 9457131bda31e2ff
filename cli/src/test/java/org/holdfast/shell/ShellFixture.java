package org.holdfast.shell;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;

/** A shell over a {@link FakeDaemon}: its output as text, its time as the test wants it. */
final class ShellFixture {
  final FakeDaemon daemon = new FakeDaemon();
  final Deque<String> answers = new ArrayDeque<>();

  /** What is read where a line says {@code password=-}. */
  final Deque<String> secrets = new ArrayDeque<>();

  private final StringWriter out = new StringWriter();
  private final boolean somebody;
  private int pausesLeft = Integer.MAX_VALUE;
  private long nanos;
  final Shell shell;

  private ShellFixture(boolean somebody, boolean terminal) {
    this.somebody = somebody;
    Preferences preferences = Preferences.forgetful();
    shell =
        new Shell(
            daemon,
            new Output(
                new PrintWriter(out, true),
                () -> 80,
                () -> terminal && preferences.isOn(Preference.COLOR_MODE),
                terminal),
            new Dialogue(this::ask, name -> Optional.ofNullable(secrets.pollFirst())),
            new Pace() {
              @Override
              public long nanos() {
                return nanos;
              }

              @Override
              public boolean pause(Duration duration) {
                nanos += duration.toNanos();
                return pausesLeft-- > 0;
              }
            },
            new Surroundings(Path.of("/work/here"), "Node-7.example.org", () -> "0123456789ab"),
            preferences);
  }

  /** Nobody answers questions. */
  static ShellFixture script() {
    return new ShellFixture(false, false);
  }

  /** Questions get these answers. */
  static ShellFixture person(String... answers) {
    ShellFixture fixture = new ShellFixture(true, false);
    fixture.answers.addAll(Arrays.asList(answers));
    return fixture;
  }

  /** A terminal with colours that ends a live command after so many pauses. */
  static ShellFixture terminal(int pauses) {
    ShellFixture fixture = new ShellFixture(true, true);
    fixture.pausesLeft = pauses;
    return fixture;
  }

  private Optional<String> ask(String question) {
    return somebody ? Optional.of(answers.removeFirst()) : Optional.empty();
  }

  /** Runs lines; what they print, or {@code ! message} where they fail. */
  String run(String... lines) {
    out.getBuffer().setLength(0);
    for (String line : lines) {
      try {
        shell.run(line);
      } catch (ShellException e) {
        e.text().lines().forEach(text -> out.write("! " + text + "\n"));
      }
    }
    return out.toString();
  }

  /** The same, and nothing of it may fail. */
  String good(String... lines) {
    String text = run(lines);
    if (text.startsWith("! ") || text.contains("\n! ")) {
      throw new AssertionError(text);
    }
    return text;
  }

  /** Two disks, one target, one LUN, one ACL that has it. */
  ShellFixture withOneTarget() {
    good(
        "/backstores/fileio create d1 /srv/d1.img 10G",
        "/backstores/fileio create d2 /srv/d2.img 1G",
        "/iscsi create iqn.2026-11.org.example:t",
        "/iscsi/iqn.2026-11.org.example:t/tpg1/luns create /backstores/fileio/d1",
        "/iscsi/iqn.2026-11.org.example:t/tpg1/acls create iqn.2026-11.org.example:a",
        "/iscsi/iqn.2026-11.org.example:t/tpg1/acls/iqn.2026-11.org.example:a create 0");
    return this;
  }
}
