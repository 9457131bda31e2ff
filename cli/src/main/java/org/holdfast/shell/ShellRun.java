package org.holdfast.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.holdfast.control.client.ControlClient;
import org.jspecify.annotations.Nullable;

/**
 * The ways in: one command, a script, or a terminal.
 *
 * @param daemon whom to talk to
 * @param environment variables of the process
 * @param home the user's home directory
 * @param surroundings of new names and relative files
 */
public record ShellRun(
    ControlClient daemon, Map<String, String> environment, Path home, Surroundings surroundings) {

  /** Something went wrong; it was said on {@code err}. */
  private static final int FAILED = 1;

  public ShellRun {
    environment = Map.copyOf(environment);
  }

  /** A run as the process sees the world. */
  public static ShellRun of(ControlClient daemon) {
    return new ShellRun(
        daemon,
        System.getenv(),
        Path.of(System.getProperty("user.home", "/")),
        Surroundings.ofThisMachine());
  }

  /** Whether a first argument of the program is for the shell: a path, or one of its commands. */
  public static boolean understands(String argument) {
    return argument.startsWith("/")
        || argument.startsWith("@")
        || Commands.anywhere(argument).isPresent();
  }

  /**
   * Runs one command.
   *
   * @return the exit status of the process
   */
  public int once(List<String> words, PrintWriter out, PrintWriter err) {
    Screen screen = Screen.of(environment);
    try {
      List<String> split = words.size() == 1 ? Words.split(words.getFirst()) : List.copyOf(words);
      shell(out, screen, dialogue(out, screen)).run(split, "ls");
      if (Secrets.isIn(split)) {
        err.println(
            "holdfast: note: while it ran, everybody on this machine could see the secret in the"
                + " list of processes; name=- reads it from standard input or asks for it");
      }
      return 0;
    } catch (ShellException e) {
      return failed(e, err);
    } finally {
      out.flush();
    }
  }

  /**
   * Runs the lines of a script. A secret can be read from standard input, or asked for.
   *
   * @param name what to call them in messages
   * @return the exit status of the process; empty when there was nothing to run
   */
  public Optional<Integer> script(
      BufferedReader lines, String name, PrintWriter out, PrintWriter err) {
    Screen screen = Screen.of(environment);
    return script(lines, name, new Dialogue(Dialogue.Question.NOBODY, secrets(screen)), out, err);
  }

  /** Runs the lines of standard input, which then holds nothing else. */
  public Optional<Integer> script(PrintWriter out, PrintWriter err) {
    return script(
        input(),
        "standard input",
        new Dialogue(
            Dialogue.Question.NOBODY,
            name -> {
              throw ShellException.failed(
                  name
                      + "=- reads standard input, which holds the commands here; put them into a"
                      + " file and give that by --file");
            }),
        out,
        err);
  }

  private Optional<Integer> script(
      BufferedReader lines, String name, Dialogue dialogue, PrintWriter out, PrintWriter err) {
    try {
      boolean any = new Script(shell(out, Screen.of(environment), dialogue), name).run(lines);
      return any ? Optional.of(0) : Optional.empty();
    } catch (ShellException e) {
      out.flush();
      return Optional.of(failed(e, err));
    } catch (IOException e) {
      err.println("holdfast: " + name + " cannot be read: " + e);
      err.flush();
      return Optional.of(FAILED);
    }
  }

  /**
   * Runs at a terminal until the user leaves.
   *
   * @return the exit status of the process
   */
  public int interactive(PrintWriter err) {
    try {
      Interactive.run(
          daemon, Screen.wantsColours(environment), surroundings, preferences(), history());
      return 0;
    } catch (ShellException e) {
      return failed(e, err);
    } catch (IOException e) {
      err.println("holdfast: the terminal cannot be used: " + e);
      err.flush();
      return FAILED;
    }
  }

  private static BufferedReader input() {
    return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
  }

  private static Dialogue dialogue(PrintWriter out, Screen screen) {
    if (!screen.asks()) {
      return new Dialogue(Dialogue.Question.NOBODY, secrets(screen));
    }
    StandardInput answers = new StandardInput(input());
    return new Dialogue(
        question -> {
          out.print(question);
          out.flush();
          return answers.ask(question);
        },
        secrets(screen));
  }

  private static Dialogue.Question secrets(Screen screen) {
    if (screen.asks()) {
      return HiddenInput::atTerminal;
    }
    if (Screen.inputIsTerminal()) {
      return name -> {
        throw ShellException.failed(
            name
                + "=- would ask for the secret, but the output goes elsewhere; give it on standard"
                + " input, or let the output go to the terminal");
      };
    }
    return new StandardInput(input())::secret;
  }

  private static int failed(ShellException e, PrintWriter err) {
    err.println("holdfast: " + e.text());
    err.flush();
    return e.reason().exitStatus();
  }

  private Shell shell(PrintWriter out, Screen screen, Dialogue dialogue) throws ShellException {
    Preferences preferences = preferences();
    Output output =
        new Output(
            out,
            screen::width,
            () -> screen.colours() && preferences.isOn(Preference.COLOR_MODE),
            screen.redraws());
    return new Shell(daemon, output, dialogue, Pace.SYSTEM, surroundings, preferences);
  }

  private Preferences preferences() throws ShellException {
    return Preferences.of(
        directory("XDG_CONFIG_HOME", ".config").resolve("holdfast").resolve("shell.json"));
  }

  private Path history() {
    return directory("XDG_STATE_HOME", ".local/state").resolve("holdfast").resolve("history");
  }

  private Path directory(String variable, String otherwise) {
    @Nullable String named = environment.get(variable);
    return named == null || !named.startsWith("/") ? home.resolve(otherwise) : Path.of(named);
  }
}
