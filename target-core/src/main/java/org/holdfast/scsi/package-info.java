@NullMarked
package org.holdfast.scsi;

import org.jspecify.annotations.NullMarked;
