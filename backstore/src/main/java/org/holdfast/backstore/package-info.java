@NullMarked
package org.holdfast.backstore;

import org.jspecify.annotations.NullMarked;
