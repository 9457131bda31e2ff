package org.holdfast.pr.model;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.holdfast.pr.Effect;
import org.holdfast.pr.InitiatorPort;
import org.holdfast.pr.KnownPorts;
import org.holdfast.pr.Nexus;
import org.holdfast.pr.PrCapabilities;
import org.holdfast.pr.PrFault;
import org.holdfast.pr.PrOutDecoder;
import org.holdfast.pr.PrResult;
import org.holdfast.pr.RegisterFlag;
import org.holdfast.pr.Reservation;
import org.holdfast.pr.ReservationClass;
import org.holdfast.pr.ReservationEngine;
import org.holdfast.pr.ReservationState;
import org.holdfast.pr.ReservationType;
import org.holdfast.pr.TargetPort;
import org.holdfast.pr.Transition;
import org.jspecify.annotations.Nullable;

/** The engine in the model's words: the same bytes in, its results and state out as the model's. */
final class EngineSide {
  private static final String TARGET = "iqn.2026-11.org.example:target";
  private static final long ISID = 0x00_02_3d_00_00_00L;

  /** Two target ports, and every initiator may use both. */
  private static final KnownPorts PORTS =
      new KnownPorts() {
        @Override
        public List<TargetPort> targetPorts(TargetPort receiving) {
          return List.of(targetPort(1), targetPort(2));
        }

        @Override
        public Collection<InitiatorPort> initiatorPorts(String name) {
          return List.of();
        }

        @Override
        public boolean admits(String name, TargetPort port) {
          return true;
        }
      };

  private final ReservationEngine engine;
  private final Map<String, Nexus> nexuses = new HashMap<>();
  private final Map<Nexus, String> names = new HashMap<>();
  private ReservationState state;

  EngineSide(Scene scene) {
    engine = new ReservationEngine(capabilities(scene), scene.room());
    state = new ReservationState(new LinkedHashMap<>(), null, scene.generation(), false);
  }

  private static PrCapabilities capabilities(Scene scene) {
    EnumSet<RegisterFlag> flags = EnumSet.noneOf(RegisterFlag.class);
    if (scene.aptplSupported()) {
      flags.add(RegisterFlag.APTPL);
    }
    if (scene.allTgPtSupported()) {
      flags.add(RegisterFlag.ALL_TG_PT);
    }
    if (scene.specIPtSupported()) {
      flags.add(RegisterFlag.SPEC_I_PT);
    }
    return new PrCapabilities(flags, EnumSet.allOf(ReservationType.class));
  }

  ModelAnswer out(String sender, int action, int scopeAndType, byte[] list) {
    return switch (PrOutDecoder.decode(action, scopeAndType, ByteBuffer.wrap(list))) {
      case PrOutDecoder.Decoded.Malformed malformed -> ModelAnswer.of(sense(malformed.fault()));
      case PrOutDecoder.Decoded.Command command -> {
        Transition transition = engine.apply(state, command.command(), nexus(sender), PORTS);
        state = transition.state();
        yield answer(transition);
      }
    };
  }

  void losePower() {
    state = state.afterPowerLoss();
  }

  boolean permits(String nexus, ReservationClass command) {
    return state.permits(nexus(nexus), command);
  }

  boolean isHolder(String nexus) {
    return state.isHolder(nexus(nexus));
  }

  List<ModelTable.Registration> registrations() {
    List<ModelTable.Registration> registrations = new ArrayList<>();
    state
        .registrations()
        .forEach((nexus, key) -> registrations.add(new ModelTable.Registration(name(nexus), key)));
    registrations.sort(null);
    return registrations;
  }

  int type() {
    Reservation reservation = state.reservation();
    return reservation == null ? 0 : reservation.type().code();
  }

  @Nullable String holder() {
    Reservation reservation = state.reservation();
    Nexus holder = reservation == null ? null : reservation.holder();
    return holder == null ? null : name(holder);
  }

  long reservationKey() {
    return state.reservationKey();
  }

  long generation() {
    return state.generation();
  }

  boolean aptpl() {
    return state.aptpl();
  }

  private ModelAnswer answer(Transition transition) {
    List<String> attentions = new ArrayList<>();
    List<String> aborted = new ArrayList<>();
    for (Effect effect : transition.effects()) {
      switch (effect) {
        case Effect.UnitAttention attention ->
            attentions.add(name(attention.nexus()) + " " + code(attention.notice()));
        case Effect.AbortTasks abort -> aborted.add(name(abort.nexus()));
      }
    }
    return new ModelAnswer(status(transition.result()), attentions, aborted);
  }

  private static String code(Effect.Notice notice) {
    return switch (notice) {
      case RESERVATIONS_PREEMPTED -> "2A/03";
      case RESERVATIONS_RELEASED -> "2A/04";
      case REGISTRATIONS_PREEMPTED -> "2A/05";
    };
  }

  private static String status(PrResult result) {
    return switch (result) {
      case PrResult.Good good -> "GOOD";
      case PrResult.ReservationConflict conflict -> "CONFLICT";
      case PrResult.CheckCondition check -> sense(check.fault());
    };
  }

  private static String sense(PrFault fault) {
    return switch (fault) {
      case PrFault.ParameterListLengthError error -> "05/1A/00";
      case PrFault.InvalidFieldInCdb field -> "05/24/00";
      case PrFault.InvalidFieldInParameterList field -> "05/26/00";
      case PrFault.InvalidReleaseOfPersistentReservation release -> "05/26/04";
      case PrFault.InsufficientRegistrationResources resources -> "05/55/04";
    };
  }

  private String name(Nexus nexus) {
    return names.computeIfAbsent(
        nexus,
        known -> {
          String initiator = known.initiator().name();
          String name =
              initiator.substring(initiator.length() - 1)
                  + (known.initiator().isid() - ISID)
                  + "/"
                  + known.target().relativeId();
          return known.equals(nexus(name)) ? name : known.toString();
        });
  }

  /** {@code b12/2}: initiator b with its ISID number 12 at target port 2. */
  private Nexus nexus(String name) {
    return nexuses.computeIfAbsent(
        name,
        text -> {
          int slash = text.indexOf('/');
          long isid = ISID + Integer.parseInt(text.substring(1, slash));
          int port = Integer.parseInt(text.substring(slash + 1));
          return new Nexus(
              new InitiatorPort("iqn.2026-11.org.example:" + text.charAt(0), isid),
              targetPort(port));
        });
  }

  private static TargetPort targetPort(int number) {
    return new TargetPort(TARGET, number, number);
  }
}
