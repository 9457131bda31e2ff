/**
 * Devices behind the SCSI engine: files, block device nodes, memory, and wrappers that change them.
 */
@NullMarked
package org.holdfast.backstore;

import org.jspecify.annotations.NullMarked;
