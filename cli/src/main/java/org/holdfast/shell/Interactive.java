package org.holdfast.shell;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.holdfast.control.client.ControlClient;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** The shell at a terminal: a line at a time, until Ctrl-D. Thread: one, but for signals. */
final class Interactive {
  private final Terminal terminal;
  private final ControlClient daemon;
  private final TerminalPace pace = new TerminalPace();
  private final Shell shell;
  private final LineReader reader;
  private final LineReader answers;

  private Interactive(
      Terminal terminal,
      ControlClient daemon,
      boolean colours,
      Surroundings surroundings,
      Preferences preferences,
      Path history)
      throws IOException {
    this.terminal = terminal;
    this.daemon = daemon;
    Output output =
        new Output(
            terminal.writer(),
            () -> terminal.getWidth() > 0 ? terminal.getWidth() : Output.FIXED_WIDTH,
            () -> colours && preferences.isOn(Preference.COLOR_MODE),
            true);
    // Its own, so that answers are not among the commands.
    answers = HiddenInput.reader(terminal);
    shell =
        new Shell(
            daemon,
            output,
            new Dialogue(this::ask, name -> HiddenInput.ask(answers, name)),
            pace,
            surroundings,
            preferences);
    Completion completion = new Completion(shell);
    LineHistory.prepare(history);
    reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("holdfast")
            .parser(new DefaultParser())
            .history(new LineHistory())
            .variable(LineReader.HISTORY_FILE, history)
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .option(LineReader.Option.HISTORY_TIMESTAMPED, false)
            .completer((_, line, candidates) -> offer(completion, line, candidates))
            .build();
  }

  /** Runs until the user leaves. */
  static void run(
      ControlClient daemon,
      boolean colours,
      Surroundings surroundings,
      Preferences preferences,
      Path history)
      throws IOException {
    try (Terminal terminal = TerminalBuilder.builder().name("holdfast").system(true).build()) {
      new Interactive(terminal, daemon, colours, surroundings, preferences, history).loop();
    }
  }

  private void loop() {
    terminal.handle(
        Terminal.Signal.INT,
        _ -> {
          pace.interrupt();
          daemon.cancel();
        });
    begin();
    shell.say("The shell of Holdfast. 'help' lists the commands, Tab completes, Ctrl-D leaves.");
    shell.output().flush();
    carryOut("refresh");
    while (!shell.isEnded()) {
      try {
        String line = reader.readLine(prompt());
        begin();
        carryOut(line);
      } catch (UserInterruptException _) {
        // The line is cleared; that is all Ctrl-C does here.
      } catch (EndOfFileException _) {
        return;
      }
    }
  }

  /** A Ctrl-C from here on is meant for what comes now. */
  private void begin() {
    pace.begin();
    daemon.resume();
  }

  private void carryOut(String line) {
    try {
      shell.run(line);
    } catch (ShellException e) {
      boolean ended = pace.isInterrupted();
      shell.say(ended ? "interrupted" : shell.output().paint(Output.Look.BAD, e.text()));
    }
    shell.output().flush();
  }

  private String prompt() {
    String path = shell.visits().here().toString();
    int most = shell.preferences().count(Preference.PROMPT_LENGTH);
    return shell.output().paint(Output.Look.PLACE, shorten(path, most)) + "> ";
  }

  /** Keeps the beginning and the end of a path that is too long. */
  static String shorten(String path, int most) {
    if (most < 5 || path.length() <= most) {
      return path;
    }
    int end = (most - 3) / 2;
    int begin = most - 3 - end;
    return path.substring(0, begin) + "..." + path.substring(path.length() - end);
  }

  private Optional<String> ask(String question) throws ShellException {
    try {
      return Optional.of(answers.readLine(question));
    } catch (UserInterruptException | EndOfFileException _) {
      throw ShellException.interrupted();
    }
  }

  private static void offer(Completion completion, ParsedLine line, List<Candidate> candidates) {
    List<String> before = line.words().subList(0, line.wordIndex());
    String prefix = line.word().substring(0, line.wordCursor());
    Set<String> offered = candidates.stream().map(Candidate::value).collect(Collectors.toSet());
    for (Completion.Candidate one : completion.complete(before, prefix)) {
      if (offered.add(one.word())) {
        candidates.add(
            new Candidate(
                one.word(),
                one.word(),
                null,
                one.help().isEmpty() ? null : one.help(),
                null,
                null,
                !one.goesOn()));
      }
    }
  }
}
