/**
 * Two initiators that know nothing of each other or of the product: jSCSI's, and one written from
 * RFC 7143 for these tests.
 */
package org.holdfast.vms.initiator;
