/**
 * The control API: HTTP and JSON on a Unix socket, by which an administrator sees and changes what
 * a running daemon serves. The configuration is one document; it is changed as a whole.
 */
@NullMarked
package org.holdfast.control;

import org.jspecify.annotations.NullMarked;
