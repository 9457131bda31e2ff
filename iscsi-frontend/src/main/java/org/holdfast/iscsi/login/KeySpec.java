package org.holdfast.iscsi.login;

import java.util.Set;

/**
 * Everything known about one text key: one row of {@link KeyTable}.
 *
 * @param name as on the wire, case-sensitive
 * @param clause where RFC 7143 (or another document) defines it
 * @param sender which side may send it
 * @param scope what the value holds for
 * @param phases when it may be sent; empty for a setting that never travels
 * @param relevance in which sessions it means something
 * @param type its values and how they combine
 * @param initial the value that holds when nobody mentions the key; empty when there is none
 * @param ours what this target offers or wants unless the configuration says otherwise
 * @param setting what the configuration may do with it
 */
public record KeySpec(
    String name,
    String clause,
    Sender sender,
    Scope scope,
    Set<Phase> phases,
    Relevance relevance,
    ValueType type,
    String initial,
    String ours,
    Setting setting) {
  public static final String YES = "Yes";
  public static final String NO = "No";

  public KeySpec {
    phases = Set.copyOf(phases);
    if (name.isEmpty() || name.length() > TextKeys.MAX_KEY_LENGTH) {
      throw new IllegalArgumentException("key name of " + name.length() + " characters");
    }
    if (!initial.isEmpty() && !type.admits(initial)) {
      throw new IllegalArgumentException(
          name + ": default '" + initial + "' is not " + type.range());
    }
    if (!ours.isEmpty() && !type.admits(ours)) {
      throw new IllegalArgumentException(name + ": our '" + ours + "' is not " + type.range());
    }
  }

  /** Which side sends the key. */
  public enum Sender {
    INITIATOR,
    TARGET,
    BOTH
  }

  /** What a value holds for. */
  public enum Scope {
    CONNECTION,
    SESSION
  }

  /** Where a key is answered Irrelevant. */
  public enum Relevance {
    EVERY_SESSION,
    NORMAL_SESSION,
    /** FirstBurstLength: only when some data may come unsolicited (RFC 7143 clause 13.14). */
    UNSOLICITED_DATA
  }

  /** What the configuration may do with a key. */
  public enum Setting {
    /** Any admissible value. */
    FREE,
    /** Present in configurations of other targets; only our own value is accepted. */
    FIXED,
    /** Present in configurations of other targets; accepted and without effect. */
    IGNORED,
    /** Not a matter of configuration. */
    NONE
  }

  /**
   * Our value after the configuration said {@code value}.
   *
   * @throws IllegalArgumentException naming key, value and range
   */
  String configured(String value) {
    String wrong = "login key " + name + ": '" + value + "' ";
    return switch (setting) {
      case FREE -> {
        if (!type.admits(value)
            || (type instanceof ValueType.Choice list
                && !list.known().containsAll(ValueType.Choice.split(value)))) {
          throw new IllegalArgumentException(wrong + "is not " + type.range());
        }
        yield value;
      }
      case FIXED -> {
        if (!type.admits(value) || !sameAsOurs(value)) {
          throw new IllegalArgumentException(wrong + "is not supported, only " + ours + " is");
        }
        yield ours;
      }
      case IGNORED -> ours;
      case NONE ->
          throw new IllegalArgumentException(wrong + "cannot be set, the protocol fills it in");
    };
  }

  /** For a list it is enough that our value is among the configured ones ({@code CHAP,None}). */
  private boolean sameAsOurs(String value) {
    return switch (type) {
      case ValueType.Choice list -> list.combine(value, ours).isPresent();
      case ValueType.Numeric ignored ->
          ValueType.Numeric.parse(value).equals(ValueType.Numeric.parse(ours));
      default -> value.equals(ours);
    };
  }
}
