@NullMarked
package org.holdfast.iscsi;

import org.jspecify.annotations.NullMarked;
