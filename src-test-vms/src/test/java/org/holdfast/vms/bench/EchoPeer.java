package org.holdfast.vms.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.holdfast.vms.bench.load.Endpoint;

/** The bare echo: in C where there is a compiler, else in Java. */
final class EchoPeer implements Peer {
  private static final String PORT = "port ";
  private static final String SOURCE = "/bench/echo.c";

  private final Optional<String> compiler =
      Stream.of("cc", "gcc", "clang").filter(Commands::isInstalled).findFirst();

  private List<String> program = List.of();

  @Override
  public String name() {
    return "echo";
  }

  @Override
  public Optional<String> missing() {
    return Optional.empty();
  }

  @Override
  public String version() {
    return "echo in " + (compiler.isPresent() ? "C" : "Java (no C compiler found)");
  }

  @Override
  public void prepare(Path directory) throws IOException {
    program = program(directory);
  }

  @Override
  public Started start(Start start) throws IOException {
    TargetProcess process =
        new TargetProcess(start.command(program.toArray(String[]::new)), Map.of());
    return new Started(process, () -> Endpoint.echo(portal(process)));
  }

  private List<String> program(Path directory) throws IOException {
    if (compiler.isEmpty()) {
      return List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-XX:+UseSerialGC",
          "-cp",
          System.getProperty("java.class.path"),
          EchoServer.class.getName());
    }
    Path source = directory.resolve("echo.c");
    try (InputStream in = EchoPeer.class.getResourceAsStream(SOURCE)) {
      if (in == null) {
        throw new IOException("no " + SOURCE + " on the class path");
      }
      Files.copy(in, source);
    }
    Path binary = directory.resolve("echo");
    Commands.run(compiler.get(), "-O2", "-o", binary.toString(), source.toString());
    return List.of(binary.toString());
  }

  private static InetSocketAddress portal(TargetProcess process) throws IOException {
    String line =
        process.output().stream()
            .filter(printed -> printed.startsWith(PORT))
            .findFirst()
            .orElseThrow(() -> new IOException("the echo has not printed its port"));
    return new InetSocketAddress(
        InetAddress.getLoopbackAddress(), Integer.parseInt(line.substring(PORT.length())));
  }
}
