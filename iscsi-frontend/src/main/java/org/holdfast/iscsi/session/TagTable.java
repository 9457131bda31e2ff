package org.holdfast.iscsi.session;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The running commands by their task tags: open addressing with linear probing, so that a command
 * costs neither a boxed tag nor an entry object. Thread: the connection's.
 */
final class TagTable {
  private static final int FIRST_SIZE = 32;

  /** A power of two long, at most half full. */
  private @Nullable RunningCommand[] slots = new @Nullable RunningCommand[FIRST_SIZE];

  private int size;

  /** The command with this tag; null when there is none. */
  @Nullable RunningCommand get(int tag) {
    return slots[slotOf(tag)];
  }

  /** Adds a command whose tag no other has. */
  void add(RunningCommand command) {
    if (2 * (size + 1) > slots.length) {
      grow();
    }
    int slot = slotOf(command.tag());
    if (slots[slot] != null) {
      throw new IllegalStateException("two commands with tag " + command.tag());
    }
    slots[slot] = command;
    size++;
  }

  /** Removes a command; no effect when it is not there. */
  void remove(RunningCommand command) {
    int hole = slotOf(command.tag());
    if (slots[hole] != command) {
      return;
    }
    size--;
    slots[hole] = null;
    // Who stands behind the hole may have been pushed there by it: no gap between home and place.
    int mask = slots.length - 1;
    int slot = hole + 1 & mask;
    RunningCommand moved = slots[slot];
    while (moved != null) {
      int home = home(moved.tag());
      if ((slot - home & mask) >= (slot - hole & mask)) {
        slots[hole] = moved;
        slots[slot] = null;
        hole = slot;
      }
      slot = slot + 1 & mask;
      moved = slots[slot];
    }
  }

  int size() {
    return size;
  }

  /** The commands as they are now, in no order. */
  List<RunningCommand> snapshot() {
    List<RunningCommand> all = new ArrayList<>(size);
    for (RunningCommand command : slots) {
      if (command != null) {
        all.add(command);
      }
    }
    return all;
  }

  /** Where the tag is, or would be. */
  private int slotOf(int tag) {
    int slot = home(tag);
    RunningCommand there = slots[slot];
    while (there != null && there.tag() != tag) {
      slot = slot + 1 & slots.length - 1;
      there = slots[slot];
    }
    return slot;
  }

  /** Initiators count tags up, or put an index into some bits of them: all bits are mixed in. */
  private int home(int tag) {
    int mixed = tag * 0x9E37_79B9;
    return (mixed ^ mixed >>> 16) & slots.length - 1;
  }

  private void grow() {
    List<RunningCommand> all = snapshot();
    slots = new @Nullable RunningCommand[2 * slots.length];
    all.forEach(command -> slots[slotOf(command.tag())] = command);
  }
}
