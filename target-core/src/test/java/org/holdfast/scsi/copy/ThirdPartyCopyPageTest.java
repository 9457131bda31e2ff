package org.holdfast.scsi.copy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ThirdPartyCopyPageTest {
  private final CopyBench bench = new CopyBench();

  @Test
  void thePageIsByteExact() {
    String page =
        "008f0174"
            // Block device ROD token limits: 64 ranges, 600 s, 60 s, 256 MiB, 64 MiB.
            + "00000020 000000000000 0040 00000258 0000003c 0000000000080000 0000000000020000"
            // Supported commands.
            + "00010010 0c 83 04 00 10 11 1c 84 04 00 03 04 07 000000"
            // Parameter data: 16 targets, 16 segments, 960 bytes, nothing inline.
            + "0004001c 00000000 0010 0010 000003c0 00000000"
            + "00".repeat(12)
            // Supported descriptors.
            + "00080004 03 02 0a e4"
            // Supported CSCD IDs: none.
            + "000c0004 00000000"
            // ROD token features, then those of disks.
            + "0106005c"
            + "00".repeat(20)
            + "00000258"
            + "00".repeat(18)
            + "0030 0000002c 00000000 0000000010000000 0000000004000000"
            + "00".repeat(24)
            // Supported ROD types: change vulnerable in and out, zeros in.
            + "01080084 00000080 00800001 03"
            + "00".repeat(59)
            + "ffff0001 02"
            + "00".repeat(59)
            // General copy operations: 16 at once, 256 MiB, 512 bytes.
            + "80010020 00000010 00000010 10000000 09"
            + "00".repeat(19);
    assertThat(HexFormat.of().formatHex(bench.send(CopyBench.A, "1201 8f 0400 00").good()))
        .isEqualTo(page.replace(" ", ""));
  }

  @Test
  void limitsOfTokensAreInLogicalBlocks() {
    CopyBench large = new CopyBench(new CopyDevice(4096, 64), new CopyDevice(4096, 64));
    byte[] page = large.send(CopyBench.A, "1201 8f 0400 00").good();
    assertThat(HexFormat.of().formatHex(page, 24, 40))
        .isEqualTo("0000000000010000" + "0000000000004000");
  }
}
