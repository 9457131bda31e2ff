package org.holdfast.scsi;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operation that rewrites the whole medium and goes on after its command when it has to: a
 * format or a sanitize operation (SBC-4 clauses 4.33 and 4.11). Its text form is what survives a
 * restart.
 *
 * @param purpose which command asked for it
 * @param erasure what is done to the medium
 */
public record MediumOperation(Purpose purpose, Erasure erasure) {
  /** What an operation is for, and so what initiators are told of it. */
  public enum Purpose {
    FORMAT(SenseCode.LOGICAL_UNIT_NOT_READY_FORMAT_IN_PROGRESS, SenseCode.FORMAT_COMMAND_FAILED),
    /** Sanitize in the restricted completion mode: only another one ends a failure (AUSE = 0). */
    SANITIZE(
        SenseCode.LOGICAL_UNIT_NOT_READY_SANITIZE_IN_PROGRESS, SenseCode.SANITIZE_COMMAND_FAILED),
    /** Sanitize in the unrestricted completion mode (AUSE = 1). */
    SANITIZE_UNRESTRICTED(
        SenseCode.LOGICAL_UNIT_NOT_READY_SANITIZE_IN_PROGRESS, SenseCode.SANITIZE_COMMAND_FAILED);

    private final SenseCode running;
    private final SenseCode failed;

    Purpose(SenseCode running, SenseCode failed) {
      this.running = running;
      this.failed = failed;
    }

    SenseCode running() {
      return running;
    }

    SenseCode failed() {
      return failed;
    }
  }

  /** What is done to every block. */
  public sealed interface Erasure {
    /** Reads as zeros afterwards and occupies no space where the device can do that. */
    record Zeroes() implements Erasure {}

    /**
     * A pattern, written over and over.
     *
     * @param pattern from position to limit, at least 1 byte, at most a logical block; every block
     *     begins with its first; copied
     * @param passes how often, at least 1
     * @param invert every other pass writes the inverse, and the last one the pattern
     */
    record Pattern(ByteBuffer pattern, int passes, boolean invert) implements Erasure {
      public Pattern {
        byte[] copy = bytes(pattern);
        pattern = ByteBuffer.wrap(copy).asReadOnlyBuffer();
      }

      private static byte[] bytes(ByteBuffer pattern) {
        byte[] copy = new byte[pattern.remaining()];
        pattern.get(pattern.position(), copy);
        return copy;
      }
    }

    /** Bytes that nobody can tell in advance, nor afterwards. */
    record Noise() implements Erasure {}
  }

  /** The form that {@link #parse} reads: words between single spaces. */
  String text() {
    return purpose.name()
        + switch (erasure) {
          case Erasure.Zeroes() -> " zeroes";
          case Erasure.Noise() -> " noise";
          case Erasure.Pattern(ByteBuffer pattern, int passes, boolean invert) ->
              " pattern "
                  + passes
                  + (invert ? " inverted " : " plain ")
                  + Base64.getEncoder().encodeToString(Erasure.Pattern.bytes(pattern));
        };
  }

  /** What {@link #text} has written; null when it is something else. */
  static @Nullable MediumOperation parse(String text) {
    List<String> words = List.of(text.split(" ", -1));
    try {
      Purpose purpose = Purpose.valueOf(words.getFirst());
      Erasure erasure =
          switch (words.size()) {
            case 2 -> words.get(1).equals("noise") ? new Erasure.Noise() : new Erasure.Zeroes();
            case 5 ->
                new Erasure.Pattern(
                    ByteBuffer.wrap(Base64.getDecoder().decode(words.get(4))),
                    Integer.parseInt(words.get(2)),
                    words.get(3).equals("inverted"));
            default -> throw new IllegalArgumentException("as many words as nothing has: " + text);
          };
      MediumOperation operation = new MediumOperation(purpose, erasure);
      return operation.text().equals(text) ? operation : null;
    } catch (IllegalArgumentException e) {
      return null; // Not a purpose, not a number, not Base64: not written by text().
    }
  }
}
