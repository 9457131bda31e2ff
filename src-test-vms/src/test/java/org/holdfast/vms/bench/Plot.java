package org.holdfast.vms.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * The side by side table as grouped bars, in SVG: for every cell each target's IOPS as a share of
 * the bare echo's, with the number itself at the bar. Its background is part of it and follows the
 * reader's colour scheme.
 */
final class Plot {
  private static final int WIDTH = 860;
  private static final int LEFT = 170;
  private static final int RIGHT = 80;
  private static final int TOP = 70;
  private static final int BAR = 13;
  private static final int GAP = 14;
  private static final int BOTTOM = 46;
  private static final int LINE = 17;

  /** Small letters that fit beside each other, with usual words. */
  private static final int LETTERS = 120;

  private static final int STEPS = 5;

  /** Colours that those who see fewer colours tell apart, for a light and a dark background. */
  private static final String STYLE =
      """
      .ground { fill: #ffffff; }
      text { fill: #1f2328; font: 13px system-ui, sans-serif; }
      .title { font-size: 16px; font-weight: 600; }
      .small { font-size: 12px; }
      .grid { stroke: #d0d7de; }
      .c0 { fill: #0072b2; }
      .c1 { fill: #d98200; }
      .c2 { fill: #6e7781; }
      .c3 { fill: #a0458c; }
      @media (prefers-color-scheme: dark) {
        .ground { fill: #0d1117; }
        text { fill: #e6edf3; }
        .grid { stroke: #30363d; }
        .c0 { fill: #56b4e9; }
        .c1 { fill: #e69f00; }
        .c2 { fill: #9aa4af; }
        .c3 { fill: #d982c4; }
      }
      """;

  private final Results results;
  private final List<Cell> cells;
  private final List<String> peers;
  private final String caption;
  private final StringBuilder svg = new StringBuilder();
  private final double axis;

  private Plot(Results results, List<Cell> cells, String caption) {
    this.results = results;
    this.cells = cells;
    this.caption = caption;
    peers = results.peers().stream().filter(peer -> !peer.equals("echo")).toList();
    double most =
        cells.stream()
            .flatMap(cell -> peers.stream().map(peer -> share(peer, cell)))
            .filter(OptionalDouble::isPresent)
            .mapToDouble(OptionalDouble::getAsDouble)
            .max()
            .orElse(1);
    axis = Math.max(1, Math.ceil(most * STEPS) / STEPS);
  }

  /**
   * Draws the cells that all targets ran.
   *
   * @param caption when and where it was measured
   */
  static String of(Results results, List<Cell> cells, String caption) {
    return new Plot(results, cells.stream().filter(cell -> !cell.onlyOurs()).toList(), caption)
        .draw();
  }

  private OptionalDouble share(String peer, Cell cell) {
    OptionalDouble iops = results.iops(peer, cell.name());
    OptionalDouble echo = results.iops("echo", cell.name());
    return iops.isPresent() && echo.isPresent()
        ? OptionalDouble.of(iops.getAsDouble() / echo.getAsDouble())
        : OptionalDouble.empty();
  }

  private int groupHeight() {
    return peers.size() * BAR + GAP;
  }

  private String draw() {
    int chart = cells.size() * groupHeight();
    List<String> captions = lines(caption);
    int height = TOP + chart + BOTTOM + (captions.size() - 1) * LINE;
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-labelledby="title">
        <title id="title">IOPS as a share of a bare loopback echo, by cell and target</title>
        <style>
        %s</style>
        <rect class="ground" width="100%%" height="100%%"/>
        <text class="title" x="16" y="26">IOPS as a share of a bare loopback echo</text>
        """
            .formatted(WIDTH, height, STYLE));
    legend();
    grid(chart);
    for (int i = 0; i < cells.size(); i++) {
      group(cells.get(i), TOP + i * groupHeight());
    }
    for (int i = 0; i < captions.size(); i++) {
      text(16, TOP + chart + BOTTOM - 12 + i * LINE, "small", "start", captions.get(i));
    }
    return svg.append("</svg>\n").toString();
  }

  /** As many words on each line as are sure to fit. */
  private static List<String> lines(String caption) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : caption.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > LETTERS) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  private void legend() {
    int x = LEFT;
    for (int i = 0; i < peers.size(); i++) {
      rectangle(x, 40, BAR, colour(i));
      text(x + BAR + 6, 51, "", "start", results.version(peers.get(i)));
      x += 40 + 8 * results.version(peers.get(i)).length();
    }
  }

  private void grid(int chart) {
    int lines = (int) Math.round(axis * STEPS);
    for (int i = 0; i <= lines; i++) {
      double x = LEFT + plotWidth() * i / lines;
      svg.append(
          String.format(
              Locale.ROOT,
              "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>%n",
              x,
              TOP - 6,
              x,
              TOP + chart - GAP / 2));
      text(x, TOP + chart + 8, "small", "middle", 100 * i / STEPS + " %");
    }
  }

  private void group(Cell cell, int top) {
    int middle = top + (groupHeight() - GAP) / 2 + 5;
    text(LEFT - 10.0, middle, "", "end", cell.label());
    for (int i = 0; i < peers.size(); i++) {
      OptionalDouble share = share(peers.get(i), cell);
      int y = top + i * BAR;
      double width = plotWidth() * share.orElse(0) / axis;
      if (share.isPresent()) {
        rectangle(LEFT, y, width, colour(i));
      }
      String label = Figures.brief(results.iops(peers.get(i), cell.name()));
      text(LEFT + width + 5, y + BAR - 3.0, "small", "start", label);
    }
  }

  private static double plotWidth() {
    return WIDTH - LEFT - RIGHT;
  }

  private static String colour(int index) {
    return "c" + Math.min(3, index);
  }

  private void rectangle(double x, double y, double width, String style) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\"/>%n",
            style,
            x,
            y,
            width,
            BAR - 2));
  }

  private void text(double x, double y, String style, String anchor, String text) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
            style,
            x,
            y,
            anchor,
            text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")));
  }
}
