package org.holdfast.vms.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
  @Test
  void withoutArgumentsItIsTheWholeRun() {
    Options options = Options.parse();
    assertThat(options.rounds()).isGreaterThanOrEqualTo(3);
    assertThat(options.cells()).isEqualTo(Cell.ALL);
    assertThat(options.whole()).isTrue();
    assertThat(Cell.ALL).extracting(Cell::name).doesNotHaveDuplicates();
  }

  @Test
  void cellsAndPeersKeepTheirOrder() {
    Options options = Options.parse("--cells", "w4kd1,r4kd1", "--peers", "echo,tgt");
    assertThat(options.cells()).extracting(Cell::name).containsExactly("r4kd1", "w4kd1");
    assertThat(options.peers()).containsExactly("tgt", "echo");
    assertThat(options.whole()).isFalse();
  }

  @Test
  void aTargetThatIsNotPartOfTheWholeRunCanBeAskedFor() {
    assertThat(Options.parse().peers()).doesNotContain("tgt-untouched");
    assertThat(Options.parse("--peers", "tgt-untouched,tgt").peers())
        .containsExactly("tgt", "tgt-untouched");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--fast",
        "--rounds",
        "--rounds 0",
        "--rounds many",
        "--port 65536",
        "--cells r4kd2",
        "--peers scst",
        "--quick --write",
        "--write --cells r4kd1",
        "--scale --cells r4kd1",
        "--scale --peers holdfast",
        "--scale --quick --write",
        "--scale --allocations",
        "--allocations --peers tgt",
        "--allocations --cells r4kd1 --write"
      })
  void whatCannotBeIsRefusedAsAMistakeInTheArguments(String arguments) {
    assertThatThrownBy(() -> Options.parse(arguments.split(" ", -1)))
        .isInstanceOfSatisfying(
            BenchException.class, e -> assertThat(e.exitCode()).isEqualTo(BenchException.USAGE));
  }

  @Test
  void listsOfCoresAreReadAsTheKernelWritesThem() {
    assertThat(Cores.parse("0-2,5,7-8")).containsExactly(0, 1, 2, 5, 7, 8);
    assertThat(Cores.parse("3\n")).containsExactly(3);
  }

  @Test
  void cpuTimeIsFoundBehindAnyNameOfAProcess() {
    String stat = "12 (a ) b (c) S 1 2 3 4 5 6 7 8 9 10 500 70 0 0 20 0 1 0 100 200 300";
    assertThat(Proc.cpuTicks(stat)).isEqualTo(570);
  }
}
