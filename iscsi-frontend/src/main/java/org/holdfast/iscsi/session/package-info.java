/**
 * Connections and sessions: the full feature phase of RFC 7143, without a network. Everything in
 * here runs on its connection's thread, but for the {@code SessionRegistry}.
 */
@NullMarked
package org.holdfast.iscsi.session;

import org.jspecify.annotations.NullMarked;
