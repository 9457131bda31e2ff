package org.holdfast.vms.bench.load;

/**
 * What the load looks like.
 *
 * @param ioBytes of each read and write
 * @param depth I/Os in flight per session
 * @param readPercent 100 for reads only, 0 for writes only
 * @param digests header and data digests
 * @param span bytes of the disk, from its beginning, that are used
 */
public record Shape(
    int ioBytes, int depth, int sessions, int readPercent, boolean digests, long span) {
  long positions() {
    return span / ioBytes;
  }
}
