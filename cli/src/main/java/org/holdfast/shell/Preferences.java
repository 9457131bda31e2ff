package org.holdfast.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a user has set for the shell, and bookmarks; kept in a file of the user's own (0600) where
 * there is one. Thread: one.
 */
final class Preferences {
  private static final String GLOBAL = "global";
  private static final String BOOKMARKS = "bookmarks";

  private final @Nullable Path file;
  private final Map<Preference, String> settings = new TreeMap<>();
  private final Map<String, Place> bookmarks = new TreeMap<>();

  private Preferences(@Nullable Path file) {
    this.file = file;
  }

  /** Nothing set, and nothing is kept. */
  static Preferences forgetful() {
    return new Preferences(null);
  }

  /** What the file says; a missing one says nothing. */
  static Preferences of(Path file) throws ShellException {
    Preferences preferences = new Preferences(file);
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException _) {
      return preferences;
    } catch (IOException e) {
      throw ShellException.failed(
          file + " cannot be read: " + e + "; correct its permissions or remove it");
    }
    ObjectNode kept =
        Json.parse(text)
            .orElseThrow(
                () ->
                    ShellException.failed(
                        file + " is not JSON; it holds the shell's settings, remove it"));
    for (Preference preference : Preference.values()) {
      preference
          .type()
          .reader()
          .apply(Json.string(kept.path(GLOBAL), preference.word()))
          .ifPresent(value -> preferences.settings.put(preference, value));
    }
    kept.path(BOOKMARKS)
        .properties()
        .forEach(
            mark ->
                preferences.bookmarks.put(
                    mark.getKey(), Place.ROOT.resolve(mark.getValue().asString(""))));
    return preferences;
  }

  String get(Preference preference) {
    return settings.getOrDefault(preference, preference.fallback());
  }

  boolean isOn(Preference preference) {
    return Boolean.parseBoolean(get(preference));
  }

  int count(Preference preference) {
    return (int) Math.min(Integer.MAX_VALUE, Long.parseLong(get(preference)));
  }

  /** Sets it; the value is canonical. */
  void set(Preference preference, String value) throws ShellException {
    settings.put(preference, value);
    keep();
  }

  Map<String, Place> bookmarks() {
    return Map.copyOf(bookmarks);
  }

  Place bookmark(String name) throws ShellException {
    @Nullable Place place = bookmarks.get(name);
    if (place == null) {
      throw ShellException.usage(
          "there is no bookmark '"
              + name
              + "'; "
              + (bookmarks.isEmpty()
                  ? "make one with 'bookmarks add NAME'"
                  : "there are: " + String.join(", ", bookmarks.keySet())));
    }
    return place;
  }

  void addBookmark(String name, Place place) throws ShellException {
    bookmarks.put(name, place);
    keep();
  }

  void removeBookmark(String name) throws ShellException {
    bookmark(name);
    bookmarks.remove(name);
    keep();
  }

  private void keep() throws ShellException {
    if (file == null) {
      return;
    }
    ObjectNode kept = Json.object();
    ObjectNode global = kept.putObject(GLOBAL);
    settings.forEach((preference, value) -> global.put(preference.word(), value));
    ObjectNode marks = kept.putObject(BOOKMARKS);
    bookmarks.forEach((name, place) -> marks.put(name, place.toString()));
    try {
      Path directory = Optional.ofNullable(file.getParent()).orElse(Path.of("."));
      Files.createDirectories(directory);
      Path written =
          Files.createTempFile(
              directory,
              "shell",
              ".tmp",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(written, Json.pretty(kept));
      Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw ShellException.failed(
          "it holds for this session, but cannot be kept in " + file + ": " + e);
    }
  }
}
