package org.holdfast.backstore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.holdfast.backstore.BackstoreException.Reason;
import org.holdfast.backstore.FileDeviceOptions.Access;
import org.holdfast.backstore.FileDeviceOptions.Allocation;
import org.holdfast.backstore.FileDeviceOptions.Buffering;
import org.holdfast.backstore.FileDeviceOptions.Creation;
import org.holdfast.backstore.linux.CLibrary;
import org.holdfast.scsi.DeviceProfile;

/**
 * Opens files and block device nodes for {@link FileDevice}: exists or is made, is of the right
 * kind, belongs to nobody else, has a usable size.
 */
final class FileOpener {
  private final FileDeviceOptions options;
  private final DeviceRegistry registry;
  private final Path path;

  private FileOpener(FileDeviceOptions options, DeviceRegistry registry) {
    this.options = options;
    this.registry = registry;
    this.path = options.path();
  }

  static FileDevice open(FileDeviceOptions options, DeviceRegistry registry)
      throws BackstoreException {
    return new FileOpener(options, registry).open();
  }

  private FileDevice open() throws BackstoreException {
    checkCreation();
    try {
      FileKind kind;
      Optional<MadeFile> made;
      // One at a time: whoever makes the file closes it again, which drops this process's locks.
      synchronized (registry) {
        boolean isNew = makeEmptyFile();
        kind = FileKind.of(path);
        made = isNew ? Optional.of(new MadeFile(path, kind.identity())) : Optional.empty();
        claim(kind);
      }
      try {
        return openClaimed(kind, made);
      } catch (IOException | BackstoreException | RuntimeException | Error e) {
        made.ifPresent(MadeFile::remove);
        registry.release(kind.identity());
        throw e;
      }
    } catch (IOException e) {
      throw OpenFaults.explain(path, options, e);
    }
  }

  private void checkCreation() throws BackstoreException {
    if (options.creation().isPresent()) {
      long size = options.creation().get().size();
      if (size <= 0 || size % options.blockSize() != 0) {
        throw new BackstoreException(
            Reason.BAD_SIZE,
            "%s: a device of %d bytes is asked for; give a positive multiple of the block size %d"
                .formatted(path, size, options.blockSize()));
      }
    }
  }

  private void claim(FileKind kind) throws IOException, BackstoreException {
    if (kind instanceof FileKind.Block block && block.mounted()) {
      throw new BackstoreException(
          Reason.BUSY, "%s: a file system on it is mounted here; unmount it first".formatted(path));
    }
    Path holder = registry.claim(kind.identity(), path);
    if (holder != null) {
      throw new BackstoreException(
          Reason.BUSY,
          "%s: another LUN has it open as %s; give each LUN a file of its own"
              .formatted(path, holder));
    }
  }

