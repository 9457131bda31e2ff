package org.holdfast.iscsi.login;

import java.io.ByteArrayOutputStream;

/** Joins the parts of a text that spans PDUs (C bit, RFC 7143 clauses 11.10.2 and 11.12.2). */
public final class TextAssembler {
  /** Most bytes of one text, all its PDUs together. */
  public static final int MAX_TEXT = 16384;

  private final ByteArrayOutputStream parts = new ByteArrayOutputStream();

  /**
   * Adds one PDU's text.
   *
   * @throws NegotiationException when the whole grows beyond {@value #MAX_TEXT} bytes
   */
  public void add(byte[] part) throws NegotiationException {
    if (part.length > MAX_TEXT - parts.size()) {
      throw new NegotiationException("a text of more than " + MAX_TEXT + " bytes");
    }
    parts.writeBytes(part);
  }

  /** Whether a part was added since the last {@link #take}. */
  public boolean pending() {
    return parts.size() > 0;
  }

  /** The whole text; the assembler is empty afterwards. */
  public byte[] take() {
    byte[] whole = parts.toByteArray();
    parts.reset();
    return whole;
  }
}
