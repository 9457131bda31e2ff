package org.holdfast.config;

/** The keys that stand together wherever CHAP is configured; {@link ConfigKey} says where. */
// Every field holds an immutable value. The checker cannot see it.
@SuppressWarnings("ImmutableEnumChecker")
enum ChapPart {
  USERID(
      ValueType.text("a name of at most 255 characters", "[^\\x00]{0,255}"),
      "",
      "who may come in by CHAP"),
  PASSWORD(new ValueType.Secret(), "", "the CHAP secret of that user, 12 to 16 bytes"),
  MUTUAL_USERID(
      ValueType.text("a name of at most 255 characters", "[^\\x00]{0,255}"),
      "",
      "as whom the target answers when the initiator asks for that (mutual CHAP)"),
  MUTUAL_PASSWORD(
      new ValueType.Secret(), "", "the target's own CHAP secret, 12 to 16 bytes, another one"),
  ALGORITHMS(
      ValueType.text(
          "a list of SHA3-256, SHA-256, SHA-1 and MD5 with commas", "[A-Z0-9-]+(,[A-Z0-9-]+)*"),
      "SHA3-256,SHA-256,SHA-1,MD5",
      "Holdfast's own key: CHAP algorithms that are allowed; the initiator chooses among them");

  private final ValueType type;
  private final String fallback;
  private final String meaning;

  ChapPart(ValueType type, String fallback, String meaning) {
    this.type = type;
    this.fallback = fallback;
    this.meaning = meaning;
  }

  ValueType type() {
    return type;
  }

  String fallback() {
    return fallback;
  }

  String meaning() {
    return meaning;
  }
}
