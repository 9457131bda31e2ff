package org.holdfast.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses as people and LIO write them. Never asks a name server. */
public final class Addresses {
  /** The port registered for iSCSI targets (RFC 7143 clause 13.1). */
  public static final int DEFAULT_PORT = 3260;

  private static final Pattern PORTAL =
      Pattern.compile("(?:\\[([^\\[\\]]+)]|([^:\\[\\]]+))(?::([0-9]{1,5}))?");

  private static final Pattern IPV4 = Pattern.compile("[0-9]+(\\.[0-9]+){3}");

  private Addresses() {}

  /** The address that {@code text} spells out; IPv6 with or without the brackets that LIO puts. */
  public static Optional<InetAddress> literal(String text) {
    boolean bracketed = text.startsWith("[") && text.endsWith("]");
    String bare = bracketed ? text.substring(1, text.length() - 1) : text;
    if (!bare.contains(":") && !IPV4.matcher(bare).matches()) {
      return Optional.empty(); // The JDK would fill up "1.2.3".
    }
    try {
      return Optional.of(InetAddress.ofLiteral(bare));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /**
   * {@code 192.0.2.7:3260}, {@code [2001:db8::1]:3260}, {@code localhost:0}; without a port 3260.
   * Empty when it is none of these.
   */
  public static Optional<InetSocketAddress> portal(String text) {
    Matcher parts = PORTAL.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String host = parts.group(1) != null ? parts.group(1) : parts.group(2);
    int port = parts.group(3) == null ? DEFAULT_PORT : Integer.parseInt(parts.group(3));
    return port > 0xFFFF
        ? Optional.empty()
        : literal(host.equals("localhost") ? "127.0.0.1" : host)
            .map(address -> new InetSocketAddress(address, port));
  }

  /** As RFC 7143 writes a TargetAddress: {@code 192.0.2.7:3260}, {@code [2001:db8::1]:3260}. */
  public static String format(InetSocketAddress portal) {
    String host = portal.getAddress().getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + portal.getPort();
  }
}
