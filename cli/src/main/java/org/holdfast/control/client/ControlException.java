package org.holdfast.control.client;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.holdfast.config.Finding;

/** The daemon said no, or could not be asked. The message is for the user. */
public final class ControlException extends Exception {
  private static final long serialVersionUID = 1L;

  /** {@link #status} when no answer came. */
  public static final int NO_ANSWER = 0;

  /** The configuration was changed by somebody else meanwhile, or its file was. */
  public static final int CONFLICT = 409;

  private final int status;
  private final String title;
  private final String detail;
  private final transient List<Finding> findings;

  /**
   * A problem as the daemon told it.
   *
   * @param status of HTTP; {@link #NO_ANSWER}
   * @param title in a few words
   * @param detail what, where, what to do
   * @param findings what is wrong in the document, by JSON path
   */
  public ControlException(int status, String title, String detail, List<Finding> findings) {
    super(
        Stream.concat(
                Stream.of(detail.isEmpty() ? title : detail),
                findings.stream().map(Finding::toString))
            .collect(Collectors.joining(System.lineSeparator())));
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.findings = List.copyOf(findings);
  }

  static ControlException noAnswer(String detail) {
    return new ControlException(NO_ANSWER, "no answer", detail, List.of());
  }

  /** Status of HTTP, or {@link #NO_ANSWER}. */
  public int status() {
    return status;
  }

  public String title() {
    return title;
  }

  public String detail() {
    return detail;
  }

  public List<Finding> findings() {
    return findings;
  }
}
