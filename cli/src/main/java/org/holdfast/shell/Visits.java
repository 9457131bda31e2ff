package org.holdfast.shell;

import java.util.ArrayList;
import java.util.List;

/** Where the user is, and the way there and back. */
final class Visits {
  private final List<Place> places = new ArrayList<>(List.of(Place.ROOT));
  private int at;

  Place here() {
    return places.get(at);
  }

  /** Goes somewhere; what lay ahead is forgotten. */
  void go(Place place) {
    if (!place.equals(here())) {
      places.subList(at + 1, places.size()).clear();
      places.add(place);
      at++;
    }
  }

  void back() throws ShellException {
    if (at == 0) {
      throw ShellException.failed("cd <: there is nothing before " + here());
    }
    at--;
  }

  void forward() throws ShellException {
    if (at == places.size() - 1) {
      throw ShellException.failed("cd >: there is nothing after " + here());
    }
    at++;
  }

  /** The place where the user was does not exist any more: one up. */
  void gone() {
    places.set(at, here().parent());
  }
}
