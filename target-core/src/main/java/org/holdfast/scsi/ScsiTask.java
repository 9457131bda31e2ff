package org.holdfast.scsi;

import java.nio.ByteBuffer;
import org.holdfast.pr.ReservationClass;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One command on its way through the target: what the initiator asked, the data, how it ended.
 *
 * <p>Life: {@code NEW} → (prepare) {@code PREPARED} → (submit) {@code SUBMITTED} → {@code ENDED} →
 * (finish) {@code FINISHED}; {@link TaskGate} may send it from {@code SUBMITTED} to {@code PARKED}
 * and back. The frontend owns the task up to submit and again from {@link TaskListener#taskEnded};
 * between them the engine owns it. Buffers are released in {@link #finish()} and nowhere else.
 *
 * <p>Thread: the owner's; the hand-over orders the accesses. {@link #end} may come from any thread.
 */
public final class ScsiTask {
  private static final Logger log = LoggerFactory.getLogger(ScsiTask.class);

  private enum Stage {
    NEW,
    PREPARED,
    SUBMITTED,
    /** Submitted, and kept waiting by {@link TaskGate} until it is SUBMITTED again. */
    PARKED,
    ENDED,
    FINISHED
  }

  private final ItNexus nexus;
  private final long lun;
  private final long tag;
  private final Cdb cdb;
  private final TaskAttribute attribute;
  private final BufferAllocator allocator;
  private final TaskListener listener;
  private final boolean inner;

  private volatile Stage stage = Stage.NEW;
  private @Nullable CommandSpec spec;
  private @Nullable LogicalUnit unit;
  private @Nullable Outcome rejection;
  private int dataOutWanted;
  private long dataOutOffered = -1;
  private @Nullable DataBuffer dataOut;
  private int dataOutLength;
  private @Nullable DataBuffer dataIn;
  private int dataInLength;
  private volatile @Nullable Outcome outcome;

  /**
   * Nobody is kept waiting for this task, though it is in flight: see {@link TaskSet#stepAside}.
   */
  private volatile boolean aside;

  /** Task management wants this task gone. Written under the monitor of the I_T_L nexus. */
  private volatile boolean aborted;

  private @Nullable ItlNexus itl;

  /** What is counted of it. */
  private ReservationClass counted = ReservationClass.ALWAYS_ALLOWED;

  /** When it was submitted, of {@link System#nanoTime}. */
  private long begun;

  /** Links of the I_T_L nexus's list, guarded by its monitor. */
  @Nullable ScsiTask previous;

  @Nullable ScsiTask next;

  /**
   * A command that has just come in.
   *
   * @param nexus the live nexus that the command came through
   * @param lun the eight-byte LUN field, most significant byte first
   * @param tag the initiator's task tag, unique among the nexus's tasks
   * @param cdb the command, copied by the caller
   * @param allocator where Data-In is to be put
   * @param listener told when the task has ended
   */
  public ScsiTask(
      ItNexus nexus,
      long lun,
      long tag,
      Cdb cdb,
      TaskAttribute attribute,
      BufferAllocator allocator,
      TaskListener listener) {
    this(nexus, lun, tag, cdb, attribute, allocator, listener, false);
  }

  private ScsiTask(
      ItNexus nexus,
      long lun,
      long tag,
      Cdb cdb,
      TaskAttribute attribute,
      BufferAllocator allocator,
      TaskListener listener,
      boolean inner) {
    this.nexus = nexus;
    this.lun = lun;
    this.tag = tag;
    this.cdb = cdb;
    this.attribute = attribute;
    this.allocator = allocator;
    this.listener = listener;
    this.inner = inner;
  }

  /**
   * A task of {@link InnerCommand}. At the head of the queue: were it to wait for a command that
   * waits for the command that it serves, none of them would ever end. Its tag names nothing.
   */
  static ScsiTask inner(
      ItNexus nexus, long lun, Cdb cdb, BufferAllocator allocator, TaskListener listener) {
    return new ScsiTask(nexus, lun, 0, cdb, TaskAttribute.HEAD_OF_QUEUE, allocator, listener, true);
  }

  /** No initiator sent it and none hears of it: see {@link InnerCommand}. */
  boolean inner() {
    return inner;
  }

  public ItNexus nexus() {
    return nexus;
  }

  public long lun() {
    return lun;
  }

  public long tag() {
    return tag;
  }

  public Cdb cdb() {
    return cdb;
  }

  public TaskAttribute attribute() {
    return attribute;
  }

  /** The row that rules this command, or null when the CDB was not understood. */
  public @Nullable CommandSpec spec() {
    return spec;
  }

  // ---- Data-Out: filled by the frontend between prepare and submit.

  /** Bytes of Data-Out that the CDB asks for; 0 when there are none or the command is refused. */
  public int dataOutWanted() {
    return dataOutWanted;
  }

  /**
   * Frontend: how much Data-Out the initiator has announced, whatever the CDB asks for.
   *
   * @param bytes not negative
   */
  public void dataOutOffered(long bytes) {
    dataOutOffered = bytes;
  }

  /** Bytes that the initiator has announced; as many as are wanted when nobody has said. */
  public long dataOutOffered() {
    return dataOutOffered < 0 ? dataOutWanted : dataOutOffered;
  }

  /**
   * Hands over the received data.
   *
   * @param buffer owned by the task from here on
   * @param length bytes really received, at most {@link #dataOutWanted()}
   */
  public void dataOut(DataBuffer buffer, int length) {
    if (dataOut != null) {
      throw new IllegalStateException("Data-Out is set already");
    }
    dataOut = buffer;
    dataOutLength = length;
  }

  /** The received data, owned by the task; null when nothing was received. */
  public @Nullable DataBuffer dataOut() {
    return dataOut;
  }

  /** Bytes received; fewer than {@link #dataOutWanted()} when the initiator offered less. */
  public int dataOutLength() {
    return dataOutLength;
  }

  /**
   * The parameter list, from position 0 to the limit; empty when less came than the CDB announced.
   * Whoever reads it refuses an empty list for its length, whatever the part that came would say of
   * itself: half of a list is another list (SPC-4 clause 4.2.5.5, PARAMETER LIST LENGTH field).
   */
  public ByteBuffer parameterList() {
    DataBuffer list = dataOut;
    return list == null || dataOutLength < dataOutWanted
        ? ByteBuffer.allocate(0)
        : list.view(0, dataOutLength);
  }

  // ---- Data-In: filled by the engine between submit and end.

  /**
   * Allocates the Data-In buffer, owned by the task; its first {@code capacity} bytes are the data.
   */
  public DataBuffer allocateDataIn(int capacity) {
    if (dataIn != null) {
      throw new IllegalStateException("Data-In is allocated already");
    }
    dataIn = allocator.allocate(capacity);
    dataInLength = capacity;
    return dataIn;
  }

  /** Parameter data, cut to the CDB's allocation length and copied to a Data-In buffer. */
  public void dataIn(byte[] parameterData, long allocationLength) {
    int length = (int) Math.min(parameterData.length, allocationLength);
    if (length > 0) {
      allocateDataIn(length).view(0, length).put(parameterData, 0, length);
    }
  }

  /** Data for the initiator; null when there is none. Valid only with {@link Outcome.Good}. */
  public @Nullable DataBuffer dataIn() {
    return dataIn;
  }

  public int dataInLength() {
    return dataInLength;
  }

  // ---- Life.

  /** Engine: the decode succeeded. {@code where} is null at a LUN where nothing is mapped. */
  void prepared(CommandSpec row, @Nullable LogicalUnit where, int wanted) {
    expect(Stage.NEW);
    spec = row;
    unit = where;
    dataOutWanted = wanted;
    stage = Stage.PREPARED;
  }

  /** Engine: the command is refused before any data; submit will end it so. */
  void refused(@Nullable LogicalUnit where, Outcome why) {
    expect(Stage.NEW);
    unit = where;
    rejection = why;
    stage = Stage.PREPARED;
  }

  /** Engine: the task has entered the task set of its unit. */
  void entered(ItlNexus where) {
    itl = where;
  }

  @Nullable ItlNexus itl() {
    return itl;
  }

  /** Volatile write: from here on a drain waits for this task. The reservation is read after it. */
  void submitted() {
    expect(Stage.PREPARED);
    begun = System.nanoTime();
    stage = Stage.SUBMITTED;
  }

  @Nullable LogicalUnit unit() {
    return unit;
  }

  @Nullable Outcome rejection() {
    return rejection;
  }

  /** {@link ItlNexus#park}: the task has touched nothing since it was last judged, and waits. */
  void parked() {
    expect(Stage.SUBMITTED);
    stage = Stage.PARKED;
  }

  /** Volatile write, as in {@link #submitted()}: the task is judged anew after it. */
  void unparked() {
    expect(Stage.PARKED);
    stage = Stage.SUBMITTED;
  }

  void stepsAside() {
    aside = true;
  }

  boolean isAside() {
    return aside;
  }

  /** Not submitted yet. */
  boolean awaitsData() {
    return stage == Stage.PREPARED;
  }

  /** Submitted, not parked, not yet out of the task set: it may be touching data. */
  boolean inFlight() {
    Stage now = stage;
    return now != Stage.NEW && now != Stage.PREPARED && now != Stage.PARKED;
  }

  boolean ended() {
    return outcome != null;
  }

  /** Task management asked for this task to go; handlers of long operations may look. */
  public boolean aborted() {
    return aborted;
  }

  void abort() {
    aborted = true;
  }

  /** Under the monitor of the I_T_L nexus, or before the task entered one. */
  void decided(Outcome how) {
    if (outcome != null) {
      throw new IllegalStateException("a task ends once; it ended with " + outcome);
    }
    outcome = how;
    stage = Stage.ENDED;
  }

  /**
   * Handlers end the command here, exactly once, on any thread. An aborted command gets no
   * response, even when its I/O went well (SAM-5 clause 5.6). The listener hears of it before the
   * task leaves its task set, so that a response precedes the answer to a task management function
   * that waited for it. Whatever the listener does, the task leaves: a drain that waited for it for
   * ever would hold up every PERSISTENT RESERVE OUT behind it.
   */
  public void end(Outcome how) {
    expect(Stage.SUBMITTED);
    ItlNexus where = itl;
    LogicalUnit owner = unit;
    if (where == null || owner == null) {
      decided(how);
      tellListener();
      return;
    }
    where.decide(this, how);
    countEnd(owner);
    if (inner) {
      // There is no response to precede anything, and what the listener begins next may take long.
      owner.taskSet().leave(where, this);
      tellListener();
      return;
    }
    try {
      tellListener();
    } finally {
      owner.taskSet().leave(where, this);
    }
  }

  /** Its turn at {@code where} has come. Again when it goes on after it has waited. */
  void counted(LogicalUnit where, ReservationClass reservationClass) {
    if (counted == reservationClass) {
      return;
    }
    switch (reservationClass) {
      case MEDIUM_READ, MEDIUM_WRITE -> {
        counted = reservationClass;
        where.counters().begun();
      }
      case ALWAYS_ALLOWED, ALLOWED_UNDER_PERSISTENT, PERSISTENT_RESERVE_IN, JUDGED_BY_ENGINE -> {}
    }
  }

  private void countEnd(LogicalUnit where) {
    switch (counted) {
      case MEDIUM_READ -> where.counters().readEnded(System.nanoTime() - begun);
      case MEDIUM_WRITE -> where.counters().writeEnded(System.nanoTime() - begun);
      case ALWAYS_ALLOWED, ALLOWED_UNDER_PERSISTENT, PERSISTENT_RESERVE_IN, JUDGED_BY_ENGINE -> {}
    }
  }

  /**
   * The command has ended and cannot end otherwise any more, so an exception of the listener is
   * logged here and goes no further: up the stack are handlers and threads of devices, who would
   * take it for a fault of theirs.
   */
  private void tellListener() {
    try {
      listener.taskEnded(this);
    } catch (RuntimeException e) {
      log.error(
          "[{}] of {} ended with {}, but its response failed inside the target; the initiator will"
              + " hear nothing until it aborts the command",
          cdb,
          nexus,
          outcome,
          e);
    }
  }

  /**
   * {@code sense} as this command's status carries it: as descriptors where the unit's D_SENSE says
   * so (SPC-4 clause 7.5.8).
   */
  public byte[] senseData(Sense sense) {
    return unit != null && unit.modes().isDescriptorSense()
        ? sense.encodeDescriptors()
        : sense.encode();
  }

  /** How the command ended; only once it has. */
  public Outcome outcome() {
    Outcome how = outcome;
    if (how == null) {
      throw new IllegalStateException("the task has not ended");
    }
    return how;
  }

  /**
   * Frontend: the response is on its way or dropped. Releases the buffers: the one place that does.
   */
  public void finish() {
    if (stage == Stage.FINISHED || stage == Stage.SUBMITTED || stage == Stage.PARKED) {
      throw new IllegalStateException("finish of a task that is " + stage);
    }
    if (stage == Stage.PREPARED && unit != null && itl != null) {
      // Dropped before submit: the connection went away or an abort came while data was awaited.
      unit.taskSet().leave(itl, this);
    }
    stage = Stage.FINISHED;
    DataBuffer in = dataIn;
    DataBuffer out = dataOut;
    dataIn = null;
    dataOut = null;
    if (in != null) {
      in.release();
    }
    if (out != null) {
      out.release();
    }
  }

  private void expect(Stage wanted) {
    if (stage != wanted) {
      throw new IllegalStateException("task is " + stage + ", expected " + wanted);
    }
  }
}
