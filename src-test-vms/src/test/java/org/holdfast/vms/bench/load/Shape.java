package org.holdfast.vms.bench.load;

/**
 * What the load looks like.
 *
 * @param ioBytes of each read and write
 * @param depth I/Os in flight per session
 * @param readPercent 100 for reads only, 0 for writes only
 * @param digests header and data digests
 * @param span bytes of each disk, from its beginning, that are used
 * @param units logical units that every session uses, from the endpoint's LUN on
 */
public record Shape(
    int ioBytes, int depth, int sessions, int readPercent, boolean digests, long span, int units) {
  /** On one logical unit. */
  public Shape(int ioBytes, int depth, int sessions, int readPercent, boolean digests, long span) {
    this(ioBytes, depth, sessions, readPercent, digests, span, 1);
  }

  long positions() {
    return span / ioBytes;
  }
}
