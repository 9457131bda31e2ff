package org.holdfast.config;

import java.util.Arrays;
import java.util.List;

/** Several paths written as one. */
final class PathList {
  private PathList() {}

  /** {@code a.{b,c}} stands for {@code a.b} and {@code a.c}. */
  static List<String> expand(String path) {
    int open = path.indexOf('{');
    if (open < 0) {
      return List.of(path);
    }
    String head = path.substring(0, open);
    String[] tails = path.substring(open + 1, path.length() - 1).split(",", -1);
    return Arrays.stream(tails).map(head::concat).toList();
  }
}
