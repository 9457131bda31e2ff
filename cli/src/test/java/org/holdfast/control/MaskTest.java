package org.holdfast.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.holdfast.config.ConfigKey;
import org.holdfast.config.Finding;
import org.holdfast.config.ValueType;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class MaskTest {
  private static final String DOCUMENT =
      """
      {"fabric_modules": [{"name": "iscsi", "discovery_userid": "d", "discovery_password": "dddd"}],
       "targets": [
        {"wwn": "iqn.2026-11.org.example:a", "tpgs": [
          {"chap_userid": "u", "chap_password": "first group", "node_acls": [
            {"node_wwn": "iqn.2026-11.org.example:x", "chap_password": "x at a"},
            {"node_wwn": "iqn.2026-11.org.example:y", "chap_password": "y at a",
             "chap_mutual_password": "mutual y", "chap_pasword": "misspelt"}]},
          {"chap_password": "second group"}]},
        {"wwn": "iqn.2026-11.org.example:b", "tpgs": [
          {"tag": 1, "node_acls": [
            {"node_wwn": "iqn.2026-11.org.example:x", "chap_password": "x at b"}]}]}]}
      """;

  private static ObjectNode document() {
    return (ObjectNode) JsonMapper.shared().readTree(DOCUMENT);
  }

  /** Every key that holds a secret, wherever the table puts it. */
  @Test
  void noSecretGoesOut() {
    for (ConfigKey key : ConfigKey.values()) {
      if (key.type() instanceof ValueType.Secret) {
        for (String path : key.paths()) {
          ObjectNode document = (ObjectNode) nested(path.split("\\.", -1), 0);
          assertThat(document.toString()).contains("secret of " + path);
          assertThat(Mask.masked(document).toString())
              .doesNotContain("secret of")
              .contains(Mask.STARS);
        }
      }
    }
  }

  private static JsonNode nested(String[] steps, int at) {
    String step = steps[at];
    ObjectNode object = Json.object();
    if (at == steps.length - 1) {
      return object.put(step, "secret of " + String.join(".", steps));
    }
    JsonNode inner = nested(steps, at + 1);
    if (step.endsWith("[]")) {
      // Twice: the second of two with the same name has a secret, too.
      ArrayNode list = object.putArray(step.substring(0, step.length() - 2));
      list.add(inner).add(inner.deepCopy());
    } else {
      object.set(step, inner);
    }
    return object;
  }

  @Test
  void whatIsMeantAsASecretDoesNotGoOutEither() {
    String shown = Mask.masked(document()).toString();
    for (String secret :
        List.of("dddd", "first group", "x at a", "y at a", "mutual y", "misspelt", "second")) {
      assertThat(shown).doesNotContain(secret);
    }
    assertThat(Mask.masked(document()).at("/targets/0/tpgs/0/chap_userid").asString())
        .isEqualTo("u");
  }

  @Test
  void whatComesBackIsWhatWasThere() {
    List<Finding> findings = new ArrayList<>();
    assertThat(Mask.restored(Mask.masked(document()), document(), findings)).isEqualTo(document());
    assertThat(findings).isEmpty();
  }

  @Test
  void aSecretFollowsItsOwnerNotItsPlace() {
    ObjectNode wanted = Mask.masked(document());
    // Targets and ACLs in another order, and the name in capitals: iSCSI names know no case.
    ArrayNode targets = (ArrayNode) wanted.get("targets");
    targets.insert(0, targets.remove(1));
    ArrayNode acls = (ArrayNode) wanted.at("/targets/1/tpgs/0/node_acls");
    acls.insert(0, acls.remove(1));
    ((ObjectNode) acls.get(1)).put("node_wwn", "IQN.2026-11.org.example:X");
    ObjectNode restored = Mask.restored(wanted, document(), new ArrayList<>());
    assertThat(restored.at("/targets/0/tpgs/0/node_acls/0/chap_password").asString())
        .isEqualTo("x at b");
    assertThat(restored.at("/targets/1/tpgs/0/node_acls/0/chap_password").asString())
        .isEqualTo("y at a");
    assertThat(restored.at("/targets/1/tpgs/0/node_acls/1/chap_password").asString())
        .isEqualTo("x at a");
  }

  @Test
  void starsForAStrangerAreNamed() {
    ObjectNode wanted = Mask.masked(document());
    ((ObjectNode) wanted.at("/targets/0/tpgs/0/node_acls/0"))
        .put("node_wwn", "iqn.2026-11.org.example:new");
    List<Finding> findings = new ArrayList<>();
    Mask.restored(wanted, document(), findings);
    assertThat(findings)
        .singleElement()
        .hasToString(
            "targets[0].tpgs[0].node_acls[0].chap_password: ******** stands for the secret that acl"
                + " iqn.2026-11.org.example:new of iqn.2026-11.org.example:a tpg1 has, and it has"
                + " none; give the secret itself, or leave the key out");
  }

  @Test
  void whateverIsNoConfigurationIsLeftAlone() {
    for (String odd : Arrays.asList("{\"targets\": 7}", "{\"targets\": [7, [], {\"tpgs\": {}}]}")) {
      ObjectNode document = (ObjectNode) JsonMapper.shared().readTree(odd);
      assertThat(Mask.masked(document)).isEqualTo(document);
      assertThat(Mask.restored(document, document, new ArrayList<>())).isEqualTo(document);
    }
  }
}
