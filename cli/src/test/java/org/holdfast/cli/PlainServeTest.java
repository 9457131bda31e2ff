package org.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What is understood without picocli is what picocli would have understood. */
class PlainServeTest {
  private static String[] words(String line) {
    return line.split(" ", -1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "serve",
        "serve --config /etc/holdfast/disks.json",
        "serve --config disks.json --state-dir /var/lib/hold-fast",
        "serve --state-dir ../state --config a+b:c,d_e.json"
      })
  void itIsThatOfPicocli(String line) {
    ServeCommand plain = PlainServe.command(words(line));
    CommandLine picocli = Main.commandLine();
    picocli.parseArgs(words(line));
    ServeCommand theirs = picocli.getSubcommands().get(ServeCommand.NAME).getCommand();
    assertThat(plain)
        .usingRecursiveComparison()
        .ignoringFields("spec")
        .withStrictTypeChecking()
        .isEqualTo(theirs);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--help",
        "check-config --config x",
        "serve --help",
        "serve -v",
        "serve --config",
        "serve --config=x",
        "serve --config ",
        "serve --config -x",
        "serve --config @x",
        "serve --config 'x'",
        "serve --config ${x}",
        "serve --config a --config b",
        "serve --state-dir a --state-dir b",
        "serve --portal 127.0.0.1:0",
        "serve --config x --log-level debug",
        "serve x --config y"
      })
  void everythingElseIsForPicocli(String line) {
    assertThat(PlainServe.command(words(line))).isNull();
  }

  @Test
  void noArgumentsAreForPicocli() {
    assertThat(PlainServe.command()).isNull();
  }
}
