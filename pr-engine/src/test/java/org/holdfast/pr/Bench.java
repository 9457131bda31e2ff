package org.holdfast.pr;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;

/**
 * A logical unit's reservations for tests: commands go in as bytes, answers come out as words, and
 * what the others would notice is kept until a test asks for it.
 */
final class Bench {
  private PrCapabilities capabilities = PrCapabilities.volatileOnly();
  private ReservationEngine engine = new ReservationEngine(capabilities);
  private ReservationState state = ReservationState.EMPTY;
  private final List<String> noticed = new ArrayList<>();
  private List<TargetPort> targetPorts = List.of();
  private List<InitiatorPort> loggedIn = List.of();
  private List<String> strangers = List.of();

  /** The world outside: what {@code target-ports}, {@code logged-in} and {@code stranger} say. */
  private final KnownPorts ports =
      new KnownPorts() {
        @Override
        public List<TargetPort> targetPorts(TargetPort receiving) {
          return targetPorts.isEmpty() ? List.of(receiving) : targetPorts;
        }

        @Override
        public List<InitiatorPort> initiatorPorts(String name) {
          return loggedIn.stream().filter(port -> port.name().equals(name)).toList();
        }

        @Override
        public boolean admits(String name, TargetPort port) {
          return !strangers.contains(name);
        }
      };

  void targetPorts(List<String> words) {
    targetPorts = words.stream().map(Integer::parseInt).map(Bench::target).toList();
  }

  void loggedIn(List<String> words) {
    loggedIn = words.stream().map(Bench::initiator).toList();
  }

  void strangers(List<String> words) {
    strangers = words.stream().map(Bench::node).toList();
  }

  /**
   * Node, path and target port: A2 is the second path of node A, to the second target port; A2@1 is
   * the same initiator port at the first target port. A alone is A1.
   */
  static Nexus nexus(String name) {
    int at = name.indexOf('@');
    InitiatorPort initiator = initiator(at < 0 ? name : name.substring(0, at));
    int port = at < 0 ? (int) initiator.isid() : Integer.parseInt(name.substring(at + 1));
    return new Nexus(initiator, target(port));
  }

  private static InitiatorPort initiator(String name) {
    int path = name.length() == 1 ? 1 : Integer.parseInt(name.substring(1));
    return new InitiatorPort(node(name.substring(0, 1)), path);
  }

  private static String node(String letter) {
    assertThat(letter).as("a node is one capital letter").matches("[A-Z]");
    return "iqn.2026-11.test:" + letter.toLowerCase(Locale.ROOT);
  }

  private static TargetPort target(int port) {
    return new TargetPort("iqn.2026-11.test:target", port, port);
  }

  /** {@code A2}: name and ISID; {@code A*}: the name alone. */
  static TransportId transportId(String text) {
    return text.endsWith("*")
        ? new TransportId.Node(node(text.substring(0, 1)))
        : new TransportId.Port(initiator(text));
  }

  static String name(Nexus nexus) {
    String node = nexus.initiator().name();
    return name(
        node.substring(node.length() - 1), nexus.initiator().isid(), nexus.target().relativeId());
  }

  private static String name(String node, long path, int port) {
    return node.toUpperCase(Locale.ROOT)
        + (path == 1 ? "" : path)
        + (path == port ? "" : "@" + port);
  }

  /** {@code kA1}: a number to base 36; {@code 0}: zero. */
  static long key(String text) {
    return text.equals("0") ? 0 : Long.parseUnsignedLong(text.substring(1), 36);
  }

  private static String key(long key) {
    return key == 0 ? "0" : "k" + Long.toUnsignedString(key, 36).toUpperCase(Locale.ROOT);
  }

  void capabilities(List<String> words) {
    EnumSet<RegisterFlag> flags = EnumSet.noneOf(RegisterFlag.class);
    EnumSet<ReservationType> types = EnumSet.allOf(ReservationType.class);
    LegacyHandling legacy = LegacyHandling.SPC_2;
    AptplPolicy policy = AptplPolicy.HONOR;
    for (String word : words) {
      if (word.equals("crh")) {
        legacy = LegacyHandling.COMPATIBLE;
      } else if (word.equals("aptpl=force")) {
        flags.add(RegisterFlag.APTPL);
        policy = AptplPolicy.FORCE;
      } else if (word.startsWith("types=")) {
        types = Scenario.types(word.substring("types=".length()));
      } else {
        flags.add(RegisterFlag.valueOf(word.toUpperCase(Locale.ROOT)));
      }
    }
    capabilities = new PrCapabilities(flags, types, legacy, policy);
    engine = new ReservationEngine(capabilities);
  }

  void room(int registrations) {
    engine = new ReservationEngine(capabilities, registrations);
  }

  void powerLoss() {
    state = state.afterPowerLoss();
  }

  void reset() {
    state = LegacyReservations.afterReset(state);
  }

  void nexusLoss(Nexus nexus) {
    state = LegacyReservations.afterNexusLoss(state, nexus);
  }

  String legacy(Nexus sender, LegacyReservations.Action action) {
    return carryOut(LegacyReservations.apply(state, action, sender, capabilities));
  }

  String legacyHolder() {
    return state.legacyHolder() == null ? "none" : name(state.legacyHolder());
  }

  String check(Nexus sender, ReservationClass command) {
    return state.permits(sender, command) ? "good" : "conflict";
  }

