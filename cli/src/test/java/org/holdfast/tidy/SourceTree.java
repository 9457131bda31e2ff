package org.holdfast.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The project's Java sources, of all modules. */
record SourceTree(Path root) {
  /** Found upwards from the directory that the tests run in, which is a module's. */
  static SourceTree find() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("pr-engine/pom.xml"))) {
      at = at.getParent();
      if (at == null) {
        throw new IllegalStateException("the tests do not run inside the project");
      }
    }
    return new SourceTree(at);
  }

  /** Every Java source below a module's {@code src}, in order. */
  List<Path> javaFiles() {
    try (Stream<Path> modules = Files.list(root)) {
      return modules
          .filter(module -> Files.exists(module.resolve("pom.xml")))
          .map(module -> module.resolve("src"))
          .filter(Files::isDirectory)
          .flatMap(SourceTree::walk)
          .filter(file -> file.toString().endsWith(".java"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> walk(Path directory) {
    try (Stream<Path> found = Files.walk(directory)) {
      return found.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As messages name a file. */
  String name(Path file) {
    return root.relativize(file).toString();
  }
}
