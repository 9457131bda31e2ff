package org.holdfast.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.holdfast.control.client.ControlException;
import org.holdfast.shell.Screen;
import org.holdfast.shell.ShellRun;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast shell}: shows and changes what a running daemon serves. */
@Command(
    name = ShellCommand.NAME,
    mixinStandardHelpOptions = true,
    description = {
      "Shows and changes what a running daemon serves, with the tree and the commands of"
          + " targetcli.",
      "With COMMAND: runs that one. Without: at a terminal it asks for commands, else it runs those"
          + " of standard input, a line each.",
      "'holdfast COMMAND' does the same when COMMAND begins with a path or is one such as ls."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:done",
      "1:a command failed; a script ends there and nothing of that command was done",
      "2:there is no such command, path or value, or no command at all",
      "130:interrupted"
    })
final class ShellCommand implements Callable<Integer> {
  static final String NAME = "shell";

  @Mixin private ControlOption control = new ControlOption();

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Runs the commands of a file, a line each.")
  private @Nullable Path file;

  @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "One command with arguments.")
  private List<String> words = new ArrayList<>();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, ControlException {
    CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
    PrintWriter out = commandLine.getOut();
    PrintWriter err = commandLine.getErr();
    ShellRun run = ShellRun.of(control.client());
    Path script = file;
    if (script != null) {
      if (!Files.isReadable(script)) {
        err.println("holdfast: " + script + " cannot be read, or is not there");
        return CommandLine.ExitCode.SOFTWARE;
      }
      try (BufferedReader lines = Files.newBufferedReader(script)) {
        return run.script(lines, script.toString(), out, err).orElse(CommandLine.ExitCode.OK);
      }
    }
    if (!words.isEmpty()) {
      return run.once(words, out, err);
    }
    if (Screen.isTerminal()) {
      return run.interactive(err);
    }
    Optional<Integer> status = run.script(out, err);
    if (status.isEmpty()) {
      err.println(
          "holdfast: standard input is no terminal and held no command; give a command as"
              + " arguments (holdfast shell ls /), pipe commands in, a line each, or run this in a"
              + " terminal");
      commandLine.getParent().usage(err);
    }
    return status.orElse(CommandLine.ExitCode.USAGE);
  }
}
