package org.holdfast.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.holdfast.backstore.StateFiles;
import org.holdfast.config.ConfigException;
import org.holdfast.config.ConfigKey;
import org.holdfast.config.ConfigReader;
import org.holdfast.config.ImportReport;
import org.holdfast.config.SecretsPlace;
import org.holdfast.config.SplitConfig;
import org.holdfast.control.StartingPoint;
import org.holdfast.daemon.StartException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code holdfast import LIOFILE}: what is taken of a file that LIO has saved. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "Reads a file that targetcli has saved and says of each key whether it is taken; keys without"
          + " effect are summed up. No daemon is needed."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:it can be served", "1:--to could not be written", "78:it cannot be served"})
final class ImportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "LIOFILE", description = "Usually /etc/target/saveconfig.json.")
  private @Nullable Path file;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description = "Writes what is taken, with its secrets, for 'holdfast serve --config FILE'.")
  private @Nullable Path to;

  @Option(
      names = "--secrets-to",
      paramLabel = "FILE",
      description =
          "Writes the passwords to a file of their own, which the one of --to names as"
              + " secrets_file.")
  private @Nullable Path secretsTo;

  @Option(names = "--all", description = "Shows every key without effect, too, line by line.")
  private boolean all;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws ConfigException, StartException {
    Path read = Objects.requireNonNull(file);
    if (secretsTo != null && to == null) {
      throw new CommandLine.ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "--secrets-to FILE needs --to FILE, which names it");
    }
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    ObjectNode tree = ConfigReader.tree(ConfigReader.text(read), read.toString());
    ImportReport report = ImportReport.of(tree, StartingPoint.join(read), read.toString());
    print(out, report);
    out.flush();
    if (!report.errors().isEmpty()) {
      throw new ConfigException(read.toString(), report.errors(), List.of());
    }
    if (to != null) {
      write(to, report.document(), out);
    }
    out.flush();
    return CommandLine.ExitCode.OK;
  }

  private void write(Path file, ObjectNode taken, PrintWriter out) throws StartException {
    if (secretsTo == null) {
      write(file, taken);
    } else if (SecretsPlace.of(taken).isPresent()) {
      throw new StartException(
          "--secrets-to: the passwords are in a file of their own already, "
              + SecretsPlace.of(taken).get());
    } else {
      SplitConfig split = SplitConfig.of(taken);
      Path secrets = secretsTo.toAbsolutePath().normalize();
      split.main().put(ConfigKey.SECRETS_FILE.key(), secrets.toString());
      mustBeNew(file);
      write(secrets, split.secrets());
      write(file, split.main());
      out.println("passwords written to " + secrets);
    }
    out.println("written to " + file);
  }

  private void print(PrintWriter out, ImportReport report) {
    for (ImportReport.Line line : report.lines()) {
      if (all || line.fate() != ImportReport.Fate.WITHOUT_EFFECT) {
        out.println(row(line.fate(), line.path(), line.value(), line.why()));
      }
    }
    if (!all) {
      for (ImportReport.Harmless one : report.harmless()) {
        String places = one.places() == 1 ? "1 place" : one.places() + " places";
        out.println(
            row(
                ImportReport.Fate.WITHOUT_EFFECT,
                one.key(),
                one.value(),
                one.why() + " (" + places + ")"));
      }
    }
    for (ImportReport.Fate fate : ImportReport.Fate.values()) {
      long count = report.lines().stream().filter(line -> line.fate() == fate).count();
      if (count > 0) {
        out.println(
            count
                + " "
                + words(fate)
                + (fate == ImportReport.Fate.WITHOUT_EFFECT && !all ? "; --all shows where" : ""));
      }
    }
  }

  private static String words(ImportReport.Fate fate) {
    return fate.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String row(ImportReport.Fate fate, String where, String value, String why) {
    return "%-14s %s%s%s"
        .formatted(
            words(fate),
            where,
            value.isEmpty() ? "" : " = " + value,
            why.isEmpty() ? "" : ": " + why);
  }

  private static void mustBeNew(Path file) throws StartException {
    if (Files.exists(file)) {
      throw new StartException(file + " is there already; remove it or choose another place");
    }
  }

  private static void write(Path file, ObjectNode content) throws StartException {
    mustBeNew(file);
    JsonMapper pretty = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    try {
      StateFiles.onDisk().replace(file.toAbsolutePath(), pretty.writeValueAsBytes(content));
    } catch (IOException e) {
      throw new StartException(file + " could not be written: " + e, e);
    }
  }
}
