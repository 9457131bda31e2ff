package org.holdfast.vms;

import java.io.IOException;
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
  private final Settings settings;
  private DaemonUnderTest daemon;

  /** Read when the tests begin, so that a missing file fails them and not the class. */
  @FunctionalInterface
  interface Settings {
    DaemonSettings read() throws IOException;
  }

  /** The embedded default: one thin 1 GiB disk. */
  DaemonExtension() {
    this.settings = DaemonSettings::embeddedDefault;
  }

  /** The configuration file {@code configurations/NAME.json} of the test resources. */
  DaemonExtension(String name) {
    this.settings = () -> DaemonSettings.configured(name);
  }

  /** As {@code settings} says. */
  DaemonExtension(Settings settings) {
    this.settings = settings;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    daemon = DaemonUnderTest.start(settings.read());
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
