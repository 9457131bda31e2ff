package org.holdfast.iscsi.login;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.holdfast.iscsi.login.KeySpec.Sender;
import org.holdfast.iscsi.login.KeySpec.Setting;
import org.holdfast.iscsi.login.TextKeys.Pair;

/**
 * The keys of one login, or of the text requests after it: what was said, what holds (RFC 7143
 * clause 6.2). Every answer comes from the {@link KeyTable}.
 *
 * <p>Thread: its connection's.
 */
public final class Negotiation {
  public static final String NOT_UNDERSTOOD = "NotUnderstood";
  public static final String IRRELEVANT = "Irrelevant";
  public static final String REJECT = "Reject";

  private static final List<String> REFUSALS = List.of(NOT_UNDERSTOOD, IRRELEVANT, REJECT);

  private OurValues ours;

  /** Keys that the initiator has named; a second time is an error. */
  private final Set<String> seen = new HashSet<>();

  /** Keys that we proposed and that wait for the initiator's answer. */
  private final Set<String> proposed = new HashSet<>();

  /** What holds where it is not the default. */
  private final Map<String, String> agreed = new HashMap<>();

  public Negotiation(OurValues ours) {
    this.ours = ours;
  }

  /** The portal group is known: its values rule from here on. */
  public void use(OurValues values) {
    ours = values;
  }

  /**
   * Works on the keys of one request.
   *
   * @return the answers, in the order of the table; declarations have none
   * @throws NegotiationException when the initiator broke the rules: a key named twice, an answer
   *     to our proposal that does not fit
   */
  public List<Pair> answer(Phase phase, List<Pair> request) throws NegotiationException {
    List<Pair> ordered = new ArrayList<>(request);
    ordered.sort(Comparator.comparingInt(pair -> rank(pair.key())));
    List<Pair> answers = new ArrayList<>();
    for (Pair pair : ordered) {
      KeySpec row = KeyTable.find(pair.key());
      if (row == null) {
        once(pair.key());
        answers.add(new Pair(pair.key(), NOT_UNDERSTOOD));
      } else if (proposed.remove(row.name())) {
        once(row.name());
        accept(row, pair.value());
      } else {
        answer(phase, row, pair.value()).ifPresent(text -> answers.add(new Pair(row.name(), text)));
      }
    }
    return answers;
  }

  private static int rank(String key) {
    KeySpec row = KeyTable.find(key);
    return row == null ? Integer.MAX_VALUE : KeyTable.rows().indexOf(row);
  }

  private void once(String key) throws NegotiationException {
    if (!seen.add(key)) {
      throw new NegotiationException("key " + key + " twice in one negotiation");
    }
  }

  private Optional<String> answer(Phase phase, KeySpec row, String value)
      throws NegotiationException {
    if (!row.phases().contains(phase) || row.sender() == Sender.TARGET) {
      return Optional.of(REJECT);
    }
    once(row.name());
    if (!relevant(row)) {
      return Optional.of(IRRELEVANT);
    }
    if (!row.type().admits(value)) {
      return Optional.of(REJECT);
    }
    Optional<String> result = row.type().combine(value, ceiling(row));
    result.ifPresent(text -> agreed.put(row.name(), text));
    return row.type().declared() ? Optional.empty() : Optional.of(result.orElse(REJECT));
  }

  private boolean relevant(KeySpec row) {
    return switch (row.relevance()) {
      case EVERY_SESSION -> true;
      case NORMAL_SESSION -> !discovery();
      case UNSOLICITED_DATA ->
          !discovery()
              && (value(KeyTable.INITIAL_R2T).equals(KeySpec.NO)
                  || value(KeyTable.IMMEDIATE_DATA).equals(KeySpec.YES));
    };
  }

  /** Our value; FirstBurstLength never exceeds MaxBurstLength (RFC 7143 clause 13.14). */
  private String ceiling(KeySpec row) {
    if (!row.equals(KeyTable.FIRST_BURST_LENGTH)) {
      return ours.value(row);
    }
    return Integer.toString(Math.min(ours.number(row), number(KeyTable.MAX_BURST_LENGTH)));
  }

  /**
   * Keys that the configuration names, that the initiator has not mentioned, and whose default is
   * not what the configuration wants: ours to propose. The answers come through {@link #answer}.
   */
  public List<Pair> proposals() {
    List<Pair> proposals = new ArrayList<>();
    for (KeySpec row : KeyTable.rows()) {
      if (ours.configuredKeys().contains(row.name())
          && row.setting() == Setting.FREE
          && row.phases().contains(Phase.OPERATIONAL)
          && !row.type().declared()
          && !seen.contains(row.name())
          && relevant(row)
          && !row.type().combine(row.initial(), ours.value(row)).equals(Optional.of(row.initial()))
          && proposed.add(row.name())) {
        proposals.add(new Pair(row.name(), ours.value(row)));
      }
    }
    return proposals;
  }

  /** Whether the initiator owes an answer to a proposal. */
  public boolean unanswered() {
    return !proposed.isEmpty();
  }

  private void accept(KeySpec row, String value) throws NegotiationException {
    if (REFUSALS.contains(value)) {
      return;
    }
    // The answer must be what the rule yields for some value of the initiator: it yields itself.
    if (!row.type().admits(value)
        || !row.type().combine(value, ours.value(row)).equals(Optional.of(value))) {
      throw new NegotiationException(
          "the answer " + new Pair(row.name(), value) + " does not fit " + ours.value(row));
    }
    agreed.put(row.name(), value);
  }

  /** A text request after login is a new negotiation: a key may be named again. */
  public void nextExchange() {
    seen.clear();
  }

  /** What holds for a row now: agreed, or the default; empty when there is neither. */
  public String value(KeySpec row) {
    return agreed.getOrDefault(row.name(), row.initial());
  }

  private int number(KeySpec row) {
    return Math.toIntExact(ValueType.Numeric.parse(value(row)).orElseThrow());
  }

  /** Whether the initiator asked for a discovery session. */
  public boolean discovery() {
    return value(KeyTable.SESSION_TYPE).equals("Discovery");
  }

  /** The outcome. */
  public SessionParameters parameters() {
    int maxBurst = number(KeyTable.MAX_BURST_LENGTH);
    int initiatorSegment = number(KeyTable.MAX_RECV_DATA_SEGMENT_LENGTH);
    return new SessionParameters(
        value(KeyTable.HEADER_DIGEST).equals("CRC32C"),
        value(KeyTable.DATA_DIGEST).equals("CRC32C"),
        Math.min(initiatorSegment, ours.number(KeyTable.MAX_XMIT_DATA_SEGMENT_LENGTH)),
        value(KeyTable.INITIAL_R2T).equals(KeySpec.YES),
        value(KeyTable.IMMEDIATE_DATA).equals(KeySpec.YES),
        maxBurst,
        Math.min(number(KeyTable.FIRST_BURST_LENGTH), maxBurst),
        number(KeyTable.MAX_OUTSTANDING_R2T),
        number(KeyTable.DEFAULT_TIME_2_WAIT));
  }
}
