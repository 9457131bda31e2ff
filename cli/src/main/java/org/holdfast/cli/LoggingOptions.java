package org.holdfast.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** How much is logged; the log goes to standard error. */
final class LoggingOptions {
  /** What a user may choose from. */
  enum LogLevel {
    ERROR(Level.ERROR),
    WARN(Level.WARN),
    INFO(Level.INFO),
    DEBUG(Level.DEBUG),
    TRACE(Level.TRACE);

    @SuppressWarnings("ImmutableEnumChecker") // Logback's levels are constants.
    private final Level level;

    LogLevel(Level level) {
      this.level = level;
    }
  }

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      description = "error, warn, info (default), debug or trace.")
  private LogLevel level = LogLevel.INFO;

  @Option(
      names = {"-v", "--verbose"},
      description = "Log at debug level, and show stack traces.")
  private boolean verbose;

  void apply() {
    LogLevel chosen = verbose && level == LogLevel.INFO ? LogLevel.DEBUG : level;
    // The binding is logback: this module ships it.
    ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(chosen.level);
  }
}
