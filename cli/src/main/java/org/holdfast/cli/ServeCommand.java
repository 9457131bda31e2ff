package org.holdfast.cli;

import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.holdfast.config.Addresses;
import org.holdfast.config.ConfigException;
import org.holdfast.config.ConfigReader;
import org.holdfast.config.Configuration;
import org.holdfast.daemon.Daemon;
import org.holdfast.daemon.EmbeddedDefault;
import org.holdfast.daemon.StartException;
import org.holdfast.daemon.StateDirectory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code holdfast serve}: runs the daemon until a signal ends it. */
@Command(
    name = ServeCommand.NAME,
    mixinStandardHelpOptions = true,
    description = {
      "Serves disks over iSCSI until SIGTERM or SIGINT.",
      "Without --config: one thin 1 GiB disk, target "
          + EmbeddedDefault.TARGET
          + ", on"
          + " 127.0.0.1:3260, open to every initiator on this machine.",
      "Prints 'ready TARGET ADDRESS:PORT' for each portal once it accepts connections."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:a signal ended it; everything was drained and flushed",
      "1:it could not start, had to stop, or a disk hung when it ended",
      "2:the command line is wrong",
      "78:the configuration is wrong"
    })
final class ServeCommand implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(ServeCommand.class);

  static final String NAME = "serve";
  static final String CONFIG = "--config";
  static final String STATE_DIRECTORY = "--state-dir";

  @Option(
      names = CONFIG,
      paramLabel = "FILE",
      description = "What to serve, in the layout of targetcli's saveconfig.json.")
  private @Nullable Path config;

  @Option(
      names = STATE_DIRECTORY,
      paramLabel = "DIR",
      description =
          "Where disk identities and the default disk are kept. Default: $XDG_STATE_HOME/holdfast,"
              + " ~/.local/state/holdfast, or /var/lib/holdfast for root.")
  private @Nullable Path stateDirectory;

  @Option(
      names = "--portal",
      paramLabel = "ADDR:PORT",
      converter = PortalConverter.class,
      description =
          "Listen here instead of where the configuration says; may be repeated. Port 0 takes a"
              + " free one and prints it.")
  private List<InetSocketAddress> portals = new ArrayList<>();

  @Mixin private LoggingOptions logging = new LoggingOptions();

  @Spec private @Nullable CommandSpec spec;

  /** What picocli makes of the command line {@code serve --config CONFIG --state-dir DIRECTORY}. */
  static ServeCommand of(@Nullable Path config, @Nullable Path stateDirectory) {
    ServeCommand command = new ServeCommand();
    command.config = config;
    command.stateDirectory = stateDirectory;
    return command;
  }

  @Override
  public Integer call() throws ConfigException, StartException {
    logging.apply();
    Path directory =
        stateDirectory != null
            ? stateDirectory
            : StateDirectory.standard(
                System.getenv(), System.getProperty("user.name"), System.getProperty("user.home"));
    Configuration configuration =
        config == null ? EmbeddedDefault.configuration(directory) : read(config);
    if (!portals.isEmpty()) {
      configuration = moved(configuration);
    }
    Daemon daemon = Daemon.start(configuration, directory);
    Signals.closeOnSignal(daemon);
    announce(daemon);
    daemon.awaitClose();
    return CommandLine.ExitCode.OK;
  }

  private Configuration moved(Configuration configuration) {
    try {
      return configuration.withPortals(portals);
    } catch (ConfigException e) {
      // The file is right; what was asked for beside it is not.
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private static Configuration read(Path file) throws ConfigException {
    ConfigReader.Loaded loaded = ConfigReader.read(file);
    loaded.warnings().forEach(warning -> log.warn("{}: {}", file, warning));
    if (!loaded.withoutEffect().isEmpty()) {
      log.info(
          "{}: accepted without effect (docs/generated/configuration.md says why): {}",
          file,
          String.join(", ", loaded.withoutEffect()));
    }
    return loaded.configuration();
  }

  private void announce(Daemon daemon) {
    PrintWriter out =
        spec == null
            ? new PrintWriter(System.out, false, System.out.charset())
            : spec.commandLine().getOut();
    if (config == null) {
      out.print(ConnectHints.text(daemon.portals().getFirst()));
    }
    for (Daemon.BoundPortal portal : daemon.portals()) {
      out.println("ready " + portal.target() + " " + Addresses.format(portal.address()));
    }
    out.flush();
  }

  /** {@code ADDR:PORT} on the command line. */
  static final class PortalConverter implements ITypeConverter<InetSocketAddress> {
    @Override
    public InetSocketAddress convert(String text) {
      return Addresses.portal(text)
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'" + text + "' is not ADDR:PORT such as 127.0.0.1:3260 or [::1]:3260"));
    }
  }
}
