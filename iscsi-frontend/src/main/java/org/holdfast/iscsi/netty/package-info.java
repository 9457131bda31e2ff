/** Sockets, event loops and pooled memory under the protocol: the only package that knows Netty. */
@NullMarked
package org.holdfast.iscsi.netty;

import org.jspecify.annotations.NullMarked;
