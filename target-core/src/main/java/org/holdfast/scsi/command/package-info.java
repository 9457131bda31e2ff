/** The commands of a direct access block device: their rows and what carries them out. */
@NullMarked
package org.holdfast.scsi.command;

import org.jspecify.annotations.NullMarked;
