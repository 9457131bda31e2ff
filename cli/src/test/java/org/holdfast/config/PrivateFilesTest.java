package org.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may own and read a file with secrets. */
class PrivateFilesTest {
  @TempDir private Path dir;
  private Path file;
  private int owner;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(dir.resolve("s"), "content");
    owner = (Integer) Files.getAttribute(file, "unix:uid");
    mode("rw-------");
  }

  private void mode(String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private PrivateFiles files() {
    return new PrivateFiles(owner, Optional.empty());
  }

  @Test
  void aFileForItsOwnerAloneIsRead() throws Exception {
    for (String mode : List.of("rw-------", "r--------", "rwx------")) {
      mode(mode);
      assertThat(files().read(file, 7)).isEqualTo("content".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(PrivateFiles.ofThisProcess().read(file, 7)).hasSize(7);
  }

  @Test
  void oneThatOthersReachIsRefused() throws Exception {
    for (String mode : List.of("rw-r-----", "rw-----w-", "rw----r--", "rw---x---")) {
      mode(mode);
      assertThatThrownBy(() -> files().read(file, 7))
          .isInstanceOf(PrivateFiles.RefusedException.class)
          .hasMessage(
              "%1$s holds secrets and is not for its owner alone (mode %2$s); run 'chmod 600 %1$s',"
                  + " and change the secrets if somebody may have read them",
              file, mode);
    }
  }

  @Test
  void systemdMayLetTheGroupReadACredentialAndNobodyElse() throws Exception {
    PrivateFiles service = new PrivateFiles(owner, Optional.of(dir));
    mode("r--r-----");
    assertThat(service.read(file, 7)).hasSize(7);
    mode("r--r--r--");
    assertThatThrownBy(() -> service.read(file, 7)).hasMessageContaining("mode r--r--r--");
    mode("r--r-----");
    PrivateFiles elsewhere = new PrivateFiles(owner, Optional.of(dir.resolve("other")));
    assertThatThrownBy(() -> elsewhere.read(file, 7)).hasMessageContaining("mode r--r-----");
    assertThat(PrivateFiles.directory(Map.of("CREDENTIALS_DIRECTORY", "/run/c")))
        .contains(Path.of("/run/c"));
    assertThat(PrivateFiles.directory(Map.of("CREDENTIALS_DIRECTORY", "c"))).isEmpty();
  }

  @Test
  void itBelongsToRootOrToUs() throws Exception {
    PrivateFiles stranger = new PrivateFiles(owner + 1, Optional.empty());
    if (owner == 0) {
      assertThat(stranger.read(file, 7)).hasSize(7);
      Files.setAttribute(file, "unix:uid", 4711);
      owner = 4711;
      stranger = new PrivateFiles(1, Optional.empty());
    }
    PrivateFiles reading = stranger;
    assertThatThrownBy(() -> reading.read(file, 7))
        .hasMessage(
            "%1$s holds secrets and belongs to the user %2$s, neither to root nor to the user %3$s"
                + " who runs this; run 'chown %3$s %1$s' if what it says is right",
            file, owner, reading.user());
  }

  @Test
  void whatIsNoSuchFileIsNamed() throws Exception {
    assertThatThrownBy(() -> files().read(dir.resolve("none"), 7))
        .hasMessage(dir + "/none: there is no such file");
    assertThatThrownBy(() -> files().read(dir, 7)).hasMessage(dir + " is no regular file");
    assertThatThrownBy(() -> files().read(file, 6))
        .hasMessage(file + " is 7 bytes long, more than 6");
  }

  private IOException token(String content) throws IOException {
    Files.writeString(file, content);
    return org.assertj.core.api.Assertions.catchThrowableOfType(
        IOException.class, () -> ControlToken.read(file, files()));
  }

  @Test
  void aTokenIsLongEnoughAndCanBeSent() throws Exception {
    Files.writeString(file, "0123456789abc-_=\n");
    ControlToken token = ControlToken.read(file, files());
    assertThat(token.matches("0123456789abc-_=")).isTrue();
    assertThat(token.matches("0123456789abc-_")).isFalse();
    assertThat(token.matches("0123456789abc-_~")).isFalse();
    assertThat(token.matches("")).isFalse();
    assertThat(token.header()).isEqualTo("Bearer 0123456789abc-_=");
    assertThat(token).hasToString("(token)");
    String advice = ". To make a new one: (umask 077; openssl rand -hex 32 > " + file + ")";
    assertThat(token("0123456789abcde\n"))
        .hasMessage("control token: %s holds 15 characters, and it takes 16%s", file, advice);
    assertThat(token("\n")).hasMessage("control token: %s is empty%s", file, advice);
    assertThat(token("0123456789 abcdef"))
        .hasMessage(
            "control token: %s holds something else than letters, digits and -._~+/ without"
                + " blanks%s",
            file, advice);
    mode("rw-r--r--");
    assertThat(token("0123456789abcdef")).hasMessageContaining("run 'chmod 600 " + file + "'");
  }
}
