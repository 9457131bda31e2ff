package org.holdfast.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import org.holdfast.control.client.ControlException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@Timeout(60)
class CaptureRequestsTest {
  @TempDir Path dir;
  private Fixture here;

  @BeforeEach
  void start() throws Exception {
    here = new Fixture(dir);
  }

  @AfterEach
  void stop() {
    here.close();
  }

  private ObjectNode wanted(String name) {
    return Json.object().put("file", dir.resolve(name).toString());
  }

  private void refused(int status, JsonNode body, String why) {
    ControlException e =
        catchThrowableOfType(ControlException.class, () -> here.client.post("/v1/captures", body));
    assertThat(e).as("refused").isNotNull();
    assertThat(e.status()).as(e.toString()).isEqualTo(status);
    assertThat(e.detail()).isEqualTo(why);
  }

  @Test
  void whatCannotBeCapturedIsSaid() throws Exception {
    refused(
        404, wanted("a").put("session", "9"), "there is no session 9; GET /v1/sessions lists them");
    String either =
        "a capture is of either a \"session\", which has to be there, or an \"initiator\", which"
            + " has yet to log in; say one of them";
    refused(422, wanted("a"), either);
    refused(422, wanted("a").put("session", "9").put("initiator", Fixture.NODE), either);
    refused(422, wanted("a").put("initiator", "bob"), "\"bob\" is not an iqn., eui. or naa. name");
    refused(
        422,
        wanted("a").put("initiator", Fixture.NODE).put("limit_bytes", 7),
        "a limit of 7 bytes is too little; give at least 4096");
    refused(
        422,
        wanted("saveconfig.json").put("initiator", Fixture.NODE),
        here.file + " is there already, and a capture overwrites nothing; choose another name");
    refused(400, Json.object(), "the body's \"file\" must be text, which is missing");
    assertThat(here.client.get("/v1/captures")).isEmpty();
    assertThat(dir.resolve("a")).doesNotExist();
    ControlException nowhere =
        catchThrowableOfType(ControlException.class, () -> here.client.delete("/v1/captures/c1"));
    assertThat(nowhere.status()).isEqualTo(404);
    assertThat(nowhere.detail()).isEqualTo("there is no capture c1; GET /v1/captures lists them");
  }

  @Test
  void aCaptureIsListedUntilItIsEnded() throws Exception {
    JsonNode started =
        here.client.post(
            "/v1/captures", wanted("a").put("initiator", Fixture.NODE.replace("iqn", "IQN")));
    assertThat(started.get("initiator").asString()).isEqualTo(Fixture.NODE);
    assertThat(started.get("limit_bytes").asLong()).isEqualTo(256 << 20);
    assertThat(here.client.get("/v1/captures").at("/0/id")).isEqualTo(started.get("id"));
    JsonNode ended = here.client.delete("/v1/captures/" + started.get("id").asString());
    assertThat(ended.get("state").asString()).isEqualTo("ended");
    assertThat(ended.get("reason").asString()).isEqualTo("the administrator has ended it");
    assertThat(ended.get("bytes").asLong()).isEqualTo(Files.size(dir.resolve("a")));
    assertThat(here.client.get("/v1/captures")).isEmpty();
  }

  /** Whoever reads the file afterwards finds its end. */
  @Test
  void theDaemonEndsItsCaptures() throws Exception {
    here.client.post("/v1/captures", wanted("a").put("initiator", Fixture.NODE));
    here.close();
    byte[] file = Files.readAllBytes(dir.resolve("a"));
    // The interface statistics block has 76 bytes; its length stands at its end, too.
    assertThat(file[file.length - 1]).isEqualTo((byte) 76);
  }
}
