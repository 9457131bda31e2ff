/**
 * The load generator: iSCSI sessions of one thread, made so that the target is what is measured.
 */
package org.holdfast.vms.bench.load;
