package org.holdfast.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.holdfast.config.ConfigException;
import org.holdfast.config.ConfigReader;
import org.holdfast.config.Configuration;
import org.holdfast.control.StartingPoint;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast check-config FILE}: says everything about a file without serving it. */
@Command(
    name = "check-config",
    mixinStandardHelpOptions = true,
    description = "Reads a configuration and names everything that is wrong, not used or unknown.",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:it can be served", "2:the command line is wrong", "78:it cannot"})
final class CheckConfigCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "Configuration file.")
  private @Nullable Path file;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws ConfigException {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Path read = Objects.requireNonNull(file);
    ConfigReader.Loaded loaded = StartingPoint.check(read);
    loaded.warnings().forEach(warning -> out.println("warning: " + read + ": " + warning));
    if (!loaded.withoutEffect().isEmpty()) {
      out.println("without effect: " + String.join(", ", loaded.withoutEffect()));
    }
    Configuration configuration = loaded.configuration();
    out.println(
        read
            + ": "
            + configuration.storageObjects().size()
            + " storage objects, "
            + configuration.targets().size()
            + " targets: can be served");
    out.flush();
    return CommandLine.ExitCode.OK;
  }
}
