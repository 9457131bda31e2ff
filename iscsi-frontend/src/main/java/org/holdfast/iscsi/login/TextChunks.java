package org.holdfast.iscsi.login;

import java.util.Arrays;

/** An answer on its way out in parts of at most the receiver's segment length (C bit). */
public final class TextChunks {
  private byte[] text = new byte[0];
  private int position;

  /** Starts a new answer; what was left of the last one is forgotten. */
  public void start(byte[] whole) {
    text = whole;
    position = 0;
  }

  /** The next part, empty when all is sent. */
  public byte[] next(int maxLength) {
    int length = Math.min(maxLength, text.length - position);
    byte[] part = Arrays.copyOfRange(text, position, position + length);
    position += length;
    return part;
  }

  /** Whether more follows what {@link #next} gave. */
  public boolean more() {
    return position < text.length;
  }
}
