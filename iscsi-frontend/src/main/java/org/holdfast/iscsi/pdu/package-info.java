/**
 * iSCSI PDUs as values, and the two ways between them and bytes (RFC 7143 clause 11). No network
 * here.
 */
@NullMarked
package org.holdfast.iscsi.pdu;

import org.jspecify.annotations.NullMarked;
