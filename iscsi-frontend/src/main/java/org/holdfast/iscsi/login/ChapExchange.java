package org.holdfast.iscsi.login;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import org.holdfast.iscsi.login.TextKeys.Pair;

/**
 * The target's side of one CHAP exchange (RFC 7143 clause 12.1): CHAP_A; our CHAP_A, CHAP_I,
 * CHAP_C; CHAP_N and CHAP_R, with CHAP_I and CHAP_C for mutual authentication; our CHAP_N and
 * CHAP_R. Keys at any other time, or twice, end the login. Nothing of ours is shown before the
 * initiator's response was right.
 *
 * <p>Thread: the connection's.
 */
final class ChapExchange {
  /** Bytes; as long as MD5's result, which every initiator takes. */
  private static final int CHALLENGE = 16;

  /** RFC 7143 clause 12.1: the longest challenge, bytes. */
  private static final int LONGEST_CHALLENGE = 1024;

  private sealed interface State {
    record Begun() implements State {}

    /** Of a challenge: not a record, because the challenge is an array. */
    final class Challenged implements State {
      private final ChapAlgorithm algorithm;
      private final int identifier;
      private final byte[] challenge;

      Challenged(ChapAlgorithm algorithm, int identifier, byte[] challenge) {
        this.algorithm = algorithm;
        this.identifier = identifier;
        this.challenge = challenge;
      }
    }

    record Done() implements State {}
  }

  private final Chap chap;
  private final IntFunction<byte[]> random;
  private State state = new State.Begun();

  /**
   * An exchange.
   *
   * @param random so many unpredictable bytes
   */
  ChapExchange(Chap chap, IntFunction<byte[]> random) {
    this.chap = chap;
    this.random = random;
  }

  boolean done() {
    return state instanceof State.Done;
  }

  /** Whether a key belongs to CHAP. */
  static boolean concerns(Pair pair) {
    return pair.key().startsWith("CHAP_");
  }

  /**
   * The answers to the CHAP keys of one request.
   *
   * @throws LoginRefusedException when the initiator is not who it says, or does not keep the order
   */
  List<Pair> answer(List<Pair> request) throws LoginRefusedException {
    List<Pair> keys = request.stream().filter(ChapExchange::concerns).toList();
    if (keys.isEmpty()) {
      return List.of();
    }
    return switch (state) {
      case State.Begun _ -> challenge(keys);
      case State.Challenged sent -> verify(sent, keys);
      case State.Done _ -> throw refused("CHAP keys after the exchange has ended");
    };
  }

  private List<Pair> challenge(List<Pair> keys) throws LoginRefusedException {
    only(keys, List.of(KeyTable.CHAP_A));
    String list = required(keys, KeyTable.CHAP_A);
    ChapAlgorithm algorithm =
        ChapAlgorithm.choose(list, chap.allowed())
            .orElseThrow(
                () ->
                    refused(
                        "CHAP algorithms "
                            + TextKeys.printable(list)
                            + " are offered, allowed are "
                            + chap.allowed().stream().map(ChapAlgorithm::title).toList()));
    byte[] drawn = random.apply(1 + CHALLENGE);
    int identifier = drawn[0] & 0xff;
    byte[] challenge = new byte[CHALLENGE];
    System.arraycopy(drawn, 1, challenge, 0, CHALLENGE);
    state = new State.Challenged(algorithm, identifier, challenge);
    return List.of(
        pair(KeyTable.CHAP_A, Integer.toString(algorithm.number())),
        pair(KeyTable.CHAP_I, Integer.toString(identifier)),
        pair(KeyTable.CHAP_C, BinaryValue.hex(challenge)));
  }

