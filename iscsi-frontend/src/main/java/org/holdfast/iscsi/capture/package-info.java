/**
 * Recordings of what initiators and this target say to each other, as files that Wireshark reads.
 *
 * <p>A {@code ConnectionRecorder} on the connection's thread copies bytes, without secrets, into
 * the bounded queue of a {@code Capture}, whose own thread writes the file. A file that is slow
 * loses packets; the session never waits for it.
 */
@NullMarked
package org.holdfast.iscsi.capture;

import org.jspecify.annotations.NullMarked;
