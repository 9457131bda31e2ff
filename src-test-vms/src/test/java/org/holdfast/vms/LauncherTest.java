package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher in an installation without sources: what it gives the JVM, and its class cache. Most
 * of it with a JVM that only says what it was given.
 */
class LauncherTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String FAKE_JAVA =
      """
      #!/bin/sh
      for argument; do echo "given $argument"; done
      case $* in
        *TrainingRun*)
          if [ -e "${0%/*}/broken" ]; then
            echo "broken on purpose"
            exit 1
          fi
          for argument; do
            case $argument in
              -XX:AOTCacheOutput=*) echo classes > "${argument#*=}" ;;
            esac
          done
          ;;
      esac
      """;

  @TempDir Path root;
  private Path launcher;
  private Path fakeHome;
  private Path cache;

  @BeforeEach
  void install() throws IOException {
    Path repository = Path.of("..").toAbsolutePath().normalize();
    launcher = root.resolve("holdfast");
    Files.copy(repository.resolve("holdfast"), launcher);
    launcher.toFile().setExecutable(true);
    Path dist = Files.createDirectories(root.resolve("cli/target/dist/lib"));
    try (Stream<Path> jars = Files.list(repository.resolve("cli/target/dist/lib"))) {
      for (Path jar : jars.toList()) {
        Files.copy(jar, dist.resolve(jar.getFileName()));
      }
    }
    Files.createFile(dist.resolveSibling("built"));
    cache = dist.resolveSibling("cache");
    fakeHome = root.resolve("jdk");
    Path java = Files.createDirectories(fakeHome.resolve("bin")).resolve("java");
    Files.writeString(java, FAKE_JAVA);
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    release("25.0.1");
  }

  private void release(String version) throws IOException {
    Files.writeString(fakeHome.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
  }

  /** Runs it with {@code env}'s arguments before the launcher's own. */
  private ProcessRun run(Path javaHome, List<String> environment, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("env", "-u", "HOLDFAST_JAVA_OPTS"));
    command.add("HOLDFAST_JAVA_HOME=" + javaHome);
    command.add("HOME=" + root.resolve("home"));
    command.addAll(environment);
    command.add(launcher.toString());
    command.addAll(List.of(arguments));
    ProcessRun run = ProcessRun.of(PATIENCE, command);
    assertThat(run.timedOut()).as(run.describe()).isFalse();
    return run;
  }

  private ProcessRun faked(String... arguments) throws Exception {
    return run(fakeHome, List.of(), arguments);
  }

  private static List<Path> caches(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".aot")).toList();
    }
  }

  private static String given(Path cacheFile) {
    return "given -XX:AOTCache=" + cacheFile;
  }

  @Test
  void memoryIsBoundedAsTheDocumentationSays() throws Exception {
    assertThat(faked("--version").output().lines())
        .contains(
            "given -Xms32m",
            "given -Xmx512m",
            "given -XX:+UseSerialGC",
            "given -XX:+ExitOnOutOfMemoryError",
            "given -Djdk.nio.maxCachedBufferSize=1048576");
    Path page = Path.of("..", "docs", "performance.md");
    assertThat(page).content().contains("`-Xms32m -Xmx512m -XX:+UseSerialGC`");
    assertThat(run(fakeHome, List.of("HOLDFAST_JAVA_OPTS=-Xmx1g"), "--version").output().lines())
        .contains("given -Xmx1g")
        .doesNotContain("given -Xmx512m", "given -XX:+UseSerialGC");
  }

  @Test
  void theFirstServeMakesTheCacheBesideItAndTheSecondUsesIt() throws Exception {
    ProcessRun first = faked("serve");
    assertThat(first.succeeded()).as(first.describe()).isTrue();
    assertThat(first.output()).contains("given serve").doesNotContain("AOTCache");
    ProcessRun wait =
        ProcessRun.of(
            PATIENCE, List.of("sh", "-c", "until ls " + cache + "/*.aot; do sleep 0.02; done"));
    assertThat(wait.succeeded()).as(wait.describe()).isTrue();
    assertThat(faked("serve").output()).contains(given(caches(cache).getFirst()));
  }

  @Test
  void otherCommandsUseTheCacheButDoNotMakeIt() throws Exception {
    assertThat(faked("--version").output()).doesNotContain("AOTCache");
    assertThat(caches(cache)).isEmpty();
    assertThat(faked("prepare").succeeded()).isTrue();
    assertThat(faked("--version").output()).contains(given(caches(cache).getFirst()));
  }

  @Test
  void anotherJarJdkOrOptionMeansAnotherCache() throws Exception {
    faked("prepare");
    Path made = caches(cache).getFirst();
    assertThat(faked("--version").output()).contains(given(made));

    assertThat(run(fakeHome, List.of("HOLDFAST_JAVA_OPTS=-Xmx1g"), "--version").output())
        .doesNotContain("AOTCache");

    release("25.0.2");
    assertThat(faked("--version").output()).doesNotContain("AOTCache");
    release("25.0.1");
    assertThat(faked("--version").output()).contains(given(made));

    Path jar = root.resolve("cli/target/dist/lib/holdfast-cli.jar");
    Files.setLastModifiedTime(jar, FileTime.from(Instant.ofEpochSecond(1_000_000_000)));
    assertThat(faked("--version").output()).doesNotContain("AOTCache");
  }

  @Test
  void aCacheThatCannotBeMadeIsSaidAndTheDaemonStarts() throws Exception {
    Path broken = Files.createFile(fakeHome.resolve("bin/broken"));
    ProcessRun prepared = faked("prepare");
    assertThat(prepared.exitCode()).as(prepared.describe()).isEqualTo(70);
    assertThat(prepared.output()).contains("could not be made").contains(".log says why");

    ProcessRun served = faked("serve");
    assertThat(served.succeeded()).as(served.describe()).isTrue();
    assertThat(served.output()).contains("given serve").contains("could not be made");
    try (Stream<Path> files = Files.list(cache)) {
      assertThat(files.toList())
          .singleElement()
          .satisfies(log -> assertThat(log).content().contains("broken on purpose"));
    }

    Files.delete(broken);
    assertThat(faked("prepare").succeeded()).isTrue();
    assertThat(faked("serve").output()).contains("AOTCache=").doesNotContain("could not be made");
  }

  @Test
  void withoutAPlaceForTheCacheTheDaemonStarts() throws Exception {
    // Also for root, for whom no directory is read-only.
    Path file = Files.createFile(root.resolve("file"));
    for (String place : List.of(file.toString(), "")) {
      ProcessRun served = run(fakeHome, List.of("HOLDFAST_CACHE_DIR=" + place), "serve");
      assertThat(served.succeeded()).as(served.describe()).isTrue();
      assertThat(served.output()).contains("given serve").doesNotContain("AOTCache");
    }
  }

  @Test
  void aReadOnlyInstallationKeepsItInSystemdsDirectoryOrTheUsers() throws Exception {
    Files.createFile(cache);
    Path systemd = root.resolve("systemd");
    assertThat(run(fakeHome, List.of("CACHE_DIRECTORY=" + systemd), "prepare").succeeded())
        .isTrue();
    assertThat(caches(systemd)).hasSize(1);
    assertThat(faked("prepare").succeeded()).isTrue();
    Path users = root.resolve("home/.cache/holdfast");
    assertThat(caches(users)).hasSize(1);
    assertThat(faked("serve").output()).contains(given(caches(users).getFirst()));
  }

  @Test
  void whoBringsOptionsForACacheGetsNoOther() throws Exception {
    List<String> own = List.of("HOLDFAST_JAVA_OPTS=-Xmx512m -Xshare:off");
    assertThat(run(fakeHome, own, "serve").output())
        .contains("given -Xshare:off")
        .doesNotContain("AOTCache");
    assertThat(caches(cache)).isEmpty();
  }

  @Test
  void theJvmTakesItsClassesFromTheCacheAndStartsWhenItIsDamaged() throws Exception {
    Path jdk = Path.of(System.getProperty("java.home"));
    Path loaded = root.resolve("loaded");
    List<String> options =
        List.of("HOLDFAST_JAVA_OPTS=-Xmx256m -XX:+UseSerialGC -Xlog:class+load:file=" + loaded);
    ProcessRun prepared = run(jdk, options, "prepare");
    assertThat(prepared.succeeded()).as(prepared.describe()).isTrue();

    ProcessRun fast = run(jdk, options, "--version");
    assertThat(fast.succeeded()).as(fast.describe()).isTrue();
    assertThat(fast.output()).startsWith("holdfast ").doesNotContain("warning");
    assertThat(loaded).content().contains("org.holdfast.cli.Main source: shared objects file");

    Path made = caches(cache).getFirst();
    byte[] content = Files.readAllBytes(made);
    for (byte[] damaged : List.of(new byte[0], new byte[8192], cut(content))) {
      Files.write(made, damaged);
      ProcessRun slow = run(jdk, options, "--version");
      assertThat(slow.succeeded()).as(slow.describe()).isTrue();
      assertThat(slow.output()).contains("\nJava ");
    }
  }

  private static byte[] cut(byte[] content) {
    return Arrays.copyOf(content, content.length / 2);
  }
}
