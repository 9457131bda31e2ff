package org.holdfast.iscsi.login;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** iSCSI node names (RFC 7143 clause 4.2.7, RFC 3722). */
public final class IscsiName {
  private static final Pattern FORM =
      Pattern.compile(
          "iqn\\.[0-9]{4}-[0-9]{2}\\.[^\\s,]+|eui\\.[0-9a-f]{16}|naa\\.([0-9a-f]{16}|[0-9a-f]{32})");

  /** ASCII that RFC 3722 clause 6.2 forbids, but for the underscore that host names bring along. */
  private static final Pattern FORBIDDEN = Pattern.compile("[\\x00-\\x7F&&[^-.:_0-9a-z]]");

  private IscsiName() {}

  /**
   * The one spelling by which names are compared: NFKC, lower case.
   *
   * @return empty when {@code name} is no iqn., eui. or naa. name of at most 223 bytes
   */
  public static Optional<String> normalise(String name) {
    String folded =
        Normalizer.normalize(
            Normalizer.normalize(name, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT),
            Normalizer.Form.NFKC);
    boolean valid =
        folded.getBytes(StandardCharsets.UTF_8).length <= KeyTable.MAX_NAME
            && FORM.matcher(folded).matches()
            && !FORBIDDEN.matcher(folded).find();
    return valid ? Optional.of(folded) : Optional.empty();
  }
}
