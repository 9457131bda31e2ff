package org.holdfast.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads a configuration file in the layout of LIO's saveconfig.json. */
public final class ConfigReader {
  /** Where the parser thinks that something began; it knows no file. */
  private static final Pattern BEGAN_AT =
      Pattern.compile(" \\((?:for \\w+ starting|start marker) at .*", Pattern.DOTALL);

  private ConfigReader() {}

  /**
   * A file that can be served.
   *
   * @param configuration what is served
   * @param warnings what to tell the user, each once
   * @param withoutEffect keys (or the objects that hold them) that are accepted and change nothing
   */
  public record Loaded(
      Configuration configuration, List<Finding> warnings, List<String> withoutEffect) {
    public Loaded {
      warnings = List.copyOf(warnings);
      withoutEffect = List.copyOf(withoutEffect);
    }
  }

  /** What {@code file} holds. */
  public static String text(Path file) throws ConfigException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException _) {
      throw unreadable(file.toString(), "there is no such file");
    } catch (IOException e) {
      throw unreadable(file.toString(), "cannot be read: " + e);
    }
  }

  /**
   * Reads a text.
   *
   * @param source what to call the text in messages
   */
  public static Loaded parse(String text, String source) throws ConfigException {
    return check(tree(text, source), source);
  }

  /**
   * Checks a text that has been read.
   *
   * @param tree one JSON object
   * @param source what to call it in messages
   */
  public static Loaded check(JsonNode tree, String source) throws ConfigException {
    Findings findings = new Findings();
    ConfigCursor root = new ConfigCursor("", tree);
    new SchemaCheck(findings).check(root, "");
    new CrossCheck(findings).check(root);
    if (findings.hasErrors()) {
      throw new ConfigException(source, findings.errors(), findings.warnings());
    }
    return new Loaded(ModelBuilder.build(root), findings.warnings(), findings.withoutEffect());
  }

  /**
   * The JSON object that {@code text} holds; a key that stands twice is an error.
   *
   * @param source what to call the text in messages
   */
  public static ObjectNode tree(String text, String source) throws ConfigException {
    try {
      if (JsonTree.read(text) instanceof ObjectNode tree) {
        return tree;
      }
      throw unreadable(source, "the file is not one JSON object");
    } catch (JacksonException e) {
      TokenStreamLocation at = e.getLocation();
      throw unreadable(
          source,
          "line "
              + at.getLineNr()
              + ", column "
              + at.getColumnNr()
              + ": not valid JSON: "
              + BEGAN_AT.matcher(e.getOriginalMessage()).replaceAll(""));
    }
  }

  /** As {@link #tree(String, String)}, of UTF-8. */
  public static ObjectNode tree(byte[] content, String source) throws ConfigException {
    return tree(new String(content, StandardCharsets.UTF_8), source);
  }

  private static ConfigException unreadable(String source, String message) {
    return new ConfigException(source, List.of(new Finding("", message)), List.of());
  }
}
