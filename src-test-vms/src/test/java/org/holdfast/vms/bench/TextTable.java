package org.holdfast.vms.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** A table in Markdown whose columns line up, so that it reads as well on a terminal. */
final class TextTable {
  private final List<List<String>> rows = new ArrayList<>();
  private final int textColumns;

  /**
   * @param textColumns so many columns, from the left, hold text; the others numbers
   */
  TextTable(int textColumns, List<String> header) {
    this.textColumns = textColumns;
    rows.add(List.copyOf(header));
  }

  void add(List<String> row) {
    if (row.size() != rows.getFirst().size()) {
      throw new IllegalArgumentException(
          "a row of " + row.size() + " in a table of " + rows.getFirst().size() + " columns");
    }
    rows.add(List.copyOf(row));
  }

  boolean isEmpty() {
    return rows.size() == 1;
  }

  @Override
  public String toString() {
    List<Integer> widths = new ArrayList<>();
    List<String> rule = new ArrayList<>();
    for (int column = 0; column < rows.getFirst().size(); column++) {
      int at = column;
      int width = Collections.max(rows.stream().map(row -> width(row.get(at))).toList());
      widths.add(Math.max(3, width));
      String dashes = "-".repeat(widths.get(column) - 1);
      rule.add(column < textColumns ? dashes + "-" : dashes + ":");
    }
    List<String> lines = new ArrayList<>(rows.stream().map(row -> line(row, widths)).toList());
    lines.add(1, line(rule, widths));
    return lines.stream().collect(Collectors.joining("\n", "", "\n"));
  }

  private String line(List<String> row, List<Integer> widths) {
    StringBuilder line = new StringBuilder("|");
    for (int column = 0; column < row.size(); column++) {
      String cell = row.get(column);
      String blanks = " ".repeat(widths.get(column) - width(cell));
      line.append(' ').append(column < textColumns ? cell + blanks : blanks + cell).append(" |");
    }
    return line.toString();
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
