/** Measurements, run by hand: docs/performance.md says how. They assert nothing. */
package org.holdfast.backstore.bench;
