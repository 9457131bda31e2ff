package org.holdfast.pr;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Set;

/**
 * Turns the fields of a PERSISTENT RESERVE OUT command into a {@link PrCommand} (SPC-4 clause
 * 6.16). Finds the faults of form; what depends on the sender's registration or on capabilities is
 * judged by {@link ReservationEngine}.
 */
public final class PrOutDecoder {
  /** Length of the basic parameter list in bytes. */
  public static final int PARAMETER_LIST_LENGTH = 24;

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
    long key = list.getLong(0);
    long actionKey = list.getLong(8);
    Set<RegisterFlag> flags = flags(list.get(RegisterFlag.BYTE));
    if (flags.contains(RegisterFlag.SPEC_I_PT)) {
      // Only REGISTER may name further initiator ports, and then the list is longer.
      if (action != PrOutServiceAction.REGISTER) {
        return malformed(RegisterFlag.SPEC_I_PT.fault());
      }
    } else if (list.remaining() != PARAMETER_LIST_LENGTH) {
      return malformed(new PrFault.ParameterListLengthError());
    }
    ScopeAndType asked = ScopeAndType.fromByte(scopeAndType);
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
        });
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

  private static Decoded malformed(PrFault fault) {
    return new Decoded.Malformed(fault);
  }
}
