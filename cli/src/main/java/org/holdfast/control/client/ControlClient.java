package org.holdfast.control.client;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A daemon that can be asked and told. The paths and their JSON are those of docs/control-api.md.
 *
 * <p>Thread: one at a time; {@link #cancel} any.
 */
public interface ControlClient {
  /**
   * @param path with its query, such as {@code /v1/config}
   */
  JsonNode get(String path) throws ControlException;

  /**
   * @param body JSON, or null for none
   */
  JsonNode post(String path, @Nullable JsonNode body) throws ControlException;

  /** As {@link #post}. */
  JsonNode put(String path, JsonNode body) throws ControlException;

  /** As {@link #get}. */
  JsonNode delete(String path) throws ControlException;

  /**
   * Waits no longer for an answer: the call that waits fails, and so do all that follow until
   * {@link #resume}. The daemon goes on with what it was told.
   */
  void cancel();

  /** Forgets that it was cancelled. */
  void resume();

  /** Whoever listens on a Unix socket; nothing is opened before the first question. */
  static ControlClient at(Path socket) {
    return at(new ControlAddress.Socket(socket));
  }

  /** As {@link #at(Path)}. */
  static ControlClient at(ControlAddress place) {
    return new SocketClient(place, Duration.ofMinutes(5));
  }
}
