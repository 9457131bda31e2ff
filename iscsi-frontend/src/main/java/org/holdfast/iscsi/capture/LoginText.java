package org.holdfast.iscsi.capture;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.holdfast.iscsi.login.TextKeys;

/**
 * One side's {@code key=value} pairs of a login, read byte by byte, over as many PDUs and pieces as
 * they come in. Values that help to guess a secret are made unreadable, at their length.
 *
 * <p>Thread: the connection's.
 */
final class LoginText {
  /**
   * Challenge and response of CHAP (RFC 7143 clause 12.1.3): who has both can try secrets until one
   * fits. In lower case, so that a wrong spelling hides nothing less.
   */
  private static final Set<String> SECRET = Set.of("chap_c", "chap_r");

  private static final String INITIATOR_NAME = "initiatorname";
  private static final byte MASK = '*';
  private static final int LONGEST_NAME = 1024;

  private enum Value {
    NONE,
    SECRET,
    NAME,
    OTHER
  }

  private final StringBuilder key = new StringBuilder();
  private final java.io.ByteArrayOutputStream name = new java.io.ByteArrayOutputStream();
  private Value value = Value.NONE;
  private boolean named;

  /** Takes the next byte; returns what is shown in its place. */
  byte next(byte read) {
    if (read == 0) {
      end();
      return read;
    }
    switch (value) {
      case NONE -> {
        if (read == '=') {
          value = kind();
        } else if (key.length() <= TextKeys.MAX_KEY_LENGTH) {
          key.append((char) (read & 0xFF));
        }
      }
      case SECRET -> {
        return MASK;
      }
      case NAME -> {
        if (name.size() < LONGEST_NAME) {
          name.write(read);
        }
      }
      case OTHER -> {}
    }
    return read;
  }

  private Value kind() {
    String lower = key.toString().toLowerCase(Locale.ROOT);
    if (SECRET.contains(lower)) {
      return Value.SECRET;
    }
    return !named && lower.equals(INITIATOR_NAME) ? Value.NAME : Value.OTHER;
  }

  /** A pair ends, or the whole text. */
  void end() {
    named |= value == Value.NAME;
    value = Value.NONE;
    key.setLength(0);
  }

  /** The first value of InitiatorName, once it is complete. */
  Optional<String> initiatorName() {
    return named ? Optional.of(name.toString(StandardCharsets.UTF_8)) : Optional.empty();
  }
}
