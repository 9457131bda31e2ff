package org.holdfast.config;

/** Closed by default: access without an ACL exists only where the network cannot reach it. */
final class DemoMode {
  static final String REASON = "demo access (no ACL) is given only at loopback addresses";

  private DemoMode() {}
}
