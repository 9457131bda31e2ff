package org.holdfast.scsi.command;

import java.util.List;
import org.holdfast.scsi.DeviceProfile;

/** The mode pages (SPC-4 clause 7.5, SBC-3 clause 6.4), ascending by page code. */
final class ModePages {
  static final int ALL_PAGES = 0x3F;

  /** Write cache enable, byte 2 of the Caching page. */
  private static final int WCE = 0x04;

  /** QUEUE ALGORITHM MODIFIER 1h: SIMPLE tasks run in any order; byte 3 of the Control page. */
  private static final int UNRESTRICTED_REORDERING = 0x10;

  /** DEXCPT: no informational exceptions are reported; byte 2 of that page. */
  private static final int DEXCPT = 0x08;

  /** What PC asks for. SAVED is refused before it gets here. */
  enum Values {
    CURRENT,
    /** A mask of what MODE SELECT may change: nothing, as there is no MODE SELECT. */
    CHANGEABLE,
    DEFAULT
  }

  /**
   * What a page is called and how long it is.
   *
   * @param code page code, 0..3Eh
   * @param length bytes after the two of the page's header
   */
  private record Page(int code, int length) {}

  private static final Page ERROR_RECOVERY = new Page(0x01, 0x0A);
  private static final Page CACHING = new Page(0x08, 0x12);
  private static final Page CONTROL = new Page(0x0A, 0x0A);
  private static final Page POWER_CONDITION = new Page(0x1A, 0x26);
  private static final Page INFORMATIONAL_EXCEPTIONS = new Page(0x1C, 0x0A);

  private static final List<Page> PAGES =
      List.of(ERROR_RECOVERY, CACHING, CONTROL, POWER_CONDITION, INFORMATIONAL_EXCEPTIONS);

  private ModePages() {}

  /** There is such a page, or all of them are asked for. */
  static boolean exists(int code) {
    return code == ALL_PAGES || PAGES.stream().anyMatch(page -> page.code() == code);
  }

  /** The page, or all pages, in the page_0 format. */
  static byte[] pages(int code, Values values, DeviceProfile profile) {
    List<byte[]> asked =
        PAGES.stream()
            .filter(page -> code == ALL_PAGES || page.code() == code)
            .map(page -> page(page, values, profile))
            .toList();
    byte[] all = new byte[asked.stream().mapToInt(page -> page.length).sum()];
    int at = 0;
    for (byte[] page : asked) {
      System.arraycopy(page, 0, all, at, page.length);
      at += page.length;
    }
    return all;
  }

  /** What is not set here is zero: no such behaviour, no timer, no limit. */
  private static byte[] page(Page page, Values values, DeviceProfile profile) {
    byte[] bytes = new byte[2 + page.length()];
    bytes[0] = (byte) page.code();
    bytes[1] = (byte) page.length();
    if (values == Values.CHANGEABLE) {
      return bytes;
    }
    if (page.equals(CACHING)) {
      bytes[2] = (byte) (profile.writeCache() ? WCE : 0);
    } else if (page.equals(CONTROL)) {
      bytes[3] = UNRESTRICTED_REORDERING;
    } else if (page.equals(INFORMATIONAL_EXCEPTIONS)) {
      bytes[2] = DEXCPT;
    }
    return bytes;
  }
}
