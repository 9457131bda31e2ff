package org.holdfast.scsi.copy;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.CommandSpec;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.MediumRange;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.WriteWatch;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that one unit has made. A token stands for its blocks as they were when it was made,
 * and nothing is copied then: so the first write to one of these blocks ends it.
 *
 * <p>While there is a token the unit announces its writes here; otherwise it does not, and a write
 * costs one volatile read more than without tokens. Tokens that are no longer good are remembered
 * for a while, so that who shows one learns why.
 *
 * <p>Thread: any. {@link #beforeWrite} takes the monitor only when a token ends.
 */
final class RodTokens implements WriteWatch {
  /** A token. */
  static final class Entry {
    private final byte[] token;
    private final List<BlockRange> ranges;
    private final long lifetime;
    private long lastUse;

    /** Why it is no longer good; null while it is. Written under the monitor of the registry. */
    private volatile @Nullable SenseCode dead;

    private Entry(byte[] token, List<BlockRange> ranges, long lifetime, long now) {
      this.token = token;
      this.ranges = List.copyOf(ranges);
      this.lifetime = lifetime;
      this.lastUse = now;
    }

    byte[] token() {
      return token.clone();
    }

    List<BlockRange> ranges() {
      return ranges;
    }

    /** Why it is no longer good; null while it is. A write is seen here before it happens. */
    @Nullable SenseCode dead() {
      return dead;
    }

    private boolean changedBy(CommandSpec spec, Cdb cdb) {
      MediumRange changes =
          spec.handler() instanceof DeviceCopy.WithinUnit within
              ? within.changes()
              : spec.touches();
      for (BlockRange range : ranges) {
        if (range.blocks() > 0 && changes.overlaps(cdb, range.lba(), range.blocks())) {
          return true;
        }
      }
      return false;
    }
  }

  /** What a token turned out to be. */
  sealed interface Found {
    record Good(Entry entry) implements Found {}

    record Bad(SenseCode why) implements Found {}
  }

  private final LogicalUnit unit;
  private final LongSupplier nanoTime;
  private final RandomGenerator random;

  /** By their secret, oldest first, good or not. Guarded by the monitor. */
  private final Map<ByteBuffer, Entry> tokens = new LinkedHashMap<>();

  /** Those that are good. Replaced, never changed; written under the monitor. */
  private volatile List<Entry> live = List.of();

  private RodTokens(LogicalUnit unit, LongSupplier nanoTime, RandomGenerator random) {
    this.unit = unit;
    this.nanoTime = nanoTime;
    this.random = random;
  }

  /** The tokens of {@code unit}. */
  static RodTokens of(LogicalUnit unit, LongSupplier nanoTime, RandomGenerator random) {
    return unit.kept(RodTokens.class, () -> new RodTokens(unit, nanoTime, random));
  }

  /**
   * Makes a token for {@code ranges}; from now on writes to them end it. Writes that have begun
   * before have to be waited for with {@link #whenStable}.
   *
   * @param seconds without use after which it expires
   * @return null when there are too many
   */
  synchronized @Nullable Entry make(List<BlockRange> ranges, int blockSize, int seconds) {
    expire();
    if (live.size() >= CopyLimits.TOKENS) {
      return null;
    }
    long bytes = BlockRange.total(ranges) * blockSize;
    byte[] token = RodToken.make(unit.identity(), blockSize, bytes, random);
    Entry entry = new Entry(token, ranges, TimeUnit.SECONDS.toNanos(seconds), nanoTime.getAsLong());
    tokens.put(RodToken.secret(token), entry);
    List<Entry> more = new ArrayList<>(live);
    more.add(entry);
    live = List.copyOf(more);
    unit.watchWrites(this);
    return entry;
  }

  /** Runs {@code done} when no write that began before {@link #make} can change the blocks. */
  void whenStable(Entry entry, Runnable done) {
    unit.afterWritesInFlight(entry::changedBy, done);
  }

  /** Looks {@code token} up; it has been used then. */
  synchronized Found find(byte[] token) {
    expire();
    Entry entry = tokens.get(RodToken.secret(token));
    if (entry == null) {
      return new Found.Bad(SenseCode.INVALID_TOKEN_OPERATION_TOKEN_UNKNOWN);
    }
    if (!MessageDigest.isEqual(entry.token, token)) {
      return new Found.Bad(SenseCode.INVALID_TOKEN_OPERATION_TOKEN_CORRUPT);
    }
    SenseCode dead = entry.dead;
    if (dead != null) {
      return new Found.Bad(dead);
    }
    entry.lastUse = nanoTime.getAsLong();
    return new Found.Good(entry);
  }

  /** Its user wants it to go. */
  synchronized void delete(Entry entry) {
    end(entry, SenseCode.INVALID_TOKEN_OPERATION_TOKEN_DELETED);
  }

  /** It has just been used. */
  synchronized void used(Entry entry) {
    entry.lastUse = nanoTime.getAsLong();
  }

  @Override
  public void beforeWrite(CommandSpec spec, Cdb cdb) {
    for (Entry entry : live) {
      if (entry.changedBy(spec, cdb)) {
        synchronized (this) {
          end(entry, SenseCode.INVALID_TOKEN_OPERATION_TOKEN_REVOKED);
        }
      }
    }
  }

  private void expire() {
    long now = nanoTime.getAsLong();
    for (Entry entry : live) {
      if (now - entry.lastUse > entry.lifetime) {
        end(entry, SenseCode.INVALID_TOKEN_OPERATION_TOKEN_EXPIRED);
      }
    }
  }

  /** Under the monitor. The first reason stays. */
  private void end(Entry entry, SenseCode why) {
    if (entry.dead != null) {
      return;
    }
    entry.dead = why;
    live = live.stream().filter(each -> each != entry).toList();
    if (live.isEmpty()) {
      unit.watchWrites(null);
    }
    int tooMany = tokens.size() - live.size() - CopyLimits.DEAD_TOKENS;
    for (Iterator<Entry> each = tokens.values().iterator(); each.hasNext() && tooMany > 0; ) {
      if (each.next().dead != null) {
        each.remove();
        tooMany--;
      }
    }
  }
}
