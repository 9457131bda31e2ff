package org.holdfast.scsi.command;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.holdfast.pr.TargetPort;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.copy.ThirdPartyCopyPage;
import org.jspecify.annotations.Nullable;

/**
 * The vital product data pages (SPC-4 clause 7.8, SBC-3 clause 6.5). A page is one row of one of
 * the families below; the list of supported pages follows from the rows.
 */
final class VpdPages {
  private static final int SUPPORTED_PAGES = 0x00;

  /** Strictly ascending: Windows ignores the B pages otherwise. */
  private static final List<VpdPage> PAGES =
      Stream.of(
              IdentityPages.PAGES,
              PortPages.PAGES,
              List.of(
                  new VpdPage(ThirdPartyCopyPage.CODE, (unit, _) -> ThirdPartyCopyPage.body(unit))),
              List.of(BlockLimits.PAGE, Characteristics.PAGE, Provisioning.PAGE))
          .flatMap(List::stream)
          .sorted(Comparator.comparingInt(VpdPage::code))
          .toList();

  private VpdPages() {}

  /** The page with its header, or null when there is no such page. */
  static byte @Nullable [] page(int code, LogicalUnit unit, TargetPort port) {
    if (code == SUPPORTED_PAGES) {
      return supported(0x00, PAGES);
    }
    return PAGES.stream()
        .filter(page -> page.code() == code)
        .findFirst()
        .map(page -> page.encode(unit, port))
        .orElse(null);
  }

  /** Where no unit is, there is only the list that says so. */
  static byte @Nullable [] pageWithoutUnit(int code, int peripheral) {
    return code == SUPPORTED_PAGES ? supported(peripheral, List.of()) : null;
  }

  /** This page itself, then {@code pages}. */
  private static byte[] supported(int peripheral, List<VpdPage> pages) {
    byte[] list = new byte[1 + pages.size()];
    list[0] = SUPPORTED_PAGES;
    for (int i = 0; i < pages.size(); i++) {
      list[1 + i] = (byte) pages.get(i).code();
    }
    return VpdPage.wrap(peripheral, SUPPORTED_PAGES, list);
  }
}
