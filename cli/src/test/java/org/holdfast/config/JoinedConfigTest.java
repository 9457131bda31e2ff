package org.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** A configuration whose passwords stand in a file of their own. */
class JoinedConfigTest {
  private static final String WHOLE =
      """
      {"secrets_file": "/s.json",
       "fabric_modules": [{"name": "iscsi", "discovery_userid": "d",
         "discovery_password": "discovery-secr"}],
       "targets": [
        {"fabric": "loopback", "wwn": "naa.5001405ab1234567", "tpgs": [
          {"tag": 1, "chap_password": "of-no-use-here"}]},
        {"wwn": "iqn.2026-11.org.example:a", "tpgs": [
          {"tag": 2, "chap_userid": "g", "chap_password": "group-two-of-a"},
          {"tag": 1, "node_acls": [
            {"node_wwn": "iqn.2026-11.org.example:x", "chap_userid": "x",
             "chap_password": "x-at-a-secret1", "chap_mutual_userid": "t",
             "chap_mutual_password": "mutual-of-x-at"},
            {"node_wwn": "iqn.2026-11.org.example:y", "chap_password": ""}]}]},
        {"wwn": "iqn.2026-11.org.example:b", "tpgs": [
          {"node_acls": [{"node_wwn": "iqn.2026-11.org.example:x", "chap_userid": "x",
             "chap_password": "x-at-b-secret1"}]}]}]}
      """;
  private static final List<String> SECRETS =
      List.of(
          "discovery-secr", "group-two-of-a", "x-at-a-secret1", "mutual-of-x-at", "x-at-b-secret1");

  private static ObjectNode tree(String text) throws ConfigException {
    return ConfigReader.tree(text, "test");
  }

  private static JoinedConfig join(ObjectNode main, String secrets) throws ConfigException {
    return JoinedConfig.of(main, "c.json", _ -> secrets.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatIsSplitIsPutTogetherAgain() throws Exception {
    SplitConfig split = SplitConfig.of(tree(WHOLE));
    for (String secret : SECRETS) {
      assertThat(split.main().toString()).doesNotContain(secret);
      assertThat(split.secrets().toString()).contains(secret);
    }
    assertThat(split.secrets().toString()).doesNotContain("loopback", "userid", ":y");
    // What is not served stays as it is.
    assertThat(split.main().toString()).contains("of-no-use-here");
    assertThat(split.secrets().at("/targets/1/tpgs/0/tag").asInt()).isEqualTo(1);
    JoinedConfig joined = join(split.main(), split.secrets().toString());
    assertThat(joined.document()).isEqualTo(tree(WHOLE));
    assertThat(joined.warnings()).isEmpty();
    assertThat(joined.check("c.json").configuration())
        .hasToString(ConfigReader.check(tree(WHOLE), "c.json").configuration().toString());
  }

  @Test
  void namesCountAndNotPlaces() throws Exception {
    JoinedConfig joined =
        join(
            SplitConfig.of(tree(WHOLE)).main(),
            """
            {"targets": [
              {"wwn": "IQN.2026-11.org.example:B", "tpgs": [{"tag": "1", "node_acls": [
                {"node_wwn": "iqn.2026-11.org.example:X", "chap_password": "the-first-seen"}]}]},
              {"wwn": "iqn.2026-11.org.example:a", "tpgs": [
                {"tag": 1, "node_acls": [
                  {"node_wwn": "iqn.2026-11.org.example:x", "chap_password": "the-other-seen"}]},
                {"tag": 2, "chap_password": "of-group-two-a"}]}]}
            """);
    assertThat(joined.document().at("/targets/2/tpgs/0/node_acls/0/chap_password").asString())
        .isEqualTo("the-first-seen");
    assertThat(joined.document().at("/targets/1/tpgs/1/node_acls/0/chap_password").asString())
        .isEqualTo("the-other-seen");
    assertThat(joined.document().at("/targets/1/tpgs/0/chap_password").asString())
        .isEqualTo("of-group-two-a");
  }

  @Test
  void withoutTheKeyNothingIsRead() throws Exception {
    ObjectNode main = tree("{}");
    JoinedConfig joined =
        JoinedConfig.of(
            main,
            "c",
            _ -> {
              throw new AssertionError("read");
            });
    assertThat(joined.document()).isSameAs(main);
    assertThat(SecretsPlace.of(tree("{\"secrets_file\": \"relative\"}"))).isEmpty();
    assertThat(SecretsPlace.of(tree("{\"secrets_file\": \"credential:../x\"}"))).isEmpty();
    assertThat(
            catchThrowableOfType(
                ConfigException.class,
                () -> ConfigReader.parse("{\"secrets_file\": \"relative\"}", "c.json")))
        .hasMessage(
            "c.json: secrets_file: \"relative\" is not an absolute path, or credential:NAME");
  }

  private static final String A = "{'targets': [{'wwn': 'iqn.2026-11.org.example:a'";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        A
            + ", 'alias': 'x'}]} | /s.json: targets[0].alias: only passwords and the names of whom"
            + " they belong to stand here; take it out, or to c.json if it is to have an effect",
        A
            + ", 'tpgs': [{'tag': 1, 'node_acls': [{'node_wwn': 'iqn.2026-11.org.example:x',"
            + " 'chap_pasword': 'hidden-hidden-'}]}]}]} |"
            + " /s.json: targets[0].tpgs[0].node_acls[0].chap_pasword: only passwords and the",
        A
            + ", 'tpgs': [{'chap_password': 'hidden-hidden-'}]}]} | /s.json:"
            + " targets[0].tpgs[0].tag: missing, or not a whole number from 0 to 65535; it says"
            + " whose passwords these are",
        "{'targets': [{'tpgs': []}]} | /s.json: targets[0].wwn: missing, or not an iSCSI name",
        A
            + "}, {'wwn': 'iqn.2026-11.org.example:A'}]} | /s.json: targets[1]: target"
            + " iqn.2026-11.org.example:a is already at targets[0]",
        "{'targets': {}} | /s.json: targets: is not a list of objects",
        "{'targets': [7]} | /s.json: targets[0]: is not an object",
        A
            + ", 'tpgs': [{'tag': 2, 'chap_password': 'hidden-hidden-'}]}]} |"
            + " targets[1].tpgs[0].chap_password: is in c.json, and in /s.json:"
            + " targets[0].tpgs[0].chap_password, too; take it out of the first, so that nobody has"
            + " to guess which one holds",
        "{'secrets_file': '/t'} | /s.json: secrets_file: only passwords",
        "[] | /s.json: the file is not one JSON object"
      })
  void whatDoesNotFitIsNamedWithBothPlaces(String secrets, String message) throws Exception {
    ObjectNode main = tree(WHOLE);
    ConfigException e =
        catchThrowableOfType(
            ConfigException.class, () -> join(main, secrets.strip().replace('\'', '"')));
    assertThat(e).hasMessageContaining(message);
    assertThat(e.getMessage()).doesNotContain("hidden-hidden");
  }

