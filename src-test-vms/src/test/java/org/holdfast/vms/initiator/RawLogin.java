package org.holdfast.vms.initiator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the raw initiator presents at login.
 *
 * @param target where to
 * @param initiatorName with {@code isid} the initiator port of the I_T nexus
 * @param isid 48 bits; an equal one replaces the older session (RFC 7143 clause 6.3.5)
 * @param keys offered in the operational stage, in this order
 * @param chap how it authenticates; absent for not at all
 * @param capture where both byte streams are kept
 */
public record RawLogin(
    TargetUnderTest target,
    String initiatorName,
    long isid,
    Map<String, String> keys,
    Optional<RawChap> chap,
    Optional<Capture> capture) {
  private static final int SECURITY = 0;
  private static final int OPERATIONAL = 1;
  private static final int FULL_FEATURE = 3;
  private static final int MOST_STEPS = 10;

  /** Offers what clause 13 has as defaults where the tests do not need otherwise. */
  public static RawLogin as(TargetUnderTest target, String initiatorName) {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("HeaderDigest", "None");
    keys.put("DataDigest", "None");
    keys.put("MaxRecvDataSegmentLength", "65536");
    keys.put("MaxBurstLength", "262144");
    keys.put("FirstBurstLength", "65536");
    keys.put("InitialR2T", "Yes");
    keys.put("ImmediateData", "Yes");
    keys.put("MaxOutstandingR2T", "1");
    keys.put("MaxConnections", "1");
    keys.put("ErrorRecoveryLevel", "0");
    keys.put("DefaultTime2Wait", "2");
    keys.put("DefaultTime2Retain", "0");
    return new RawLogin(
        target, initiatorName, 0x80_0000_000001L, keys, Optional.empty(), Optional.empty());
  }

  public RawLogin withIsid(long newIsid) {
    return new RawLogin(target, initiatorName, newIsid, keys, chap, capture);
  }

  public RawLogin withKey(String key, String value) {
    Map<String, String> changed = new LinkedHashMap<>(keys);
    changed.put(key, value);
    return new RawLogin(target, initiatorName, isid, changed, chap, capture);
  }

  public RawLogin withCapture(Capture newCapture) {
    return new RawLogin(target, initiatorName, isid, keys, chap, Optional.of(newCapture));
  }

  /** One that authenticates by CHAP. */
  public RawLogin withChap(RawChap newChap) {
    return new RawLogin(target, initiatorName, isid, keys, Optional.of(newChap), capture);
  }

  /** Connects and logs in: the security stage, then the operational stage. */
  public RawInitiator login() throws IOException {
    return login(new RawConnection(target.portal(), capture));
  }

  /** Logs in on a connection that is there already; closes it when the login fails. */
  public RawInitiator login(RawConnection connection) throws IOException {
    try {
      if (chap.isPresent()) {
        authenticate(connection, chap.get());
      } else {
        negotiate(connection, SECURITY, OPERATIONAL, names("None"));
      }
      Map<String, String> agreed = negotiate(connection, OPERATIONAL, FULL_FEATURE, keys);
      return new RawInitiator(this, connection, agreed);
    } catch (IOException e) {
      connection.close();
      throw e;
    }
  }

  private void authenticate(RawConnection connection, RawChap secret) throws IOException {
    securityStep(connection, names("CHAP"));
    Map<String, String> challenge =
        securityStep(connection, Map.of("CHAP_A", Integer.toString(secret.algorithm())));
    negotiate(connection, SECURITY, OPERATIONAL, secret.response(challenge));
  }

  /**
   * One request of the security stage and what is answered, for those who go through it in a way of
   * their own. It asks to go on to the operational stage.
   *
   * @throws LoginRefused when the target ends the login
   */
  public Map<String, String> securityStep(RawConnection connection, Map<String, String> offer)
      throws IOException {
    return decode(step(connection, SECURITY, OPERATIONAL, encode(offer)).data());
  }

  /** What the first request says. */
  public Map<String, String> names(String authMethod) {
    Map<String, String> text = new LinkedHashMap<>();
    text.put("InitiatorName", initiatorName);
    text.put("SessionType", "Normal");
    text.put("TargetName", target.iqn());
    text.put("AuthMethod", authMethod);
    return text;
  }

  /** One stage: our keys at once, then empty requests until the target agrees to move on. */
  private Map<String, String> negotiate(
      RawConnection connection, int stage, int next, Map<String, String> offer) throws IOException {
    Map<String, String> answers = new LinkedHashMap<>();
    byte[] text = encode(offer);
    for (int step = 0; step < MOST_STEPS; step++) {
      RawPdu response = step(connection, stage, next, text);
      answers.putAll(decode(response.data()));
      if (response.finalBit()) {
        return answers;
      }
      text = new byte[0];
    }
    throw new IOException("login stage " + stage + " did not end in " + MOST_STEPS + " steps");
  }

  private RawPdu step(RawConnection connection, int stage, int next, byte... text)
      throws IOException {
    connection.send(request(stage, next, text).i32(28, connection.expStatSn()));
    RawPdu response = connection.receive();
    if (response.opcode() != RawPdu.LOGIN_RESPONSE) {
      throw new IOException("a login was answered with " + response);
    }
    if (response.u8(36) != 0) {
      throw new LoginRefused(response.u8(36), response.u8(37));
    }
    return response;
  }

  private RawPdu request(int stage, int next, byte... text) {
    byte[] port = new byte[6];
    for (int i = 0; i < port.length; i++) {
      port[i] = (byte) (isid >> (8 * (port.length - 1 - i)));
    }
    return RawPdu.of(
            RawPdu.LOGIN_REQUEST | RawPdu.IMMEDIATE, RawPdu.FINAL | stage << 2 | next, text)
        .bytes(8, port)
        .i32(16, 1)
        .i32(24, RawInitiator.FIRST_CMD_SN);
  }

  /** Key=value pairs, each ended by a zero byte (RFC 7143 clause 6.1). */
  static byte[] encode(Map<String, String> pairs) {
    StringBuilder text = new StringBuilder();
    pairs.forEach((key, value) -> text.append(key).append('=').append(value).append('\0'));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  static Map<String, String> decode(byte... text) throws IOException {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String pair : new String(text, StandardCharsets.UTF_8).split("\0", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        pairs.put(pair.substring(0, equals), pair.substring(equals + 1));
      } else if (!pair.isEmpty()) {
        throw new IOException("the target sent a text without '=': " + pair);
      }
    }
    return pairs;
  }

  /** The target ended the login with a status other than success (RFC 7143 clause 11.13.5). */
  public static final class LoginRefused extends IOException {
    private static final long serialVersionUID = 1L;
    private final int statusClass;
    private final int detail;

    LoginRefused(int statusClass, int detail) {
      super("login refused, status class %02x detail %02x".formatted(statusClass, detail));
      this.statusClass = statusClass;
      this.detail = detail;
    }

    public int statusClass() {
      return statusClass;
    }

    public int detail() {
      return detail;
    }
  }
}
