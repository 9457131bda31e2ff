package org.holdfast.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Where the passwords of a configuration stand that names a place for them. */
public sealed interface SecretsPlace {
  /** What {@link ConfigKey#SECRETS_FILE} may hold; systemd.exec(5) on names of credentials. */
  String SYNTAX = "/[^\\x00]*|credential:[A-Za-z0-9_@-][A-Za-z0-9._@-]{0,254}";

  /** Begins the name of a credential. */
  String CREDENTIAL = "credential:";

  /** A file that the daemon reads and writes. */
  record File(Path path) implements SecretsPlace {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /** What systemd hands to the service, which can only be read. */
  record Credential(String name) implements SecretsPlace {
    /**
     * What it holds.
     *
     * @param most bytes
     */
    public byte[] read(PrivateFiles files, int most) throws IOException {
      try {
        return files.read(path(files), most);
      } catch (PrivateFiles.RefusedException e) {
        throw new PrivateFiles.RefusedException(this + ": " + e.getMessage());
      }
    }

    private Path path(PrivateFiles files) throws PrivateFiles.RefusedException {
      return files
          .credentials()
          .orElseThrow(
              () ->
                  new PrivateFiles.RefusedException(
                      PrivateFiles.CREDENTIALS_VARIABLE
                          + " is not set, as it is for a service of systemd with LoadCredential="
                          + name
                          + ":/path; outside of one, set it to a directory that holds the file "
                          + name))
          .resolve(name);
    }

    @Override
    public String toString() {
      return CREDENTIAL + name;
    }
  }

  /** What a document names; empty when it names none, or nothing that could be one. */
  static Optional<SecretsPlace> of(JsonNode document) {
    return new ConfigCursor("", document)
        .text(ConfigKey.SECRETS_FILE)
        .map(
            text ->
                text.startsWith(CREDENTIAL)
                    ? new Credential(text.substring(CREDENTIAL.length()))
                    : new File(Path.of(text).normalize()));
  }
}
