package org.holdfast.scsi;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.holdfast.pr.Nexus;
import org.holdfast.pr.TargetPort;

/**
 * An engine with three commands, one thread and a stop button.
 *
 * <p>Byte 0 of the CDB: 2Ah takes as many bytes as bytes 2..5 say and remembers them, 28h gives as
 * many ({@link #pattern}), A8h gives the same with CHECK CONDITION in the end, 00h does neither,
 * FFh is refused before any data.
 */
public final class FakeTarget implements ScsiTarget {
  public static final int WRITE = 0x2A;
  public static final int READ = 0x28;
  public static final int FAIL = 0xA8;
  public static final int NONE = 0x00;
  public static final int REFUSED = 0xFF;

  private final TargetPort port;
  private final Map<ScsiTask, String> known = new LinkedHashMap<>();
  private final List<ScsiTask> held = new ArrayList<>();
  private final List<Runnable> answers = new ArrayList<>();

  /** What each write brought, by tag. */
  public final Map<Long, byte[]> written = new HashMap<>();

  public final List<ItNexus> attached = new ArrayList<>();
  public final List<TaskManagementFunction> managed = new ArrayList<>();

  /** Commands stay submitted until {@link #go}; detach and task management wait for them. */
  public boolean hold;

  public FakeTarget(TargetPort port) {
    this.port = port;
  }

  public static Cdb cdb(int operation, int length) {
    byte[] bytes = new byte[16];
    ByteBuffer.wrap(bytes).put((byte) operation).put((byte) 0).putInt(length);
    return new Cdb(bytes);
  }

  /** Byte {@code i} of what a read gives. */
  public static byte pattern(int i) {
    return (byte) (i * 31 + (i >>> 8) * 7);
  }

  @Override
  public TargetPort port() {
    return port;
  }

  /** While {@link #hold} is set, {@code done} waits as that of a detach does. */
  @Override
  public void remap(ItNexus nexus, LunMap luns, Runnable done) {
    nexus.remap(luns);
    later(done);
  }

  @Override
  public ItNexus attach(Nexus nexus, String address, LunMap luns) {
    if (attached.stream().anyMatch(there -> there.identity().equals(nexus))) {
      throw new IllegalStateException("attached twice: " + nexus);
    }
    ItNexus live = new ItNexus(nexus, address, luns);
    attached.add(live);
    return live;
  }

  @Override
  public void detach(ItNexus nexus, Runnable done) {
    nexus.detach();
    known.keySet().stream().filter(task -> task.nexus() == nexus).forEach(ScsiTask::abort);
    later(
        () -> {
          attached.remove(nexus);
          done.run();
        });
  }

  @Override
  public void prepare(ScsiTask task) {
    if (task.nexus().detached()) {
      throw new IllegalStateException("command on a detached nexus");
    }
    known.put(task, "");
    switch (task.cdb().operationCode()) {
      case WRITE -> task.prepared(null, null, (int) task.cdb().u32(2));
      case REFUSED ->
          task.refused(
              null, Outcome.check(Sense.illegalRequest(SenseCode.INVALID_COMMAND_OPERATION_CODE)));
      default -> task.prepared(null, null, 0);
    }
  }

  @Override
  public void submit(ScsiTask task) {
    task.submitted();
    if (hold) {
      held.add(task);
    } else {
      run(task);
    }
  }

  private void run(ScsiTask task) {
    known.remove(task);
    if (task.aborted()) {
      task.end(Outcome.ABORTED);
      return;
    }
    Outcome refusal = task.rejection();
    if (refusal != null) {
      task.end(refusal);
      return;
    }
    int length = (int) task.cdb().u32(2);
    switch (task.cdb().operationCode()) {
      case WRITE -> {
        byte[] bytes = new byte[task.dataOutLength()];
        if (task.dataOut() != null) {
          task.dataOut().view(0, bytes.length).get(bytes);
        }
        written.put(task.tag(), bytes);
        task.end(Outcome.GOOD);
      }
      case READ, FAIL -> {
        if (length > 0) {
          ByteBuffer out = task.allocateDataIn(length).view(0, length);
          for (int i = 0; i < length; i++) {
            out.put(pattern(i));
          }
        }
        boolean good = task.cdb().operationCode() == READ;
        Sense sense = Sense.of(SenseKey.MEDIUM_ERROR, SenseCode.UNRECOVERED_READ_ERROR);
        task.end(good ? Outcome.GOOD : Outcome.check(sense));
      }
      default -> task.end(Outcome.GOOD);
    }
  }

  private void later(Runnable action) {
    if (held.isEmpty()) {
      action.run();
    } else {
      answers.add(action);
    }
  }

  /** Runs what was held, then answers who waited for it. */
  public void go() {
    List<ScsiTask> tasks = List.copyOf(held);
    held.clear();
    tasks.forEach(this::run);
    List<Runnable> waiting = List.copyOf(answers);
    answers.clear();
    waiting.forEach(Runnable::run);
  }

  public int held() {
    return held.size();
  }

  /** Forgets a dropped task: the real engine hears of it through the task set. */
  @Override
  public void manage(
      ItNexus nexus,
      TaskManagementFunction function,
      long lun,
      long tag,
      Consumer<TaskManagementResponse> answer) {
    managed.add(function);
    List<ScsiTask> affected =
        known.keySet().stream()
            .filter(task -> task.lun() == lun)
            .filter(task -> function != TaskManagementFunction.ABORT_TASK || task.tag() == tag)
            .toList();
    if (function == TaskManagementFunction.ABORT_TASK && affected.isEmpty()) {
      answer.accept(TaskManagementResponse.TASK_DOES_NOT_EXIST);
      return;
    }
    affected.forEach(ScsiTask::abort);
    known.keySet().removeIf(task -> affected.contains(task) && !held.contains(task));
    later(() -> answer.accept(TaskManagementResponse.FUNCTION_COMPLETE));
  }
}
