import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jscsi.target.Configuration;
import org.jscsi.target.TargetServer;

/** jSCSI's target on the loopback address; its own main asks the terminal for an address. */
final class JscsiTarget {
  private JscsiTarget() {}

  /**
   * Serves until it is killed.
   *
   * @param arguments a configuration, beside which the schema is put that jSCSI holds it against
   */
  public static void main(String[] arguments) throws Exception {
    Path configuration = Path.of(arguments[0]);
    Path schema = configuration.resolveSibling("schema.xsd");
    try (InputStream in = TargetServer.class.getResourceAsStream("/jscsi-target.xsd")) {
      if (in == null) {
        throw new IOException("jSCSI's jar has no /jscsi-target.xsd");
      }
      Files.copy(in, schema);
    }
    new TargetServer(Configuration.create(schema.toFile(), configuration.toFile(), "127.0.0.1"))
        .call();
  }
}
