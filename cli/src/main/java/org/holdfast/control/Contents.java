package org.holdfast.control;

import java.util.Arrays;
import java.util.Optional;

/** Contents of files that may not be there. */
final class Contents {
  private Contents() {}

  /** Whether both are there with the same bytes, or neither is. */
  static boolean same(Optional<byte[]> one, Optional<byte[]> other) {
    return one.isPresent() == other.isPresent()
        && (one.isEmpty() || Arrays.equals(one.get(), other.orElseThrow()));
  }
}
