package org.holdfast.pr;

/** What a port's node name may look like, so that it can stand as one word in text. */
final class PortNames {
  private PortNames() {}

  /**
   * RFC 3722 prohibits white space and control characters in iSCSI names; the kept reservation
   * table and the journal rely on it.
   *
   * @throws IllegalArgumentException naming {@code whose} it is
   */
  static void check(String whose, String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException(whose + " port has a name");
    }
    if (name.codePoints().anyMatch(PortNames::isForbidden)) {
      throw new IllegalArgumentException(
          whose + " port's name has white space or control characters: \"" + name + "\"");
    }
  }

  private static boolean isForbidden(int c) {
    return Character.isWhitespace(c)
        || Character.isSpaceChar(c)
        || Character.isISOControl(c)
        // Half a surrogate pair: encoding it as UTF-8 would make another name of it.
        || Character.getType(c) == Character.SURROGATE;
  }
}
