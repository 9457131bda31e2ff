/**
 * The daemon from outside: it is started as a process from its packaged jars, and everything it is
 * asked comes over TCP from initiators that share no code with it.
 */
package org.holdfast.vms;
