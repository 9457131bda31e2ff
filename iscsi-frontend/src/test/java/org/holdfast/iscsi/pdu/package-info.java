@NullMarked
package org.holdfast.iscsi.pdu;

import org.jspecify.annotations.NullMarked;