  private List<Pair> verify(State.Challenged sent, List<Pair> keys) throws LoginRefusedException {
    only(keys, List.of(KeyTable.CHAP_N, KeyTable.CHAP_R, KeyTable.CHAP_I, KeyTable.CHAP_C));
    String user = required(keys, KeyTable.CHAP_N);
    byte[] response =
        BinaryValue.parse(
                required(keys, KeyTable.CHAP_R), sent.algorithm.digest().getDigestLength())
            .orElseThrow(() -> refused("CHAP_R is no binary value of the digest's length"));
    byte[] expected =
        chap.initiator().secret().response(sent.algorithm, sent.identifier, sent.challenge);
    // Both are looked at, in constant time; only the log tells which one was wrong.
    boolean sameUser = MessageDigest.isEqual(utf8(user), utf8(chap.initiator().user()));
    boolean sameResponse = MessageDigest.isEqual(response, expected);
    if (!sameUser) {
      throw refused("CHAP user " + TextKeys.printable(user) + " is not the one that is wanted");
    }
    if (!sameResponse) {
      throw refused("wrong CHAP secret for user " + TextKeys.printable(user));
    }
    Optional<String> identifier = find(keys, KeyTable.CHAP_I);
    Optional<String> challenge = find(keys, KeyTable.CHAP_C);
    List<Pair> answers = new ArrayList<>();
    if (identifier.isPresent() || challenge.isPresent()) {
      answers.addAll(
          show(
              sent,
              response,
              identifier.orElseThrow(() -> refused("CHAP_C without CHAP_I")),
              challenge.orElseThrow(() -> refused("CHAP_I without CHAP_C"))));
    }
    state = new State.Done();
    return answers;
  }

  /** Mutual authentication: our response to the initiator's challenge. */
  private List<Pair> show(State.Challenged sent, byte[] theirs, String identifier, String challenge)
      throws LoginRefusedException {
    Chap.Credentials ours =
        chap.target()
            .orElseThrow(
                () ->
                    refused("mutual CHAP is wanted, and this target has no mutual secret for it"));
    OptionalLong number = ValueType.Numeric.parse(identifier);
    if (number.isEmpty() || number.getAsLong() > 0xff) {
      throw refused("CHAP_I is not a number from 0 to 255");
    }
    byte[] bytes =
        BinaryValue.parse(challenge, LONGEST_CHALLENGE)
            .orElseThrow(
                () -> refused("CHAP_C is no binary value of 1 to " + LONGEST_CHALLENGE + " bytes"));
    // Clause 12.1.3: who sends us our own challenge wants us to answer it for them.
    if (MessageDigest.isEqual(bytes, sent.challenge)) {
      throw refused("our own CHAP challenge came back (reflection)");
    }
    byte[] response =
        ours.secret().response(sent.algorithm, Math.toIntExact(number.getAsLong()), bytes);
    if (MessageDigest.isEqual(response, theirs)) {
      throw refused("our CHAP response is the same as the initiator's (reflection)");
    }
    return List.of(
        pair(KeyTable.CHAP_N, ours.user()), pair(KeyTable.CHAP_R, BinaryValue.hex(response)));
  }

  /** At this step these keys and no others, each once. */
  private static void only(List<Pair> keys, List<KeySpec> expected) throws LoginRefusedException {
    List<String> names = expected.stream().map(KeySpec::name).toList();
    for (Pair pair : keys) {
      if (!names.contains(pair.key())) {
        throw refused(TextKeys.printable(pair.key()) + " out of order in CHAP");
      }
    }
    if (keys.stream().map(Pair::key).distinct().count() != keys.size()) {
      throw refused("a CHAP key twice");
    }
  }

  private static String required(List<Pair> keys, KeySpec row) throws LoginRefusedException {
    return find(keys, row).orElseThrow(() -> refused(row.name() + " is missing in CHAP"));
  }

  private static Optional<String> find(List<Pair> keys, KeySpec row) {
    return keys.stream().filter(pair -> pair.key().equals(row.name())).map(Pair::value).findFirst();
  }

  private static Pair pair(KeySpec row, String value) {
    return new Pair(row.name(), value);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static LoginRefusedException refused(String why) {
    return new LoginRefusedException(LoginStatus.AUTHENTICATION_FAILURE, why);
  }
}
