package org.holdfast.iscsi.session;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.holdfast.pr.InitiatorPort;
import org.jspecify.annotations.Nullable;

/**
 * Who has a session with which portal group: at most one per initiator port (RFC 7143 clause
 * 4.4.3.1). A login of an initiator port that has one replaces it (clause 6.3.5): the old session
 * is displaced, and when it has left, its tasks aborted, the new one enters.
 *
 * <p>Thread-safe; members are called without the lock held.
 */
public final class SessionRegistry {
  private static final int MAX_TSIH = 0xFFFF;

  private final Map<Key, Slot> slots = new HashMap<>();
  private final Set<Integer> tsihs = new HashSet<>();
  private int lastTsih;

  /**
   * What a session is known by.
   *
   * @param portalGroupTag 0..65535
   */
  public record Key(InitiatorPort initiator, String targetName, int portalGroupTag) {}

  /** A session, or a login that is about to become one. Called on any thread. */
  public interface Member {
    /** The place is yours, under this TSIH. */
    void entered(int tsih);

    /** Another login wants the place: leave it. */
    void displaced();

    /** The target is reset: the session ends as soon as what it has to say is said. */
    void reset();

    /**
     * The configuration is another one: go by it, or leave.
     *
     * @param done to be run, on any thread, when nothing that the session began can touch what it
     *     no longer sees
     */
    void reconfigured(Runnable done);

    /** There is no TSIH left. */
    void full();

    /** How the session is doing; empty when it has not begun, or is over. */
    default Optional<SessionInfo> info() {
      return Optional.empty();
    }
  }

  private static final class Slot {
    final Member holder;
    final int tsih;
    @Nullable Member waiting;

    Slot(Member holder, int tsih) {
      this.holder = holder;
      this.tsih = tsih;
    }
  }

  /**
   * Asks for a place. Answered by one of the calls of {@link Member}, possibly before it returns.
   */
  public void enter(Key key, Member newcomer) {
    Runnable then;
    synchronized (this) {
      Slot slot = slots.get(key);
      if (slot == null) {
        then = take(key, newcomer);
      } else {
        Member overtaken = slot.waiting;
        Member holder = slot.holder;
        slot.waiting = newcomer;
        then =
            () -> {
              if (overtaken != null) {
                overtaken.displaced();
              }
              holder.displaced();
            };
      }
    }
    then.run();
  }

  private Runnable take(Key key, Member newcomer) {
    int tsih = allocateTsih();
    if (tsih == 0) {
      return newcomer::full;
    }
    slots.put(key, new Slot(newcomer, tsih));
    return () -> newcomer.entered(tsih);
  }

  private int allocateTsih() {
    if (tsihs.size() == MAX_TSIH) {
      return 0;
    }
    do {
      lastTsih = lastTsih == MAX_TSIH ? 1 : lastTsih + 1;
    } while (!tsihs.add(lastTsih));
    return lastTsih;
  }

  /** Gives a place up, or the wait for one. No effect for who has neither. */
  public void leave(Key key, Member member) {
    Runnable then = () -> {};
    synchronized (this) {
      Slot slot = slots.get(key);
      if (slot != null && member.equals(slot.waiting)) {
        slot.waiting = null;
      } else if (slot != null && member.equals(slot.holder)) {
        slots.remove(key);
        tsihs.remove(slot.tsih);
        if (slot.waiting != null) {
          then = take(key, slot.waiting);
        }
      }
    }
    then.run();
  }

  /**
   * Tells every session that the configuration is another one. A login that takes its place
   * afterwards goes by the new one anyway.
   *
   * @param done run, on any thread, when all of them have followed
   */
  void reconfigured(Runnable done) {
    List<Member> members = new ArrayList<>();
    synchronized (this) {
      slots.values().forEach(slot -> members.add(slot.holder));
    }
    // One more than there are members: the last step is this method's own.
    AtomicInteger left = new AtomicInteger(members.size() + 1);
    Runnable one =
        () -> {
          if (left.decrementAndGet() == 0) {
            done.run();
          }
        };
    members.forEach(member -> member.reconfigured(one));
    one.run();
  }

  /** Every session with that target leaves (TARGET COLD RESET, RFC 7143 clause 11.5.1). */
  void displaceAll(String targetName) {
    List<Member> members = new ArrayList<>();
    synchronized (this) {
      slots.forEach(
          (key, slot) -> {
            if (key.targetName().equals(targetName)) {
              members.add(slot.holder);
            }
          });
    }
    members.forEach(Member::reset);
  }

  /** Whether a session with this TSIH is there. */
  public synchronized boolean exists(Key key, int tsih) {
    Slot slot = slots.get(key);
    return slot != null && slot.tsih == tsih;
  }

  /** A TSIH for a discovery session, which nothing refers to later. */
  synchronized int discoveryTsih() {
    int tsih = allocateTsih();
    tsihs.remove(tsih);
    return tsih == 0 ? MAX_TSIH : tsih;
  }

  /** The sessions that are there, as they are now. */
  public List<SessionInfo> sessions() {
    List<Member> members = new ArrayList<>();
    synchronized (this) {
      slots.values().forEach(slot -> members.add(slot.holder));
    }
    return members.stream().flatMap(member -> member.info().stream()).toList();
  }

  /** Sessions that are there. */
  public synchronized int size() {
    return slots.size();
  }
}