  /** True when the file was not there, is to be made, and now exists with no bytes. */
  private boolean makeEmptyFile() throws IOException {
    if (options.creation().isEmpty() || Files.exists(path)) {
      return false;
    }
    FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE).close();
    return true;
  }

  private FileDevice openClaimed(FileKind kind, Optional<MadeFile> made)
      throws IOException, BackstoreException {
    // First, because an exclusive opening of a disk says whether anybody else may have it; and
    // closed last, because closing it drops the lock.
    RangeIo ranges = openRanges(kind);
    try {
      FileChannel channel = FileChannel.open(path, ChannelIo.openOptions(options.access()));
      try {
        lock(channel);
        // An empty file is one whose making was cut short by a crash, or one made just now.
        if (options.creation().isPresent()
            && kind instanceof FileKind.Regular
            && channel.size() == 0) {
          fill(channel, ranges, options.creation().get());
        }
        long size = channel.size();
        checkSize(kind, size);
        return device(kind, new ChannelIo(channel), ranges, size, made);
      } catch (IOException | BackstoreException | RuntimeException | Error e) {
        channel.close();
        throw e;
      }
    } catch (IOException | BackstoreException | RuntimeException | Error e) {
      ranges.close();
      throw e;
    }
  }

  private RangeIo openRanges(FileKind kind) throws IOException, BackstoreException {
    if (!CLibrary.isLinux()) {
      return RangeIo.NONE;
    }
    return switch (kind) {
      case FileKind.Regular _ -> FileRanges.open(path, options.access(), options.provisioning());
      case FileKind.Block disk -> DiskRanges.open(options, disk);
    };
  }

  private FileDevice device(
      FileKind kind, FileIo buffered, RangeIo ranges, long size, Optional<MadeFile> made)
      throws IOException, BackstoreException {
    PageCache cache = ranges.cache();
    FileIo io = buffered;
    if (options.buffering() == Buffering.DIRECT) {
      io = new DirectOpener(options).open(buffered, cache);
      cache = PageCache.NOTHING;
    }
    SpaceWatch space = new SpaceWatch(ranges, System::nanoTime);
    space.measure();
    return new FileDevice(
        new OpenFile(
            path.toString(),
            io,
            cache,
            ranges,
            space,
            options.creation().map(Creation::allocation).orElse(Allocation.THIN),
            () -> registry.release(kind.identity())),
        profile(ranges.shape(options.blockSize()), size),
        options.inline(),
        new IoThreads(
            Optional.ofNullable(path.getFileName()).orElse(path).toString(),
            options.threads(),
            options.queueDepth()),
        made);
  }

  /** Keeps other processes out; a read-only device shares with other readers. */
  private void lock(FileChannel channel) throws IOException, BackstoreException {
    boolean shared = options.access() == Access.READ_ONLY;
    try {
      if (channel.tryLock(0, Long.MAX_VALUE, shared) != null) {
        return;
      }
    } catch (OverlappingFileLockException e) {
      throw new BackstoreException(
          Reason.BUSY, "%s: this process has it open already".formatted(path), e);
    }
    throw new BackstoreException(
        Reason.BUSY,
        "%s: another process has locked it, perhaps a second daemon; stop that one or use another"
                .formatted(path)
            + " file (lsof %s shows who it is)".formatted(path));
  }

  private void fill(FileChannel channel, RangeIo ranges, Creation creation)
      throws IOException, BackstoreException {
    try {
      boolean done =
          switch (creation.allocation()) {
            case THIN -> ranges.truncate(creation.size());
            case FULL -> ranges.allocate(creation.size());
          };
      if (!done) {
        writeZeros(channel, creation);
      }
      channel.force(true);
    } catch (IOException e) {
      channel.truncate(0);
      throw e;
    }
    Path directory = path.toAbsolutePath().getParent();
    if (directory != null) {
      // The file's name is as much part of the promise as its data.
      try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
        entries.force(true);
      }
    }
  }

  /** Thin: the last block alone gives the file its size. */
  private void writeZeros(FileChannel channel, Creation creation) throws IOException {
    long size = creation.size();
    int chunk = creation.allocation() == Allocation.THIN ? options.blockSize() : 1 << 20;
    ByteBuffer zeros = ByteBuffer.allocate(chunk);
    long position = creation.allocation() == Allocation.THIN ? size - chunk : 0;
    while (position < size) {
      zeros.clear().limit((int) Math.min(chunk, size - position));
      position += channel.write(zeros, position);
    }
  }

  private void checkSize(FileKind kind, long size) throws BackstoreException {
    if (size == 0 || size % options.blockSize() != 0) {
      throw new BackstoreException(
          Reason.BAD_SIZE,
          "%s: its size of %d bytes is not a positive multiple of the block size %d; use truncate(1)"
                  .formatted(path, size, options.blockSize())
              + " to give it one, or set another block size");
    }
    if (kind instanceof FileKind.Regular
        && options.creation().isPresent()
        && options.creation().get().size() != size) {
      throw new BackstoreException(
          Reason.BAD_SIZE,
          "%s: has %d bytes, but %d are configured; correct the configuration, or resize the file"
              .formatted(path, size, options.creation().get().size()));
    }
  }

  private DeviceProfile profile(RangeIo.Shape shape, long size) {
    return new DeviceProfile(
        options.blockSize(),
        size / options.blockSize(),
        shape.physicalBlockExponent(),
        options.cache() == CacheMode.WRITE_BACK,
        options.access() == Access.READ_ONLY,
        shape.thin(),
        shape.unmapGranularity(),
        shape.alignedLba());
  }
}
