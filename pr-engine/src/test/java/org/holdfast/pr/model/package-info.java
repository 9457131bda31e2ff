/**
 * A second, plain reading of the reservation rules, and the test that sets the engine beside it.
 */
@org.jspecify.annotations.NullMarked
package org.holdfast.pr.model;
