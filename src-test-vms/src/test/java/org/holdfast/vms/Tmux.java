package org.holdfast.vms;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A program in a real terminal, which tmux is. Thread: one. */
final class Tmux implements AutoCloseable {
  private static final Duration WITHIN = Duration.ofSeconds(30);
  private static final String SESSION = "shell";

  private final Path socket;

  private Tmux(Path socket) {
    this.socket = socket;
  }

  /**
   * Starts a program.
   *
   * @param directory for tmux's own socket
   */
  static Tmux start(
      Path directory, int columns, int rows, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Tmux tmux = new Tmux(directory.resolve("tmux.sock"));
    List<String> start =
        new ArrayList<>(
            List.of(
                "new-session",
                "-d",
                "-s",
                SESSION,
                "-x",
                String.valueOf(columns),
                "-y",
                String.valueOf(rows)));
    start.add("env");
    start.add("-u");
    start.add("NO_COLOR");
    environment.forEach((name, value) -> start.add(name + "=" + value));
    start.addAll(command);
    tmux.run(start);
    // The screen stays to be looked at when the program has ended.
    tmux.run(List.of("set-option", "-t", SESSION, "remain-on-exit", "on"));
    return tmux;
  }

  private String run(List<String> arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(Tool.TMUX.require(), "-S", socket.toString(), "-f", "/dev/null"));
    command.addAll(arguments);
    ProcessRun run = ProcessRun.of(WITHIN, command);
    if (!run.succeeded()) {
      throw new IOException(run.describe());
    }
    return run.output();
  }

  /** Types text as it is. */
  void type(String text) throws IOException, InterruptedException {
    run(List.of("send-keys", "-t", SESSION, "-l", text));
  }

  /** Presses a key: {@code Enter}, {@code Tab}, {@code Up}, {@code C-c}. */
  void press(String key) throws IOException, InterruptedException {
    run(List.of("send-keys", "-t", SESSION, key));
  }

  void enter(String line) throws IOException, InterruptedException {
    type(line);
    press("Enter");
  }

  void resize(int columns, int rows) throws IOException, InterruptedException {
    run(
        List.of(
            "resize-window",
            "-t",
            SESSION,
            "-x",
            String.valueOf(columns),
            "-y",
            String.valueOf(rows)));
  }

  /** What is on the screen. */
  String screen() throws IOException, InterruptedException {
    return run(List.of("capture-pane", "-p", "-t", SESSION)).stripTrailing();
  }

  /** The same with what makes its colours. */
  String colours() throws IOException, InterruptedException {
    return run(List.of("capture-pane", "-p", "-e", "-t", SESSION));
  }

  /** Clears the screen, so that what comes next is not mistaken for what was. */
  void clear() throws IOException, InterruptedException {
    press("C-l");
    await("a clear screen", screen -> screen.lines().count() <= 1);
  }

  /** Waits until the screen is as wanted. */
  String await(String what, Predicate<String> wanted) throws IOException, InterruptedException {
    long end = System.nanoTime() + WITHIN.toNanos();
    while (true) {
      String screen = screen();
      if (wanted.test(screen)) {
        return screen;
      }
      if (System.nanoTime() > end) {
        throw new AssertionError("no " + what + " on the screen:\n" + screen);
      }
      Thread.sleep(50);
    }
  }

  String awaitText(String text) throws IOException, InterruptedException {
    return await("'" + text + "'", screen -> screen.contains(text));
  }

  /** Waits for a prompt at the end of the screen with nothing behind it. */
  String awaitPrompt(String path) throws IOException, InterruptedException {
    return await("prompt " + path, screen -> screen.endsWith(path + ">"));
  }

  /** Whether the program has ended, waiting for it. */
  void awaitEnd() throws IOException, InterruptedException {
    long end = System.nanoTime() + WITHIN.toNanos();
    while (!run(List.of("display-message", "-p", "-t", SESSION, "#{pane_dead}"))
        .strip()
        .equals("1")) {
      if (System.nanoTime() > end) {
        throw new AssertionError("the program runs still:\n" + screen());
      }
      Thread.sleep(50);
    }
  }

  @Override
  public void close() throws IOException {
    new ProcessBuilder(Tool.TMUX.require(), "-S", socket.toString(), "kill-server")
        .start()
        .onExit()
        .join();
  }
}
