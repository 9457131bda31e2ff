/**
 * The shell: targetcli's tree and commands over the control API. It shows what the daemon says and
 * changes it by editing the one configuration document; it never touches the daemon itself.
 */
@NullMarked
package org.holdfast.shell;

import org.jspecify.annotations.NullMarked;
