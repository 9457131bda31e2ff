package org.holdfast.pr.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a logical unit knows of persistent reservations, for a model written down from SPC-4 clauses
 * 5.13 and 6.16 paragraph by paragraph and without a look at the engine: lists, loops and ifs,
 * types of its own, slow where slow is plainer. An I_T nexus is its name {@code initiator
 * port/target port}. The rules are in {@link ModelOut} and {@link ModelRegistering}.
 *
 * <p>Where the standard leaves a choice, a comment there says so and names the choice.
 */
final class ModelTable {
  record Registration(String nexus, long key) implements Comparable<Registration> {
    @Override
    public int compareTo(Registration other) {
      return nexus.compareTo(other.nexus);
    }
  }

  private final List<Registration> registrations = new ArrayList<>();

  /** 0: no reservation. */
  private int type;

  /** Null without a reservation and for the all registrants types. */
  private @Nullable String holder;

  private long generation;
  private boolean aptpl;

  /** What the command under way does to others. */
  private final List<String> attentions = new ArrayList<>();

  private final List<String> aborted = new ArrayList<>();

  ModelTable(long generation) {
    this.generation = generation;
  }

  List<Registration> registrations() {
    return registrations;
  }

  int type() {
    return type;
  }

  @Nullable String holder() {
    return holder;
  }

  long generation() {
    return generation;
  }

  boolean aptpl() {
    return aptpl;
  }

  /** The registered key of a nexus, 0 when it is not registered. */
  long keyOf(@Nullable String nexus) {
    for (Registration registration : registrations) {
      if (registration.nexus().equals(nexus)) {
        return registration.key();
      }
    }
    return 0;
  }

  /** 5.13.10. */
  boolean isHolder(String nexus) {
    if (type == 7 || type == 8) {
      return isRegistered(nexus);
    }
    return nexus.equals(holder);
  }

  /** Table 65, INQUIRY and its like: allowed in every column. */
  boolean mayAlways() {
    return true;
  }

  /** Table 65, MODE SENSE and its like; SBC-3 4.17, READ. */
  boolean mayRead(String nexus) {
    if (type == 0 || isHolder(nexus)) {
      return true;
    }
    if (type == 1) {
      return true;
    }
    if (type == 3) {
      return false;
    }
    return isRegistered(nexus) || type == 5 || type == 7;
  }

  /** Table 65, MODE SELECT and its like; SBC-3 4.17, WRITE. */
  boolean mayWrite(String nexus) {
    if (type == 0 || isHolder(nexus)) {
      return true;
    }
    if (type == 1 || type == 3) {
      return false;
    }
    return isRegistered(nexus);
  }

  /** 5.13.5.1 and 5.13.11.2.1; PRgeneration: 6.15.2. */
  void losePower() {
    generation = 0;
    if (!aptpl) {
      registrations.clear();
      endReservation();
    }
  }

  void establish(String nexus, int newType) {
    type = newType;
    holder = newType >= 7 ? null : nexus;
  }

  void moveReservation(String nexus) {
    holder = nexus;
  }

  void endReservation() {
    type = 0;
    holder = null;
  }

  boolean isRegistered(String nexus) {
    return keyOf(nexus) != 0;
  }

  /** Registers a nexus or changes its key. */
  void setKey(String nexus, long key) {
    remove(nexus);
    registrations.add(new Registration(nexus, key));
  }

  void remove(String nexus) {
    registrations.removeIf(registration -> registration.nexus().equals(nexus));
  }

  void removeAll() {
    registrations.clear();
  }

  void setAptpl(boolean bit) {
    aptpl = bit;
  }

  /** 6.15.2: 32 bits, wrapping. */
  void countUp() {
    generation = (generation + 1) % 0x1_0000_0000L;
  }

  void attend(String nexus, String what) {
    attentions.add(nexus + " " + what);
  }

  void attendAllBut(String sender, String what) {
    for (Registration registration : registrations) {
      if (!registration.nexus().equals(sender)) {
        attend(registration.nexus(), what);
      }
    }
  }

  void abort(String nexus) {
    aborted.add(nexus);
  }

  /** The answer to the command under way. */
  ModelAnswer answer(String status) {
    ModelAnswer answer = new ModelAnswer(status, attentions, aborted);
    attentions.clear();
    aborted.clear();
    return answer;
  }
}
