package org.holdfast.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class DocumentDiffTest {
  private static final String BASE =
      """
      {"storage_objects": [
        {"plugin": "fileio", "name": "d1", "dev": "/d1", "size": 1024, "write_back": false},
        {"plugin": "fileio", "name": "d2", "dev": "/d2"}],
       "targets": [{"wwn": "iqn.2026-11.org.example:t", "tpgs": [
         {"tag": 1, "attributes": {"generate_node_acls": 0},
          "portals": [{"ip_address": "192.0.2.1", "port": 3260}],
          "luns": [{"index": 0, "storage_object": "/backstores/fileio/d1"}],
          "node_acls": [{"node_wwn": "iqn.2026-11.org.example:x", "chap_userid": "u",
            "chap_password": "the old secret", "mapped_luns": [{"index": 0, "tpg_lun": 0}]}]}]}]}
      """;

  private static List<String> diff(String before, String after) {
    return DocumentDiff.between(
            JsonMapper.shared().readTree(before), JsonMapper.shared().readTree(after))
        .stream()
        .map(c -> c.kind().word() + " " + c.what() + " @ " + c.path() + ": " + c.detail())
        .toList();
  }

  private static List<String> edit(String from, String to) {
    assertThat(BASE).contains(from);
    return diff(BASE, BASE.replace(from, to));
  }

  @Test
  void theSameIsNoChangeHoweverItIsWritten() {
    assertThat(diff(BASE, BASE)).isEmpty();
    assertThat(edit("\"write_back\": false", "\"write_back\": 0")).isEmpty();
    assertThat(edit(", \"write_back\": false", "")).isEmpty();
    assertThat(edit("\"port\": 3260", "\"port\": \"3260\"")).isEmpty();
    assertThat(edit("{\"tag\": 1,", "{\"chap_userid\": null,")).isEmpty();
  }

  @Test
  void anEditNamesWhatItChanges() {
    assertThat(edit("1024", "2048"))
        .containsExactly("change disk fileio/d1 @ storage_objects[0]: size 1024 -> 2048");
    assertThat(edit("\"generate_node_acls\": 0", "\"generate_node_acls\": 1"))
        .containsExactly(
            "change portal group 1 of iqn.2026-11.org.example:t @ targets[0].tpgs[0]:"
                + " attributes.generate_node_acls false -> true");
    assertThat(edit("\"port\": 3260", "\"port\": 3261"))
        .containsExactly(
            "remove portal 192.0.2.1:3260 of iqn.2026-11.org.example:t tpg1 @"
                + " targets[0].tpgs[0].portals[0]: ",
            "add portal 192.0.2.1:3261 of iqn.2026-11.org.example:t tpg1 @"
                + " targets[0].tpgs[0].portals[0]: ");
    assertThat(edit("\"tag\": 1", "\"tag\": 1, \"enable\": false, \"oops\": 1"))
        .containsExactly(
            "change portal group 1 of iqn.2026-11.org.example:t @ targets[0].tpgs[0]: enable true"
                + " -> false; oops changed (unknown key, without effect)");
  }

  @Test
  void aSecretIsNeverShown() {
    assertThat(edit("the old secret", "the new secret"))
        .containsExactly(
            "change acl iqn.2026-11.org.example:x of iqn.2026-11.org.example:t tpg1 @"
                + " targets[0].tpgs[0].node_acls[0]: chap_password changed");
    assertThat(diff("{}", BASE).toString())
        .contains("chap_password set")
        .doesNotContain("the old secret");
  }

  @Test
  void whatIsNewIsNamedWithWhatIsInIt() {
    assertThat(diff("{}", BASE))
        .containsExactly(
            "add disk fileio/d1 @ storage_objects[0]: dev /d1, size 1024",
            "add disk fileio/d2 @ storage_objects[1]: dev /d2",
            "add target iqn.2026-11.org.example:t @ targets[0]: ",
            "add portal group 1 of iqn.2026-11.org.example:t @ targets[0].tpgs[0]: ",
            "add portal 192.0.2.1:3260 of iqn.2026-11.org.example:t tpg1 @"
                + " targets[0].tpgs[0].portals[0]: ",
            "add lun 0 of iqn.2026-11.org.example:t tpg1 @ targets[0].tpgs[0].luns[0]:"
                + " storage_object /backstores/fileio/d1",
            "add acl iqn.2026-11.org.example:x of iqn.2026-11.org.example:t tpg1 @"
                + " targets[0].tpgs[0].node_acls[0]:"
                + " chap_userid u, chap_password set",
            "add mapped lun 0 of acl iqn.2026-11.org.example:x of iqn.2026-11.org.example:t tpg1 @"
                + " targets[0].tpgs[0].node_acls[0].mapped_luns[0]: tpg_lun 0");
    assertThat(diff(BASE, "{\"storage_objects\": []}"))
        .containsExactly(
            "remove disk fileio/d1 @ storage_objects[0]: ",
            "remove disk fileio/d2 @ storage_objects[1]: ",
            "remove target iqn.2026-11.org.example:t @ targets[0]: ");
  }
}
