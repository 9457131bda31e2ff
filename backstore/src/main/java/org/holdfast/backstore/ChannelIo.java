package org.holdfast.backstore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.Set;

/**
 * {@link FileIo} on a {@link FileChannel}. No thread in here may ever be interrupted: it closes the
 * channel.
 */
final class ChannelIo implements FileIo {
  private final FileChannel channel;

  ChannelIo(FileChannel channel) {
    this.channel = channel;
  }

  /** What a device is opened with. */
  static Set<? extends OpenOption> openOptions(FileDeviceOptions.Access access) {
    return switch (access) {
      case READ_ONLY -> EnumSet.of(StandardOpenOption.READ);
      case READ_WRITE -> EnumSet.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
    };
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    return channel.read(target, position);
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    return channel.write(source, position);
  }

  @Override
  public void force() throws IOException {
    channel.force(false);
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
