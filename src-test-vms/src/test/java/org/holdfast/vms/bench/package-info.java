/**
 * The benchmark behind {@code ./check --bench}: Holdfast, tgt, istgt and a bare loopback echo, one
 * after the other on the same file, driven by the same load generator.
 *
 * <p>It needs nothing but the JDK and {@code taskset}, so that it runs from the compiled classes
 * alone.
 */
package org.holdfast.vms.bench;
