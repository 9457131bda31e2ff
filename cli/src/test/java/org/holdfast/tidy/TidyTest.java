package org.holdfast.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Rules of style that a program can check. */
class TidyTest {
  private static final int LINES = 500;

  /** Split, so that this file does not find itself. */
  private static final Pattern UNFINISHED =
      Pattern.compile("\\b(TO" + "DO|FIX" + "ME|X" + "XX)\\b");

  private final SourceTree tree = SourceTree.find();

  @Test
  void thereAreSourcesToLookAt() {
    assertThat(tree.javaFiles()).hasSizeGreaterThan(50);
  }

  @Test
  void noFileIsTooLongToRead() {
    assertThat(filesWhere(source -> source.lines().count() > LINES))
        .as("files of more than %d lines; split them", LINES)
        .isEmpty();
  }

  @Test
  void noTabs() {
    assertThat(filesWhere(source -> source.indexOf('\t') >= 0)).as("files with tabs").isEmpty();
  }

  @Test
  void nothingIsLeftForLater() {
    assertThat(filesWhere(source -> UNFINISHED.matcher(source).find()))
        .as("files with a reminder; do it, or write an issue")
        .isEmpty();
  }

  @Test
  void everyPackageOfTheProductIsNullMarked() {
    Path main = Path.of("src", "main", "java");
    List<String> unmarked =
        tree.javaFiles().stream()
            .filter(file -> file.toString().contains(main.toString()))
            .map(Path::getParent)
            .distinct()
            .map(directory -> directory.resolve("package-info.java"))
            .filter(info -> !Files.exists(info) || !tree.read(info).contains("@NullMarked"))
            .map(tree::name)
            .toList();
    assertThat(unmarked).as("missing, or without @NullMarked").isEmpty();
  }

  private List<String> filesWhere(Predicate<String> bad) {
    return tree.javaFiles().stream()
        .filter(file -> bad.test(tree.read(file)))
        .map(tree::name)
        .toList();
  }
}
