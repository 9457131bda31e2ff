package org.holdfast.config;

import java.util.List;

/** What a key does in Holdfast. */
public sealed interface Effect {
  /** The value is used. */
  record Supported() implements Effect {}

  /**
   * Accepted so that LIO's files load; Holdfast decides this itself, whatever the value.
   *
   * @param why in a few words, for the documentation
   */
  record WithoutEffect(String why) implements Effect {}

  /**
   * Holdfast behaves as with one of {@code usual}; any other value is named in a warning.
   *
   * @param usual canonical values that ask for nothing else than what is done
   */
  record WarnUnless(List<String> usual, String why) implements Effect {
    public WarnUnless {
      usual = List.copyOf(usual);
    }
  }

  /**
   * Any value but {@code usual} asks for something that must not be ignored: the start is refused.
   */
  record RefuseUnless(List<String> usual, String why) implements Effect {
    public RefuseUnless {
      usual = List.copyOf(usual);
    }
  }

  static Effect ignored(String why) {
    return new WithoutEffect(why);
  }

  static Effect warn(String why, String... usual) {
    return new WarnUnless(List.of(usual), why);
  }

  static Effect refuse(String why, String... usual) {
    return new RefuseUnless(List.of(usual), why);
  }
}
