package org.holdfast.shell;

import java.io.PrintWriter;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * Where the shell writes, how wide that is and whether it shows colours.
 *
 * @param width characters of a line, asked each time: a terminal can be resized
 * @param colours asked each time, as the user can switch them off
 * @param redraws it is a terminal, so that what was drawn can be replaced
 */
record Output(PrintWriter writer, IntSupplier width, BooleanSupplier colours, boolean redraws) {
  /** Characters of a line where there is no terminal: as wide as targetcli's. */
  static final int FIXED_WIDTH = 132;

  private static final int NARROWEST = 20;

  /** What a text looks like on a terminal (ECMA-48, SELECT GRAPHIC RENDITION). */
  enum Look {
    PLAIN(""),
    STRONG("1"),
    PLACE("1;36"),
    GOOD("32"),
    NOTABLE("33"),
    BAD("31");

    private final String code;

    Look(String code) {
      this.code = code;
    }
  }

  static Output plain(PrintWriter writer) {
    return new Output(writer, () -> FIXED_WIDTH, () -> false, false);
  }

  int columns() {
    return Math.max(NARROWEST, width.getAsInt());
  }

  void line(String text) {
    writer.println(text);
  }

  void lines(Iterable<String> texts) {
    texts.forEach(this::line);
  }

  /** Clears the terminal and draws on it (ECMA-48: CURSOR POSITION, ERASE IN PAGE). */
  void redraw(Iterable<String> texts) {
    writer.print("\033[H\033[2J");
    int columns = columns();
    texts.forEach(
        text -> writer.println(text.length() > columns ? text.substring(0, columns) : text));
    writer.flush();
  }

  void flush() {
    writer.flush();
  }

  String paint(Look look, String text) {
    return look == Look.PLAIN || !colours.getAsBoolean()
        ? text
        : "\033[" + look.code + "m" + text + "\033[0m";
  }
}
