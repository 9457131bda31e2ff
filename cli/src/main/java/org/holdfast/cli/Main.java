package org.holdfast.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.holdfast.config.ConfigException;
import org.holdfast.control.client.ControlException;
import org.holdfast.daemon.StartException;
import org.holdfast.shell.Screen;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The command line: {@code holdfast COMMAND}. */
@Command(
    name = "holdfast",
    description =
        "Serves files and block devices as iSCSI disks that clusters can share and fence.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      ServeCommand.class,
      ShellCommand.class,
      CheckConfigCommand.class,
      PlanCommand.class,
      ApplyCommand.class,
      RollbackCommand.class,
      ImportCommand.class,
      CommandLine.HelpCommand.class
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:done; after SIGTERM or SIGINT: everything was drained and flushed",
      "1:it could not start or had to stop",
      "2:the command line is wrong",
      "78:the configuration is wrong"
    })
public final class Main implements Callable<Integer> {
  /** The configuration is wrong: EX_CONFIG of sysexits.h. */
  static final int EXIT_CONFIG = 78;

  @Spec private @Nullable CommandSpec spec;

  private Main() {}

  /** Runs the command and ends the process with its exit status. */
  public static void main(String[] arguments) {
    @Nullable ServeCommand serve = PlainServe.command(arguments);
    System.exit(serve == null ? execute(arguments) : execute(serve));
  }

  private static int execute(String... arguments) {
    CommandLine commandLine = commandLine();
    List<String> whole =
        Shorthand.expand(
            List.of(arguments), commandLine.getSubcommands().keySet(), Screen.inputIsTerminal());
    return commandLine.execute(whole.toArray(String[]::new));
  }

  /** As picocli does it. */
  static int execute(ServeCommand command) {
    PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
    try {
      return command.call();
    } catch (Exception e) {
      return failed(e, err, /* verbose= */ false);
    }
  }

  static CommandLine commandLine() {
    CommandLine commandLine =
        new CommandLine(new Main())
            .setParameterExceptionHandler(Main::wrongUsage)
            .setExecutionExceptionHandler(Main::failed)
            .setExpandAtFiles(false); // @NAME is a bookmark of the shell.
    // What follows a command of the shell is for that command.
    Objects.requireNonNull(commandLine.getSubcommands().get(ShellCommand.NAME))
        .setStopAtPositional(true);
    return commandLine;
  }

  /** Without a command there is nothing to do but to say which there are. */
  @Override
  public Integer call() {
    CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
    commandLine.usage(commandLine.getErr());
    return CommandLine.ExitCode.USAGE;
  }

  private static int wrongUsage(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("holdfast: " + e.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return CommandLine.ExitCode.USAGE;
  }

  private static int failed(Exception e, CommandLine command, ParseResult parsed) {
    return failed(e, command.getErr(), parsed.hasMatchedOption("--verbose"));
  }

  private static int failed(Exception e, PrintWriter err, boolean verbose) {
    if (verbose) {
      e.printStackTrace(err);
    }
    return switch (e) {
      case ConfigException config -> {
        config.warnings().forEach(warning -> err.println("holdfast: warning: " + warning));
        String.valueOf(config.getMessage())
            .lines()
            .forEach(line -> err.println("holdfast: " + line));
        yield EXIT_CONFIG;
      }
      case ControlException control -> {
        String.valueOf(control.getMessage())
            .lines()
            .forEach(line -> err.println("holdfast: " + line));
        yield control.findings().isEmpty() ? CommandLine.ExitCode.SOFTWARE : EXIT_CONFIG;
      }
      case StartException start -> {
        err.println("holdfast: " + start.getMessage());
        yield CommandLine.ExitCode.SOFTWARE;
      }
      default -> {
        err.println(
            "holdfast: unexpected: " + e + (verbose ? "" : "; run it again with -v for details"));
        yield CommandLine.ExitCode.SOFTWARE;
      }
    };
  }

  /** The version that the build wrote into the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      @Nullable String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {
        "holdfast " + (version == null ? "(not from a jar)" : version), "Java " + Runtime.version()
      };
    }
  }
}
