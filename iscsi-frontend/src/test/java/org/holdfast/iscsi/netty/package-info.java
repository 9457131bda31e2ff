@NullMarked
package org.holdfast.iscsi.netty;

import org.jspecify.annotations.NullMarked;
