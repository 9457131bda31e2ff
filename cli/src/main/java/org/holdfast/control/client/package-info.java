/**
 * The control API from outside: what the shell and the one-shot commands speak to a daemon with.
 * Knows no daemon.
 */
@NullMarked
package org.holdfast.control.client;

import org.jspecify.annotations.NullMarked;
