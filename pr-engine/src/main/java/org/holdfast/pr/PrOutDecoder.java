package org.holdfast.pr;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.holdfast.pr.PrCommand.NamedInitiator;

/**
 * Turns the fields of a PERSISTENT RESERVE OUT command into a {@link PrCommand} (SPC-4 clause
 * 6.16). Finds the faults of form, which come before everything that depends on the sender's
 * registration or on capabilities: that is judged by {@link ReservationEngine}.
 */
public final class PrOutDecoder {
  /** Length of the basic parameter list in bytes. */
  public static final int PARAMETER_LIST_LENGTH = 24;

  /** Where SPEC_I_PT puts TRANSPORTID PARAMETER DATA LENGTH, and the TransportIDs behind it. */
  private static final int ADDITIONAL_DATA_LENGTH = 24;

  private static final int ADDITIONAL_DATA = 28;

  /** REGISTER AND MOVE: RELATIVE TARGET PORT IDENTIFIER, TRANSPORTID LENGTH, TransportID. */
  private static final int RELATIVE_TARGET_PORT = 18;

  private static final int TRANSPORT_ID_LENGTH = 20;
  private static final int TRANSPORT_ID = 24;

  private PrOutDecoder() {}

  /** A command, or why there is none. */
  public sealed interface Decoded {
    record Command(PrCommand command) implements Decoded {}

    record Malformed(PrFault fault) implements Decoded {}
  }

  /**
   * Decodes one command.
   *
   * @param serviceAction SERVICE ACTION field of the CDB, 0..31
   * @param scopeAndType byte 2 of the CDB, 0..255
   * @param parameters the parameter list, as many bytes from its position to its limit as PARAMETER
   *     LIST LENGTH says, big-endian whatever the buffer's order; read without moving the position
   */
  public static Decoded decode(int serviceAction, int scopeAndType, ByteBuffer parameters) {
    PrOutServiceAction action = PrOutServiceAction.of(serviceAction).orElse(null);
    if (action == null) {
      return malformed(new PrFault.InvalidFieldInCdb(1, 4));
    }
    ByteBuffer list = parameters.slice().order(ByteOrder.BIG_ENDIAN);
    if (list.remaining() < PARAMETER_LIST_LENGTH) {
      return malformed(new PrFault.ParameterListLengthError());
    }
    return action == PrOutServiceAction.REGISTER_AND_MOVE
        ? registerAndMove(list)
        : basic(action, ScopeAndType.fromByte(scopeAndType), list);
  }

  /** The basic parameter list (SPC-4 clause 6.16.3). */
  private static Decoded basic(PrOutServiceAction action, ScopeAndType asked, ByteBuffer list) {
    long key = list.getLong(0);
    long actionKey = list.getLong(8);
    Set<RegisterFlag> flags = flags(list.get(RegisterFlag.BYTE));
    if (flags.contains(RegisterFlag.SPEC_I_PT)) {
      // Only REGISTER may name further initiator ports, and then the list is longer.
      return action == PrOutServiceAction.REGISTER
          ? registerOthers(key, actionKey, flags, list)
          : malformed(RegisterFlag.SPEC_I_PT.fault());
    }
    if (list.remaining() != PARAMETER_LIST_LENGTH) {
      return malformed(new PrFault.ParameterListLengthError());
    }
    return new Decoded.Command(
        switch (action) {
          case REGISTER -> new PrCommand.Register(key, actionKey, flags);
          case RESERVE -> new PrCommand.Reserve(key, asked);
          case RELEASE -> new PrCommand.Release(key, asked);
          case CLEAR -> new PrCommand.Clear(key);
          case PREEMPT -> new PrCommand.Preempt(key, actionKey, asked);
          case PREEMPT_AND_ABORT -> new PrCommand.PreemptAndAbort(key, actionKey, asked);
          case REGISTER_AND_IGNORE_EXISTING_KEY ->
              new PrCommand.RegisterAndIgnoreExistingKey(key, actionKey, flags);
          case REGISTER_AND_MOVE ->
              throw new IllegalArgumentException("REGISTER AND MOVE has its own parameter list");
        });
  }

  /** REGISTER with SPEC_I_PT: TransportIDs behind the basic list (clause 6.16.3, table 215). */
  private static Decoded registerOthers(
      long key, long actionKey, Set<RegisterFlag> flags, ByteBuffer list) {
    // No TransportIDs at all are as good as none needed, but their length has to be there.
    if (list.remaining() < ADDITIONAL_DATA
        || !isRest(list, ADDITIONAL_DATA_LENGTH, ADDITIONAL_DATA)) {
      return malformed(new PrFault.ParameterListLengthError());
    }
    List<NamedInitiator> initiators = new ArrayList<>();
    int at = ADDITIONAL_DATA;
    while (at < list.limit()) {
      switch (TransportIdParser.parse(list, at, ADDITIONAL_DATA_LENGTH)) {
        case TransportIdParser.Parsed.Malformed(PrFault fault) -> {
          return malformed(fault);
        }
        case TransportIdParser.Parsed.Read(TransportId id, int length) -> {
          initiators.add(new NamedInitiator(id, at));
          at += length;
        }
      }
    }
    return new Decoded.Command(new PrCommand.Register(key, actionKey, flags, initiators));
  }

  /** The list of REGISTER AND MOVE (SPC-4 clause 6.16.4): exactly one TransportID. */
  private static Decoded registerAndMove(ByteBuffer list) {
    if (!isRest(list, TRANSPORT_ID_LENGTH, TRANSPORT_ID)) {
      return malformed(new PrFault.ParameterListLengthError());
    }
    return switch (TransportIdParser.parse(list, TRANSPORT_ID, TRANSPORT_ID_LENGTH)) {
      case TransportIdParser.Parsed.Malformed(PrFault fault) -> malformed(fault);
      case TransportIdParser.Parsed.Read(TransportId _, int length)
          when TRANSPORT_ID + length != list.limit() ->
          malformed(new PrFault.InvalidFieldInParameterList(TRANSPORT_ID_LENGTH, 7));
      case TransportIdParser.Parsed.Read(TransportId id, int _) ->
          new Decoded.Command(
              new PrCommand.RegisterAndMove(
                  list.getLong(0),
                  list.getLong(8),
                  moveFlags(list.get(MoveFlag.BYTE)),
                  Short.toUnsignedInt(list.getShort(RELATIVE_TARGET_PORT)),
                  new NamedInitiator(id, TRANSPORT_ID)));
    };
  }

  /** Whether the unsigned 32-bit length at {@code field} covers what is there from {@code from}. */
  private static boolean isRest(ByteBuffer list, int field, int from) {
    return Integer.toUnsignedLong(list.getInt(field)) == list.limit() - from;
  }

  private static Set<RegisterFlag> flags(int value) {
    Set<RegisterFlag> flags = EnumSet.noneOf(RegisterFlag.class);
    for (RegisterFlag flag : RegisterFlag.values()) {
      if (flag.isSetIn(value)) {
        flags.add(flag);
      }
    }
    return flags;
  }

  private static Set<MoveFlag> moveFlags(int value) {
    Set<MoveFlag> flags = EnumSet.noneOf(MoveFlag.class);
    for (MoveFlag flag : MoveFlag.values()) {
      if (flag.isSetIn(value)) {
        flags.add(flag);
      }
    }
    return flags;
  }

  private static Decoded malformed(PrFault fault) {
    return new Decoded.Malformed(fault);
  }
}
