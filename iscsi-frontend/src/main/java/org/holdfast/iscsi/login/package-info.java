/**
 * Text keys, the table of login keys, negotiation and the login phase (RFC 7143 clauses 6, 12 and
 * 13).
 */
@NullMarked
package org.holdfast.iscsi.login;

import org.jspecify.annotations.NullMarked;
