import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * What ran, per module, and by name what failed or was skipped and why. A single-file program for
 * {@code ./check}: reads the paths of surefire's reports from standard input. Exit code 1 when a
 * report tells of a failure, or when there is no test at all.
 */
final class Summary {
  private static final class Count {
    private int tests;
    private int failed;
    private int skipped;
    private double seconds;
  }

  private final Map<String, Count> modules = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();
  private final List<String> skips = new ArrayList<>();

  public static void main(String[] args) throws Exception {
    Summary summary = new Summary();
    DocumentBuilder parser = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder();
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String path = in.readLine(); path != null; path = in.readLine()) {
      summary.add(moduleOf(path), parser.parse(new File(path)).getDocumentElement());
    }
    System.exit(summary.print() ? 0 : 1);
  }

  /** {@code ./cli/target/surefire-reports/TEST-x.xml} is of {@code cli}. */
  private static String moduleOf(String path) {
    return path.replaceFirst("^\\./", "").replaceFirst("/target/.*", "");
  }

  private void add(String module, Element suite) {
    Count count = modules.computeIfAbsent(module, name -> new Count());
    NodeList cases = suite.getElementsByTagName("testcase");
    for (int i = 0; i < cases.getLength(); i++) {
      Element test = (Element) cases.item(i);
      String name = test.getAttribute("classname") + "." + test.getAttribute("name");
      count.tests++;
      count.seconds += Double.parseDouble(test.getAttribute("time").replace(",", ""));
      Element skipped = (Element) test.getElementsByTagName("skipped").item(0);
      if (skipped != null) {
        count.skipped++;
        skips.add(name + ": " + reason(skipped));
      }
      for (String kind : List.of("failure", "error")) {
        Element failed = (Element) test.getElementsByTagName(kind).item(0);
        if (failed != null) {
          count.failed++;
          failures.add(name + ": " + reason(failed));
        }
      }
    }
  }

  private static String reason(Element element) {
    String message = element.getAttribute("message");
    String text = message.isEmpty() ? element.getTextContent() : message;
    return text.lines()
        .findFirst()
        .map(String::strip)
        .filter(s -> !s.isEmpty())
        .orElse("no reason");
  }

  private boolean print() {
    Count all = new Count();
    String row = "%-16s %7s %7s %8s %9s%n";
    System.out.printf(row, "module", "tests", "failed", "skipped", "seconds");
    modules.forEach(
        (name, count) -> {
          line(row, name, count);
          all.tests += count.tests;
          all.failed += count.failed;
          all.skipped += count.skipped;
          all.seconds += count.seconds;
        });
    line(row, "all", all);
    list("skipped", skips);
    list("FAILED", failures);
    if (all.tests == 0) {
      System.out.println("no test ran");
    }
    return all.failed == 0 && all.tests > 0;
  }

  private static void line(String row, String name, Count count) {
    System.out.printf(
        row, name, count.tests, count.failed, count.skipped, "%.1f".formatted(count.seconds));
  }

  private static void list(String title, List<String> lines) {
    lines.stream().sorted().forEach(line -> System.out.println(title + " " + line));
  }
}
