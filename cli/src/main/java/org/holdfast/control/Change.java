package org.holdfast.control;

import java.util.List;
import java.util.Locale;
import org.holdfast.config.Element;

/**
 * One thing that is different in a new document.
 *
 * @param what as people call it: {@code lun 0 of iqn.… tpg1}
 * @param path where in the new document; of what is removed, in the old one
 * @param detail which keys change, from what to what; secrets without their values
 * @param sessionsDropped sessions that end when this is done
 */
record Change(
    Kind kind,
    String what,
    String path,
    String detail,
    List<String> sessionsDropped,
    Element.Scope scope) {
  Change {
    sessionsDropped = List.copyOf(sessionsDropped);
  }

  /** What happens to it. */
  enum Kind {
    ADD,
    REMOVE,
    CHANGE;

    /** As in the API. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  Change dropping(List<String> sessions) {
    return new Change(kind, what, path, detail, sessions, scope);
  }
}
