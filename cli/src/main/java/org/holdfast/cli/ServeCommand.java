package org.holdfast.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.holdfast.config.Addresses;
import org.holdfast.config.ConfigException;
import org.holdfast.config.ConfigReader;
import org.holdfast.config.Configuration;
import org.holdfast.config.ControlToken;
import org.holdfast.config.PrivateFiles;
import org.holdfast.config.StandardPaths;
import org.holdfast.control.ControlPlaces;
import org.holdfast.control.ControlServer;
import org.holdfast.control.StartingPoint;
import org.holdfast.daemon.Daemon;
import org.holdfast.daemon.EmbeddedDefault;
import org.holdfast.daemon.StartException;
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
      "Without --config: what saveconfig.json in the state directory says, which the shell writes;"
          + " without that one thin 1 GiB disk, target "
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

  @Option(
      names = "--control",
      paramLabel = "PATH",
      description =
          "Where the control socket is, for the shell and for curl; none: there is no such socket."
              + " Default: control.sock in --state-dir if that is given, else /run/holdfast for"
              + " root, $XDG_RUNTIME_DIR/holdfast for others.")
  private @Nullable String control;

  @Option(
      names = "--control-tcp",
      paramLabel = "ADDR:PORT",
      converter = PortalConverter.class,
      description =
          "Answers the control API at this loopback address, too, to who shows the token. Port 0"
              + " takes a free one and logs it.")
  private @Nullable InetSocketAddress controlTcp;

  @Option(
      names = "--control-token",
      paramLabel = "FILE",
      description =
          "The token for --control-tcp: 16 characters or more, in a file that only its owner can"
              + " read.")
  private @Nullable Path controlToken;

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
        stateDirectory != null ? stateDirectory : StandardPaths.ofThisProcess().stateDirectory();
    Optional<ControlPlaces.Tcp> tcp = tcp();
    StartingPoint start = StartingPoint.read(config, directory);
    tell(start);
    Configuration configuration = start.loaded().configuration();
    if (!portals.isEmpty()) {
      configuration = moved(configuration);
    }
    Daemon daemon = Daemon.start(configuration, directory);
    boolean announced = false;
    try {
      Signals.closeOnSignal(daemon, control(daemon, start, tcp));
      announce(daemon, start);
      announced = true;
    } finally {
      if (!announced) {
        daemon.close();
      }
    }
    daemon.awaitClose();
    return CommandLine.ExitCode.OK;
  }

  /** Where the control API is asked for by TCP. */
  private Optional<ControlPlaces.Tcp> tcp() throws StartException {
    if (controlTcp == null && controlToken == null) {
      return Optional.empty();
    }
    if (controlTcp == null || controlToken == null) {
      throw wrongUsage("--control-tcp ADDR:PORT and --control-token FILE need each other", null);
    }
    try {
      return Optional.of(
          new ControlPlaces.Tcp(
              controlTcp, ControlToken.read(controlToken, PrivateFiles.ofThisProcess())));
    } catch (IllegalArgumentException e) {
      throw wrongUsage("--control-tcp: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  private ParameterException wrongUsage(String message, @Nullable Throwable cause) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), message, cause);
  }

  /**
   * Begins to answer the control API. Where nobody has asked for the socket, its absence is not
   * worth a daemon: two of them may well have the same standard place.
   */
  private Optional<ControlServer> control(
      Daemon daemon, StartingPoint start, Optional<ControlPlaces.Tcp> tcp) throws StartException {
    if (control != null) {
      Optional<Path> chosen =
          control.equals("none") ? Optional.empty() : Optional.of(Path.of(control));
      return control(daemon, start, new ControlPlaces(chosen, tcp));
    }
    Path place =
        stateDirectory == null
            ? StandardPaths.ofThisProcess().controlSocket()
            : stateDirectory.resolve(StandardPaths.CONTROL_SOCKET);
    try {
      return control(daemon, start, new ControlPlaces(Optional.of(place), tcp));
    } catch (StartException e) {
      Optional<ControlServer> rest =
          control(daemon, start, new ControlPlaces(Optional.empty(), tcp));
      log.warn("{}; this daemon is served without one", e.getMessage());
      return rest;
    }
  }

  private Optional<ControlServer> control(Daemon daemon, StartingPoint start, ControlPlaces places)
      throws StartException {
    return places.socket().isEmpty() && places.tcp().isEmpty()
        ? Optional.empty()
        : Optional.of(ControlServer.start(daemon, start, portals, places));
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

  private static void tell(StartingPoint start) {
    ConfigReader.Loaded loaded = start.loaded();
    loaded.warnings().forEach(warning -> log.warn("{}: {}", start.file(), warning));
    if (!loaded.withoutEffect().isEmpty()) {
      log.info(
          "{}: accepted without effect (docs/generated/configuration.md says why): {}",
          start.file(),
          String.join(", ", loaded.withoutEffect()));
    }
  }

  private void announce(Daemon daemon, StartingPoint start) {
    PrintWriter out =
        spec == null
            ? new PrintWriter(System.out, false, System.out.charset())
            : spec.commandLine().getOut();
    if (start.builtIn()) {
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
