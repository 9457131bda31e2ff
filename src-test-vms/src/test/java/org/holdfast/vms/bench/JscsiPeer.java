package org.holdfast.vms.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.holdfast.vms.bench.load.Endpoint;

/**
 * The target of jSCSI, from Maven Central, in a JVM of its own with that JVM's defaults. It opens
 * its command window for one command at a time, whatever is offered, and reads its next connection
 * when the last one has ended.
 */
final class JscsiPeer implements Peer {
  private static final Path SOURCES = Path.of("src-test-vms/src/test/resources/bench/jscsi");
  private static final String MAIN = "JscsiTarget";
  private static final String JAR = "target-";
  private static final String TARGET = "iqn.2026-11.org.holdfast:jscsi";
  private static final String CONFIGURATION =
      """
      <configuration xmlns="http://www.jscsi.org/2010-04">
        <TargetList>
          <Target>
            <TargetName>TARGET</TargetName>
            <AsyncFileStorage><Path>DISK</Path><DontCreate/></AsyncFileStorage>
          </Target>
        </TargetList>
        <GlobalConfig><Port>PORT</Port></GlobalConfig>
      </configuration>
      """;

  private final Path bin = Path.of(System.getProperty("java.home"), "bin");
  private List<String> classPath = List.of();

  @Override
  public String name() {
    return "jscsi";
  }

  @Override
  public Optional<String> missing() {
    return Commands.isInstalled("mvn")
        ? Optional.empty()
        : Optional.of("Maven, which fetches it, is missing (Debian: apt-get install maven)");
  }

  @Override
  public int mostSessions() {
    return 1;
  }

  @Override
  public void prepare(Path directory) throws IOException {
    Path list = directory.resolve("classpath");
    Commands.run(
        "mvn",
        "-q",
        "-B",
        "-ntp",
        "-f",
        SOURCES.resolve("pom.xml").toString(),
        "dependency:build-classpath",
        "-Dmdep.includeScope=runtime",
        "-Dmdep.outputFile=" + list);
    String jars = Files.readString(list).strip();
    Commands.run(
        bin.resolve("javac").toString(),
        "-cp",
        jars,
        "-d",
        directory.toString(),
        SOURCES.resolve(MAIN + ".java").toString());
    classPath =
        Arrays.asList((directory + File.pathSeparator + jars).split(File.pathSeparator, -1));
  }

  @Override
  public String version() {
    String jar =
        classPath.stream()
            .map(entry -> Path.of(entry).getFileName().toString())
            .filter(name -> name.startsWith(JAR))
            .findFirst()
            .orElseThrow();
    return "jSCSI " + jar.substring(JAR.length(), jar.length() - ".jar".length());
  }

  @Override
  public Started start(Start start) throws IOException {
    Path configuration = start.home().resolve("jscsi.xml");
    Files.writeString(
        configuration,
        CONFIGURATION
            .replace("TARGET", TARGET)
            .replace("DISK", start.disk().toString())
            .replace("PORT", Integer.toString(start.port())));
    TargetProcess process =
        new TargetProcess(
            start.command(
                bin.resolve("java").toString(),
                "-cp",
                String.join(File.pathSeparator, classPath),
                MAIN,
                configuration.toString()),
            Map.of());
    Endpoint endpoint = start.endpoint(TARGET, 0);
    return new Started(process, () -> endpoint);
  }
}
