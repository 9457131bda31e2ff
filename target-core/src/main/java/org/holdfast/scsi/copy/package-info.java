/** Third-party copy: EXTENDED COPY and copies by token (SPC-4 clause 5.17, SBC-5 clause 4.28). */
@NullMarked
package org.holdfast.scsi.copy;

import org.jspecify.annotations.NullMarked;
