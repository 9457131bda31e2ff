package org.holdfast.vms;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.holdfast.vms.initiator.TargetUnderTest;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One daemon for all tests of a class; its log is printed when a test has failed.
 *
 * <p>Register it in a static field with {@code @RegisterExtension}.
 */
final class DaemonExtension
    implements BeforeAllCallback, AfterTestExecutionCallback, AfterAllCallback {
  private final Optional<String> configuration;
  private DaemonUnderTest daemon;

  /** The embedded default: one thin 1 GiB disk. */
  DaemonExtension() {
    this.configuration = Optional.empty();
  }

  /** The configuration file {@code configurations/NAME.json} of the test resources. */
  DaemonExtension(String name) {
    this.configuration = Optional.of("configurations/" + name + ".json");
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    if (configuration.isEmpty()) {
      daemon = DaemonUnderTest.start();
      return;
    }
    Path file = Files.createTempFile("holdfast-", ".json");
    try (InputStream in = getClass().getClassLoader().getResourceAsStream(configuration.get())) {
      Files.write(file, in.readAllBytes());
      daemon = DaemonUnderTest.start(List.of("--config", file.toString()));
    } finally {
      Files.delete(file);
    }
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    if (context.getExecutionException().isPresent()) {
      System.out.println("--- log of the daemon, for " + context.getDisplayName());
      System.out.println(daemon.log());
      System.out.println("--- end of the daemon's log");
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    if (daemon != null) {
      daemon.close();
    }
  }

  DaemonUnderTest daemon() {
    return daemon;
  }

  TargetUnderTest target() {
    return daemon.target();
  }
}
