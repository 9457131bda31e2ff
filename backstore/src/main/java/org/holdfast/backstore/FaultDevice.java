package org.holdfast.backstore;

import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.holdfast.scsi.BlockDevice;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.IoCompletion;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes chosen requests fail: to see what hosts and clusters do with a disk that goes bad. A
 * request that fails here has not reached the inner device. One seed gives one run of faults, as
 * long as the requests come in the same order.
 *
 * <p>Thread: any.
 */
public final class FaultDevice extends WrapperDevice {
  private static final Logger log = LoggerFactory.getLogger(FaultDevice.class);

  /** The kinds of {@link IoRequest}. */
  public enum Operation {
    READ,
    WRITE,
    FLUSH,
    UNMAP,
    WRITE_ZEROES,
    FIND_EXTENTS,
    COPY;

    static Operation of(IoRequest request) {
      return switch (request) {
        case IoRequest.Read read -> READ;
        case IoRequest.Write write -> WRITE;
        case IoRequest.Flush flush -> FLUSH;
        case IoRequest.Unmap unmap -> UNMAP;
        case IoRequest.WriteZeroes zeroes -> WRITE_ZEROES;
        case IoRequest.FindExtents find -> FIND_EXTENTS;
        case IoRequest.CopyFrom copy -> COPY;
      };
    }
  }

  /**
   * Which requests fail, how, and how often.
   *
   * @param operations the kinds that it is for
   * @param from first byte of the range that it is for
   * @param to first byte behind that range; flushes are in every range
   * @param probability 0..1 for each request that matches
   * @param fault what the request ends with
   */
  public record Rule(
      Set<Operation> operations, long from, long to, double probability, DeviceFault fault) {
    public Rule {
      operations = Set.copyOf(operations);
      if (from < 0 || to <= from) {
        throw new IllegalArgumentException("range %d..%d is empty".formatted(from, to));
      }
      if (!(probability >= 0 && probability <= 1)) {
        throw new IllegalArgumentException("probability is 0..1, not " + probability);
      }
    }

    /** Every such operation everywhere fails. */
    public static Rule always(Operation operation, DeviceFault fault) {
      return new Rule(EnumSet.of(operation), 0, Long.MAX_VALUE, 1, fault);
    }

    boolean matches(IoRequest request) {
      if (request instanceof IoRequest.Flush) {
        return operations.contains(Operation.FLUSH);
      }
      long first = Ranges.offset(request);
      return operations.contains(Operation.of(request))
          && first < to
          && first + Ranges.length(request) > from;
    }
  }

  private final long seed;

  /** Guarded by this. */
  private final Random random;

  private volatile List<Rule> rules = List.of();

  /** Owns {@code inner} from here on. Nothing fails at first. */
  public FaultDevice(BlockDevice inner, long seed) {
    super(inner);
    this.seed = seed;
    this.random = new Random(seed);
  }

  /** Replaces the rules; the first that matches and draws a fault decides. */
  public void rules(List<Rule> wanted) {
    rules = List.copyOf(wanted);
  }

  @Override
  public void submit(IoRequest request, IoCompletion completion) {
    Rule rule = drawn(request);
    if (rule == null) {
      inner.submit(request, completion);
      return;
    }
    long offset = Math.max(Ranges.offset(request), rule.from);
    String detail =
        "injected fault on %s at byte %d (seed %d)".formatted(Operation.of(request), offset, seed);
    log.info("{}: {}", rule.fault, detail);
    completion.done(new IoResult.Failed(rule.fault, offset, detail));
  }

  private synchronized @Nullable Rule drawn(IoRequest request) {
    for (Rule rule : rules) {
      if (rule.matches(request) && random.nextDouble() < rule.probability) {
        return rule;
      }
    }
    return null;
  }
}
