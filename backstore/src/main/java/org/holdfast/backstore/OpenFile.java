package org.holdfast.backstore;

/**
 * An open file or disk, as {@link FileDevice} owns it.
 *
 * @param name for logs: the path
 * @param io reads, writes, makes stable
 * @param cache what an event loop may have at once
 * @param ranges what goes without data; closed after {@code io}
 * @param space how full the store is
 * @param allocation what a file that grows is to do about its space
 * @param released told once when all is closed
 */
record OpenFile(
    String name,
    FileIo io,
    PageCache cache,
    RangeIo ranges,
    SpaceWatch space,
    FileDeviceOptions.Allocation allocation,
    Runnable released) {}
