package org.holdfast.cli;

import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.holdfast.control.client.ControlException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code holdfast apply FILE}: a running daemon serves what a file says. */
@Command(
    name = "apply",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a running daemon serve what FILE says, all of it or nothing, without a restart; what"
          + " stays the same is not disturbed. 'holdfast plan FILE' says beforehand what that"
          + " changes, 'holdfast rollback' goes back."
    })
final class ApplyCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "FILE",
      description = "A configuration, of Holdfast or of LIO; the daemon reads it.")
  private @Nullable Path file;

  @Mixin private ControlOption control = new ControlOption();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws ControlException {
    String path = Objects.requireNonNull(file).toAbsolutePath().normalize().toString();
    ChangeReport.print(
        Objects.requireNonNull(spec).commandLine().getOut(),
        control
            .client()
            .post("/v1/config/load", JsonNodeFactory.instance.objectNode().put("file", path)));
    return CommandLine.ExitCode.OK;
  }
}