  @Test
  void aPasswordOfNobodyIsAWarningAndOfDiscoveryAnError() throws Exception {
    ObjectNode main = tree("{\"secrets_file\": \"/s.json\"}");
    assertThat(
            join(main, "{\"targets\": [{\"wwn\": \"iqn.2026-11.org.example:gone\"}]}").warnings())
        .extracting(Finding::toString)
        .containsExactly(
            "/s.json: targets[0]: target iqn.2026-11.org.example:gone is not in c.json, or not"
                + " served: this is not used; take it out, or correct the name");
    ConfigException e =
        catchThrowableOfType(
            ConfigException.class,
            () -> join(main, "{\"fabric_modules\": [{\"discovery_password\": \"hidden\"}]}"));
    assertThat(e)
        .hasMessage(
            "c.json: /s.json: fabric_modules[0]: discovery has a password here and is not in"
                + " c.json, so that it would need none: add fabric_modules with discovery_userid"
                + " there, or take this out");
  }

  @Test
  void aPasswordThatStayedBehindIsNamed() throws Exception {
    assertThat(join(tree(WHOLE), "{}").warnings())
        .hasSize(SECRETS.size())
        .extracting(Finding::toString)
        .contains(
            "targets[1].tpgs[0].chap_password: stands in c.json although secrets_file is set; the"
                + " next change by the shell or the control API moves it to /s.json if that is a"
                + " file");
  }

  @Test
  void aBadPasswordIsNamedWhereItStands() throws Exception {
    ObjectNode main = SplitConfig.of(tree(WHOLE)).main();
    JoinedConfig joined =
        join(
            main,
            SplitConfig.of(tree(WHOLE))
                .secrets()
                .toString()
                .replace("group-two-of-a", "short")
                .replace("\"x-at-b-secret1\"", "7"));
    ConfigException e = catchThrowableOfType(ConfigException.class, () -> joined.check("c.json"));
    assertThat(e)
        .hasMessageContaining("c.json: targets[1].tpgs[0].chap_password: ")
        .hasMessageContaining("(it stands in /s.json: targets[0].tpgs[0].chap_password)")
        .hasMessageContaining(
            "this value is not text (it stands in /s.json:"
                + " targets[1].tpgs[0].node_acls[0].chap_password)");
    assertThat(e.getMessage()).doesNotContain("short");
  }

  @Test
  void aPlaceThatCannotBeReadIsNamed(@TempDir Path dir) throws Exception {
    ObjectNode main = tree("{\"secrets_file\": \"credential:chap\"}");
    PrivateFiles outside = new PrivateFiles(0, Optional.empty());
    SecretsPlace.Credential credential = new SecretsPlace.Credential("chap");
    assertThat(SecretsPlace.of(main)).contains(credential);
    assertThat(
            catchThrowableOfType(
                ConfigException.class,
                () -> JoinedConfig.of(main, "c.json", _ -> credential.read(outside, 99))))
        .hasMessage(
            "c.json: secrets_file: credential:chap: CREDENTIALS_DIRECTORY is not set, as it is for"
                + " a service of systemd with LoadCredential=chap:/path; outside of one, set it to"
                + " a directory that holds the file chap");
    int user = (Integer) Files.getAttribute(dir, "unix:uid");
    PrivateFiles service = new PrivateFiles(user, Optional.of(dir));
    assertThat(catchThrowableOfType(IOException.class, () -> credential.read(service, 99)))
        .hasMessage("credential:chap: " + dir + "/chap: there is no such file");
    Path file = Files.writeString(dir.resolve("chap"), "{}");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r-----"));
    assertThat(credential.read(service, 99)).hasSize(2);
    assertThat(
            catchThrowableOfType(
                ConfigException.class,
                () ->
                    JoinedConfig.of(
                        main,
                        "c.json",
                        _ -> {
                          throw new IOException("Input/output error");
                        })))
        .hasMessageContaining("credential:chap cannot be read: java.io.IOException: Input/output");
  }
}
