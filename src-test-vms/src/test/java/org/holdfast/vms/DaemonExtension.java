package org.holdfast.vms;

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
  private DaemonUnderTest daemon;

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    daemon = DaemonUnderTest.start();
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
