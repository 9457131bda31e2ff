@NullMarked
package org.holdfast.pr;

import org.jspecify.annotations.NullMarked;
