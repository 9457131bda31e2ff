package org.holdfast.cli;

import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.holdfast.config.ConfigException;
import org.holdfast.config.ConfigReader;
import org.holdfast.config.SecretsPlace;
import org.holdfast.control.client.ControlException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code holdfast plan FILE}: what serving a file would change. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = {
      "Says what a running daemon would change if it were to serve FILE, and which sessions would"
          + " end. Nothing is changed."
    })
final class PlanCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "A configuration, of Holdfast or of LIO.")
  private @Nullable Path file;

  @Mixin private ControlOption control = new ControlOption();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws ConfigException, ControlException {
    Path read = Objects.requireNonNull(file);
    var wanted = JsonNodeFactory.instance.objectNode();
    ObjectNode document = ConfigReader.tree(ConfigReader.text(read), read.toString());
    if (SecretsPlace.of(document).isPresent()) {
      // The passwords are not in it; the daemon knows where, and may read them.
      wanted.put("file", read.toAbsolutePath().normalize().toString());
    } else {
      wanted.set("document", document);
    }
    ChangeReport.print(
        Objects.requireNonNull(spec).commandLine().getOut(),
        control.client().post("/v1/config/plan", wanted));
    return CommandLine.ExitCode.OK;
  }
}
