/**
 * The configuration file: one table of keys, a reader that names every problem by its JSON path,
 * and the immutable model that the daemon is wired from.
 */
@NullMarked
package org.holdfast.config;

import org.jspecify.annotations.NullMarked;
