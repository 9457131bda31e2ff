/**
 * What Linux offers for files and disks beyond the JDK, called through the Foreign Function and
 * Memory API: one class for each call, with what it says where the system cannot. Nothing here
 * knows of devices or SCSI.
 *
 * <p>Constants and layouts are those of the kernel's 64-bit interface, the same on x86_64 and
 * aarch64.
 */
@NullMarked
package org.holdfast.backstore.linux;

import org.jspecify.annotations.NullMarked;
