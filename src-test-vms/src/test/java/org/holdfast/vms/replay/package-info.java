/** Sequences of SCSI commands on several paths, written as text and replayed over the wire. */
package org.holdfast.vms.replay;
