@NullMarked
package org.holdfast.cli;

import org.jspecify.annotations.NullMarked;
