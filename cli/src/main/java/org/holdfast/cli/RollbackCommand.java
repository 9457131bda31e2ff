package org.holdfast.cli;

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

/** {@code holdfast rollback [NAME]}: a running daemon serves what it served before. */
@Command(
    name = "rollback",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a running daemon serve what it served before the last change, or the backup NAME. A"
          + " second rollback takes the first one back."
    })
final class RollbackCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      description = "A file of the directory backup beside the configuration.")
  private @Nullable String name;

  @Mixin private ControlOption control = new ControlOption();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws ControlException {
    var body = JsonNodeFactory.instance.objectNode();
    if (name != null) {
      body.put("backup", name);
    }
    ChangeReport.print(
        Objects.requireNonNull(spec).commandLine().getOut(),
        control.client().post("/v1/config/rollback", body));
    return CommandLine.ExitCode.OK;
  }
}
