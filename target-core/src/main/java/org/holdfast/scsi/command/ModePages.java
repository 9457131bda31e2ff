package org.holdfast.scsi.command;

import java.io.ByteArrayOutputStream;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.holdfast.scsi.ModeParameter;
import org.holdfast.scsi.ModeParameters;
import org.holdfast.scsi.ModeSettings;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.jspecify.annotations.Nullable;

/**
 * The mode pages (SPC-4 clause 7.5, SBC-3 clause 6.4). A page is a row: its length, what is fixed
 * in it; the bits that MODE SELECT changes are the {@link ModeParameter}s of its code.
 */
final class ModePages {
  static final int ALL_PAGES = 0x3F;

  /** PS: the page can be saved. Only MODE SENSE gives it a meaning. */
  private static final int PS = 0x80;

  private static final int SPF = 0x40;
  private static final int PAGE_CODE_MASK = 0x3F;
  private static final int HEADER = 2;

  /** QUEUE ALGORITHM MODIFIER 1h: SIMPLE tasks run in any order; byte 3 of the Control page. */
  private static final int UNRESTRICTED_REORDERING = 0x10;

  /** DEXCPT: no informational exceptions are reported; byte 2 of that page. */
  private static final int DEXCPT = 0x08;

  /** What PC asks for (SPC-4 clause 6.13). */
  enum Values {
    CURRENT,
    /** A mask of what MODE SELECT may change. */
    CHANGEABLE,
    DEFAULT,
    SAVED
  }

  /**
   * A page in the page_0 format. What is neither fixed to ones nor a mode parameter is zero: no
   * such behaviour, no timer, no limit.
   *
   * @param code page code, 0..3Eh
   * @param length bytes after the two of the page's header
   * @param fixed ones by their byte of the page, header included
   */
  private record Page(int code, int length, Map<Integer, Integer> fixed) {
    int end() {
      return HEADER + length;
    }
  }

  /** Ascending by page code. */
  private static final List<Page> PAGES =
      Stream.of(
              new Page(0x01, 0x0A, Map.of()), // Read-Write Error Recovery
              new Page(0x08, 0x12, Map.of()), // Caching
              new Page(0x0A, 0x0A, Map.of(3, UNRESTRICTED_REORDERING)), // Control
              new Page(0x1A, 0x26, Map.of()), // Power Condition
              new Page(0x1C, 0x0A, Map.of(2, DEXCPT))) // Informational Exceptions Control
          .sorted(Comparator.comparingInt(Page::code))
          .toList();

  private static final Map<Integer, List<ModeParameter>> PARAMETERS =
      Stream.of(ModeParameter.values()).collect(Collectors.groupingBy(ModeParameter::pageCode));

  private ModePages() {}

  /** There is such a page, or all of them are asked for. */
  static boolean exists(int code) {
    return code == ALL_PAGES || find(code) != null;
  }

  private static @Nullable Page find(int code) {
    return PAGES.stream().filter(page -> page.code() == code).findFirst().orElse(null);
  }

  /** The page, or all pages. */
  static byte[] pages(int code, Values values, ModeParameters modes) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    PAGES.stream()
        .filter(page -> code == ALL_PAGES || page.code() == code)
        .map(page -> page(page, values, modes))
        .forEach(all::writeBytes);
    return all.toByteArray();
  }

  private static byte[] page(Page page, Values values, ModeParameters modes) {
    return switch (values) {
      case CURRENT -> encode(page, page.fixed(), modes.current(), modes.canSave());
      case DEFAULT -> encode(page, page.fixed(), modes.defaults(), modes.canSave());
      case SAVED -> encode(page, page.fixed(), modes.saved(), modes.canSave());
      case CHANGEABLE -> encode(page, Map.of(), modes.changeable(), modes.canSave());
    };
  }

  private static byte[] encode(
      Page page, Map<Integer, Integer> fixed, ModeSettings settings, boolean savable) {
    byte[] bytes = new byte[page.end()];
    bytes[0] = (byte) (page.code() | (savable ? PS : 0));
    bytes[1] = (byte) page.length();
    fixed.forEach((at, ones) -> bytes[at] |= ones.byteValue());
    for (ModeParameter parameter : parameters(page)) {
      if (settings.isOne(parameter)) {
        bytes[parameter.at()] |= (byte) parameter.mask();
      }
    }
    return bytes;
  }

  private static List<ModeParameter> parameters(Page page) {
    return PARAMETERS.getOrDefault(page.code(), List.of());
  }

  /** What the pages of a MODE SELECT parameter list come to. */
  sealed interface Selection {
    /** The values that the list sets. */
    record Wanted(Map<ModeParameter, Boolean> values) implements Selection {}

    /** Why the whole list is refused. */
    record Refused(Sense sense) implements Selection {}
  }

  /**
   * Reads mode pages as MODE SELECT brings them (SPC-4 clause 6.11). A bit that cannot be changed
   * has to be what it is; PS is reserved here and not looked at, as hosts send back what they have
   * read.
   *
   * @param list the whole parameter list: pointers count from its beginning
   * @param from where the pages begin
   */
  static Selection select(byte[] list, int from, ModeParameters modes) {
    Map<ModeParameter, Boolean> wanted = new EnumMap<>(ModeParameter.class);
    int at = from;
    while (at < list.length) {
      Page page = find(list[at] & PAGE_CODE_MASK);
      if ((list[at] & SPF) != 0) {
        return refused(at, 6);
      }
      if (page == null) {
        return refused(at, 5);
      }
      if (at + HEADER > list.length) {
        return TRUNCATED;
      }
      if ((list[at + 1] & 0xFF) != page.length()) {
        return refused(at + 1, -1);
      }
      if (at + page.end() > list.length) {
        return TRUNCATED;
      }
      Selection wrong = difference(list, at, page, modes);
      if (wrong != null) {
        return wrong;
      }
      for (ModeParameter parameter : parameters(page)) {
        if (modes.changeable().isOne(parameter)) {
          wanted.put(parameter, (list[at + parameter.at()] & parameter.mask()) != 0);
        }
      }
      at += page.end();
    }
    return new Selection.Wanted(wanted);
  }

  private static final Selection TRUNCATED =
      new Selection.Refused(Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR));

  private static Selection refused(int at, int bit) {
    return new Selection.Refused(Sense.invalidFieldInParameterList(at, bit));
  }

  /** A bit that differs and cannot be changed, or null. */
  private static @Nullable Selection difference(
      byte[] list, int from, Page page, ModeParameters modes) {
    byte[] current = page(page, Values.CURRENT, modes);
    byte[] changeable = page(page, Values.CHANGEABLE, modes);
    for (int i = HEADER; i < page.end(); i++) {
      int wrong = (list[from + i] ^ current[i]) & ~changeable[i] & 0xFF;
      if (wrong != 0) {
        return refused(from + i, 31 - Integer.numberOfLeadingZeros(wrong));
      }
    }
    return null;
  }
}
