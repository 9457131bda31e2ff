package org.holdfast.pr.model;

import java.util.ArrayList;
import java.util.List;

/**
 * How a PERSISTENT RESERVE OUT command ended and what it did to others.
 *
 * @param status GOOD, CONFLICT, or the sense of a CHECK CONDITION as {@code key/asc/ascq} in hex
 * @param attentions unit attention conditions established, each {@code nexus asc/ascq}, sorted
 * @param aborted nexuses whose commands are aborted, sorted
 */
record ModelAnswer(String status, List<String> attentions, List<String> aborted) {
  ModelAnswer {
    attentions = attentions.stream().sorted().toList();
    aborted = aborted.stream().sorted().toList();
  }

  static ModelAnswer of(String status) {
    return new ModelAnswer(status, List.of(), List.of());
  }

  @Override
  public String toString() {
    List<String> words = new ArrayList<>();
    words.add(status);
    attentions.forEach(attention -> words.add("attention " + attention));
    aborted.forEach(nexus -> words.add("abort " + nexus));
    return String.join(", ", words);
  }
}
