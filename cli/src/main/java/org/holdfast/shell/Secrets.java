package org.holdfast.shell;

import java.util.regex.Pattern;

/** Lines that set a secret: they are not remembered. */
final class Secrets {
  private static final Pattern SETS_ONE = Pattern.compile("(?i)password\\s*=");

  private Secrets() {}

  static boolean isIn(String line) {
    return SETS_ONE.matcher(line).find();
  }
}
