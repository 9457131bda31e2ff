/** Puts the daemon together: configuration → devices → logical units → target ports → portals. */
@NullMarked
package org.holdfast.daemon;

import org.jspecify.annotations.NullMarked;
