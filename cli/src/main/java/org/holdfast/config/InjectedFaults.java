package org.holdfast.config;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.holdfast.backstore.FaultDevice;
import org.holdfast.backstore.FaultDevice.Operation;
import org.holdfast.scsi.DeviceFault;

/** The text form of a {@link FaultDevice}'s rules. */
final class InjectedFaults {
  /** What the text looks like, for whoever writes one. */
  static final String EXPLANATION =
      "`OPERATION[@FIRST-LAST][:PERCENT%]=FAULT`, several separated by commas. OPERATION is read,"
          + " write, flush, unmap, write_zeroes, find_extents, copy or any; FIRST and LAST are"
          + " logical blocks; FAULT is read_error, write_error, no_space, read_only or not_ready";

  private static final String RULE =
      "(?:any|read|write|flush|unmap|write_zeroes|find_extents|copy)(?:@[0-9]{1,15}-[0-9]{1,15})?"
          + "(?::(?:100|[1-9]?[0-9])%)?=(?:read_error|write_error|no_space|read_only|not_ready)";

  /** All of it. */
  static final String SYNTAX = RULE + "(?:," + RULE + ")*";

  private static final Pattern PARTS =
      Pattern.compile(
          "(?<operation>[a-z_]+)(?:@(?<first>[0-9]+)-(?<last>[0-9]+))?(?::(?<percent>[0-9]+)%)?"
              + "=(?<fault>[a-z_]+)");

  private InjectedFaults() {}

  /** The first rule that is about no block at all, as in {@code read@8-7=read_error}. */
  static Optional<String> empty(String text) {
    return Arrays.stream(text.split(",", -1))
        .filter(
            rule -> {
              Matcher parts = PARTS.matcher(rule);
              return parts.matches()
                  && parts.group("first") != null
                  && Long.parseLong(parts.group("first")) > Long.parseLong(parts.group("last"));
            })
        .findFirst();
  }

  /**
   * The rules.
   *
   * @param text in the form of {@link #SYNTAX}, with no {@link #empty} rule in it
   * @param blockSize bytes of a logical block
   */
  static List<FaultDevice.Rule> parse(String text, int blockSize) {
    return Arrays.stream(text.split(",", -1)).map(rule -> rule(rule, blockSize)).toList();
  }

  private static FaultDevice.Rule rule(String text, int blockSize) {
    Matcher parts = PARTS.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("no rule: " + text);
    }
    String operation = upper(parts, "operation");
    boolean everywhere = parts.group("first") == null;
    return new FaultDevice.Rule(
        operation.equals("ANY")
            ? EnumSet.allOf(Operation.class)
            : EnumSet.of(Operation.valueOf(operation)),
        everywhere ? 0 : Long.parseLong(parts.group("first")) * blockSize,
        everywhere ? Long.MAX_VALUE : (Long.parseLong(parts.group("last")) + 1) * blockSize,
        parts.group("percent") == null ? 1 : Integer.parseInt(parts.group("percent")) / 100.0,
        DeviceFault.valueOf(upper(parts, "fault")));
  }

  private static String upper(Matcher parts, String group) {
    return String.valueOf(parts.group(group)).toUpperCase(Locale.ROOT);
  }
}
