package org.holdfast.shell;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.holdfast.config.Addresses;
import org.holdfast.config.ConfigKey;
import org.holdfast.config.ValueType;
import org.holdfast.iscsi.login.IscsiName;
import tools.jackson.databind.node.StringNode;

/**
 * What a parameter of a command may hold.
 *
 * @param expected for messages and documentation: "a size such as 10G"
 * @param reader the canonical text of what was typed, empty when it does not fit
 * @param source what Tab offers for it
 */
record ArgumentType(
    String expected, Function<String, Optional<String>> reader, CandidateSource source) {

  static final ArgumentType TEXT = new ArgumentType("text", Optional::of, CandidateSource.NONE);

  /** A name of a disk; the row of the configuration decides what is one. */
  static final ArgumentType NAME = of(ConfigKey.SO_NAME, CandidateSource.NONE);

  static final ArgumentType FILE =
      new ArgumentType(
          "the path of a file",
          text -> text.isEmpty() ? Optional.empty() : Optional.of(text),
          CandidateSource.FILES);

  static final ArgumentType SIZE =
      new ArgumentType(
          Sizes.EXPECTED, text -> Sizes.parse(text).map(String::valueOf), CandidateSource.NONE);

  static final ArgumentType FLAG =
      new ArgumentType("true or false", ArgumentType::flag, CandidateSource.words("true", "false"));

  static final ArgumentType COUNT =
      new ArgumentType("a whole number", ArgumentType::number, CandidateSource.NONE);

  static final ArgumentType LUN =
      new ArgumentType(
          "a LUN such as 0 or lun0",
          text -> number(text.replaceFirst("^(mapped_)?lun", "")),
          CandidateSource.CHILDREN);

  static final ArgumentType TAG =
      new ArgumentType(
          "a tag such as 1 or tpg1",
          text -> number(text.replaceFirst("^tpg", "")),
          CandidateSource.CHILDREN);

  /** Of a disk: {@code /backstores/fileio/d1}, or {@code fileio/d1}. */
  static final ArgumentType BACKSTORE =
      new ArgumentType(
          "a disk such as /backstores/fileio/d1", Optional::of, CandidateSource.BACKSTORES);

  /** A LUN of the portal group, or a disk. */
  static final ArgumentType LUN_OR_BACKSTORE =
      new ArgumentType(
          "a LUN such as lun0, or a disk such as /backstores/fileio/d1",
          Optional::of,
          CandidateSource.LUNS_AND_BACKSTORES);

  static final ArgumentType ISCSI_NAME =
      new ArgumentType(
          "an iSCSI name such as iqn.2026-11.org.example:disk1",
          IscsiName::normalise,
          CandidateSource.NONE);

  /** The name of a child of the place that the command is given at. */
  static final ArgumentType CHILD =
      new ArgumentType("a name that ls shows", Optional::of, CandidateSource.CHILDREN);

  static final ArgumentType ADDRESS =
      new ArgumentType(
          "an IPv4 or IPv6 address such as 192.0.2.7 or 2001:db8::1",
          text -> Addresses.literal(text).map(_ -> text.replaceAll("[\\[\\]]", "")),
          CandidateSource.words("0.0.0.0", "127.0.0.1", "::"));

  static final ArgumentType PORT =
      new ArgumentType(
          "a port from 0 to 65535",
          text -> number(text).filter(port -> Long.parseLong(port) <= 0xFFFF),
          CandidateSource.words("3260"));

  static final ArgumentType PATH =
      new ArgumentType("a path of the tree", Optional::of, CandidateSource.PATHS);

  static final ArgumentType SESSION =
      new ArgumentType(
          "the number of a session as 'sessions' shows it", Optional::of, CandidateSource.SESSIONS);

  static final ArgumentType SESSION_OR_CAPTURE =
      new ArgumentType(
          "the number of a session as 'sessions' shows it, or a capture such as c1",
          Optional::of,
          CandidateSource.SESSIONS_AND_CAPTURES);

  static final ArgumentType GROUP =
      new ArgumentType("a group", Optional::of, CandidateSource.GROUPS);

  static final ArgumentType BOOKMARK =
      new ArgumentType("a bookmark", Optional::of, CandidateSource.BOOKMARKS);

  static final ArgumentType COMMAND =
      new ArgumentType("a command", Optional::of, CandidateSource.COMMANDS);

  static final ArgumentType BACKUP =
      new ArgumentType("the name of a backup", Optional::of, CandidateSource.BACKUPS);

  /** What a key of the configuration may hold. */
  private static ArgumentType of(ConfigKey row, CandidateSource source) {
    return new ArgumentType(
        row.type().expected(),
        text ->
            row.type() instanceof ValueType.Scalar scalar
                ? scalar.read(StringNode.valueOf(text))
                : Optional.of(text),
        source);
  }

  static ArgumentType choice(String... words) {
    List<String> known = List.of(words);
    return new ArgumentType(
        String.join(" or ", known),
        text -> Optional.of(text).filter(known::contains),
        CandidateSource.words(words));
  }

  private static Optional<String> number(String text) {
    return text.matches("[0-9]{1,18}")
        ? Optional.of(String.valueOf(Long.parseLong(text)))
        : Optional.empty();
  }

  private static Optional<String> flag(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "1", "yes", "on" -> Optional.of("true");
      case "false", "0", "no", "off" -> Optional.of("false");
      default -> Optional.empty();
    };
  }
}
