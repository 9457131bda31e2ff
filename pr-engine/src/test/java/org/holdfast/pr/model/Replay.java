package org.holdfast.pr.model;

import static org.holdfast.pr.ReservationClass.ALWAYS_ALLOWED;
import static org.holdfast.pr.ReservationClass.MEDIUM_READ;
import static org.holdfast.pr.ReservationClass.MEDIUM_WRITE;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Plays steps to engine and model side by side and compares the two after each. */
final class Replay {
  private static final List<String> ACTIONS =
      List.of(
          "REGISTER",
          "RESERVE",
          "RELEASE",
          "CLEAR",
          "PREEMPT",
          "PREEMPT AND ABORT",
          "REGISTER AND IGNORE EXISTING KEY",
          "REGISTER AND MOVE");

  private final EngineSide engine;
  private final ModelTable model;
  private final ModelOut rules;
  private final List<Integer> logins = new ArrayList<>();

  /** Whom each slot is now. */
  private final List<String> senders = new ArrayList<>();

  /** Every nexus there has been, in the order of appearance. */
  private final Set<String> nexuses = new LinkedHashSet<>();

  /** What happened so far, a line each, as the model sees it. */
  private final List<String> lines = new ArrayList<>();

  private final boolean keepsLines;

  private Replay(Scene scene, boolean keepsLines) {
    this.keepsLines = keepsLines;
    engine = new EngineSide(scene);
    model = new ModelTable(scene.generation());
    rules = new ModelOut(model, scene);
    for (int slot = 0; slot < scene.slots(); slot++) {
      logins.add(0);
      senders.add(Scene.nexus(slot, 0));
    }
    for (int slot = 0; slot < scene.slots(); slot++) {
      addNexuses(slot);
    }
  }

  /** At both target ports: one nexus may be spoken of by others. */
  private void addNexuses(int slot) {
    String nexus = senders.get(slot);
    String port = nexus.substring(0, nexus.indexOf('/'));
    nexuses.add(port + "/1");
    nexuses.add(port + "/2");
  }

  /** Whether engine and model differ somewhere. */
  static boolean differs(Scene scene, List<Step> steps, Outcomes outcomes) {
    return new Replay(scene, false).play(steps, outcomes) != null;
  }

  /** The steps with their outcomes, readable, up to the first difference and with it. */
  static String describe(Scene scene, List<Step> steps) {
    Replay replay = new Replay(scene, true);
    String difference = replay.play(steps, new Outcomes());
    return String.join("\n  ", replay.lines) + "\n" + difference;
  }

  /** The first difference, or null. */
  private @Nullable String play(List<Step> steps, Outcomes outcomes) {
    for (Step step : steps) {
      String difference;
      try {
        difference = take(step, outcomes);
      } catch (RuntimeException e) {
        difference = "the engine threw " + e;
      }
      if (difference == null) {
        difference = compareTables();
      }
      if (difference != null) {
        return difference;
      }
    }
    return null;
  }

  private @Nullable String take(Step step, Outcomes outcomes) {
    return switch (step) {
      case Step.Login(int slot) -> {
        logins.set(slot, logins.get(slot) + 1);
        String before = senders.set(slot, Scene.nexus(slot, logins.get(slot)));
        addNexuses(slot);
        note(before + " logs in as " + senders.get(slot));
        yield null;
      }
      case Step.PowerLoss() -> {
        model.losePower();
        note("power loss");
        engine.losePower();
        yield null;
      }
      case Step.Out out -> send(out, outcomes);
    };
  }

  private @Nullable String send(Step.Out out, Outcomes outcomes) {
    String sender = senders.get(out.slot());
    long key = resolve(out.key(), sender);
    long actionKey = resolve(out.actionKey(), sender);
    List<String> ports = new ArrayList<>();
    for (int slot : out.named()) {
      String nexus = senders.get(slot);
      ports.add(nexus.substring(0, nexus.indexOf('/')));
    }
    if (out.action() == ModelFields.REGISTER_AND_MOVE) {
      ports.subList(1, ports.size()).clear(); // it has room for one
    }
    byte[] list = ParameterList.of(out, key, actionKey, ports);
    int typeBefore = model.type();
    ModelAnswer wanted = rules.out(sender, out.action(), out.scopeAndType(), list);
    if (keepsLines) {
      note(line(sender, out, key, actionKey, ports, list.length) + ": " + wanted);
    }
    if (out.action() < ACTIONS.size()) {
      outcomes.add(out.action(), typeBefore, wanted.status());
    }
    ModelAnswer got = engine.out(sender, out.action(), out.scopeAndType(), list);
    return difference("answer", got, wanted);
  }

  private static String line(
      String sender, Step.Out out, long key, long actionKey, List<String> ports, int length) {
    String action =
        out.action() < ACTIONS.size() ? ACTIONS.get(out.action()) : "action " + out.action();
    String named =
        ParameterList.namesOthers(out)
            ? " names=%s target-port=%d".formatted(ports, out.relativePort())
            : "";
    return "%s %s key=%x action-key=%x scope/type=%02x flags=%02x%s length=%d"
        .formatted(sender, action, key, actionKey, out.scopeAndType(), out.flags(), named, length);
  }

  private @Nullable String compareTables() {
    String difference =
        difference(
            "registrations",
            engine.registrations(),
            model.registrations().stream().sorted().toList());
    if (difference == null) {
      difference = difference("type", engine.type(), model.type());
    }
    if (difference == null) {
      difference = difference("holder", engine.holder(), model.holder());
    }
    if (difference == null) {
      difference = difference("holder's key", engine.reservationKey(), model.keyOf(model.holder()));
    }
    if (difference == null) {
      difference = difference("PRgeneration", engine.generation(), model.generation());
    }
    if (difference == null) {
      difference = difference("APTPL", engine.aptpl(), model.aptpl());
    }
    for (String nexus : nexuses) {
      if (difference == null) {
        difference = compareRights(nexus);
      }
    }
    return difference;
  }

  private @Nullable String compareRights(String nexus) {
    if (engine.isHolder(nexus) != model.isHolder(nexus)) {
      return difference(nexus + " is holder", engine.isHolder(nexus), model.isHolder(nexus));
    }
    boolean always = engine.permits(nexus, ALWAYS_ALLOWED);
    if (always != model.mayAlways()) {
      return difference(nexus + " may send INQUIRY", always, model.mayAlways());
    }
    boolean read = engine.permits(nexus, MEDIUM_READ);
    if (read != model.mayRead(nexus)) {
      return difference(nexus + " may read", read, model.mayRead(nexus));
    }
    boolean write = engine.permits(nexus, MEDIUM_WRITE);
    if (write != model.mayWrite(nexus)) {
      return difference(nexus + " may write", write, model.mayWrite(nexus));
    }
    return null;
  }

  private static @Nullable String difference(
      String what, @Nullable Object engine, @Nullable Object model) {
    return Objects.equals(engine, model)
        ? null
        : what + "\n  engine: " + engine + "\n  model:  " + model;
  }

  private long resolve(int key, String sender) {
    return key == Step.OWN_KEY ? model.keyOf(sender) : Scene.KEYS.get(key);
  }

  private void note(String line) {
    if (keepsLines) {
      lines.add(line);
    }
  }
}