  String prOut(Nexus sender, int action, int scopeAndType, ByteBuffer list) {
    return switch (PrOutDecoder.decode(action, scopeAndType, list)) {
      case PrOutDecoder.Decoded.Malformed m -> sense(m.fault());
      case PrOutDecoder.Decoded.Command c -> apply(c.command(), sender);
    };
  }

  private String apply(PrCommand command, Nexus sender) {
    return carryOut(engine.apply(state, command, sender, ports));
  }

  private String carryOut(Transition transition) {
    ReservationState before = state;
    state = transition.state();
    for (Effect effect : transition.effects()) {
      noticed.add(
          switch (effect) {
            case Effect.UnitAttention ua -> "ua " + name(ua.nexus()) + " " + code(ua.notice());
            case Effect.AbortTasks abort -> "aborted " + name(abort.nexus());
          });
    }
    return switch (transition.result()) {
      case PrResult.Good _ -> "good";
      case PrResult.ReservationConflict _ -> {
        assertThat(state).isSameAs(before);
        yield "conflict";
      }
      case PrResult.CheckCondition check -> {
        assertThat(state).isSameAs(before);
        yield sense(check.fault());
      }
    };
  }

  private static String code(Effect.Notice notice) {
    return switch (notice) {
      case RESERVATIONS_PREEMPTED -> "2A/03";
      case RESERVATIONS_RELEASED -> "2A/04";
      case REGISTRATIONS_PREEMPTED -> "2A/05";
    };
  }

  private static String sense(PrFault fault) {
    return switch (fault) {
      case PrFault.ParameterListLengthError _ -> "05/1A/00";
      case PrFault.InvalidFieldInCdb f -> "05/24/00 cdb " + f.byteOffset() + "." + f.bit();
      case PrFault.InvalidFieldInParameterList f ->
          "05/26/00 list " + f.byteOffset() + "." + f.bit();
      case PrFault.InvalidReleaseOfPersistentReservation _ -> "05/26/04";
      case PrFault.InsufficientRegistrationResources _ -> "05/55/04";
    };
  }

  /** Consumes the oldest thing that {@code nexus} noticed, given as {@code ua B 2A/05}. */
  void take(String expected) {
    String about = expected.substring(0, expected.lastIndexOf(' ') + 1);
    String who = expected.startsWith("ua ") ? about : expected;
    String oldest =
        noticed.stream().filter(n -> n.startsWith(who)).findFirst().orElse("nothing of the kind");
    assertThat(oldest).as("noticed so far: %s", noticed).isEqualTo(expected);
    noticed.remove(oldest);
  }

  /** What was noticed and not yet taken. */
  List<String> unexpected() {
    return List.copyOf(noticed);
  }

  String generation() {
    return Long.toString(Integer.toUnsignedLong(in(PrInServiceAction.READ_KEYS).getInt()));
  }

  String readKeys() {
    ByteBuffer in = in(PrInServiceAction.READ_KEYS).position(8);
    List<String> keys = new ArrayList<>();
    while (in.hasRemaining()) {
      keys.add(key(in.getLong()));
    }
    return keys.isEmpty() ? "none" : String.join(" ", keys);
  }

  String readReservation() {
    ByteBuffer in = in(PrInServiceAction.READ_RESERVATION).position(4);
    if (in.getInt() == 0) {
      return "none";
    }
    return key(in.getLong()) + " type=" + Integer.toHexString(in.get(21));
  }

  /** Each registration as {@code A2=kA} and, for a holder, {@code :type}. */
  String readFullStatus() {
    ByteBuffer in = in(PrInServiceAction.READ_FULL_STATUS).position(8);
    List<String> entries = new ArrayList<>();
    while (in.hasRemaining()) {
      String key = key(in.getLong());
      in.getInt();
      boolean holder = (in.get() & 1) != 0;
      int type = in.get();
      in.getInt();
      int port = in.getShort();
      byte[] transportId = new byte[in.getInt()];
      in.get(transportId);
      InitiatorPort initiator =
          switch (TransportIdParser.parse(ByteBuffer.wrap(transportId), 0, 0)) {
            case TransportIdParser.Parsed.Read(TransportId.Port(InitiatorPort named), int _) ->
                named;
            case TransportIdParser.Parsed other -> throw new AssertionError(other.toString());
          };
      entries.add(
          name(new Nexus(initiator, target(port))) + "=" + key + (holder ? ":" + type : ""));
      assertThat(holder || type == 0).as("a type for a nexus that holds nothing").isTrue();
    }
    return entries.isEmpty() ? "none" : String.join(" ", entries);
  }

  /** Byte 2 of REPORT CAPABILITIES by the names of its bits, highest first. */
  String capabilityBits() {
    int bits = in(PrInServiceAction.REPORT_CAPABILITIES).get(2);
    List<String> names = new ArrayList<>();
    String[] byBit = {"ptpl_c", "?", "atp_c", "sip_c", "crh", "?", "?", "?"};
    for (int bit = 7; bit >= 0; bit--) {
      if ((bits & 1 << bit) != 0) {
        names.add(byBit[bit]);
      }
    }
    return names.isEmpty() ? "none" : String.join(" ", names);
  }

  String ptplActive() {
    return Integer.toString(in(PrInServiceAction.REPORT_CAPABILITIES).get(3) & 1);
  }

  private ByteBuffer in(PrInServiceAction action) {
    return ByteBuffer.wrap(PrInData.encode(action, state, capabilities));
  }
}
