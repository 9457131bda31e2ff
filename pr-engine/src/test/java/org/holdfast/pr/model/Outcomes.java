package org.holdfast.pr.model;

import java.util.HashSet;
import java.util.Set;

/** What was really tried: each service action by the reservation it met and how it ended. */
final class Outcomes {
  private record Outcome(int action, int type, String status) {}

  private final Set<Outcome> met = new HashSet<>();

  void add(int action, int type, String status) {
    met.add(new Outcome(action, type, status));
  }

  int count() {
    return met.size();
  }
}
