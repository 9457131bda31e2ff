package org.holdfast.vms.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.holdfast.vms.bench.load.Endpoint;

/**
 * A tgtd of our own beside any that the system runs: its own control socket, its own portal. It
 * keeps its defaults (write cache on), the bs_rdwr store among them.
 */
final class TgtPeer implements Peer {
  private static final String TARGET = "iqn.2026-11.org.holdfast:tgt";
  private static final String CONTROL = "7";
  private static final int LUN = 1;

  @Override
  public String name() {
    return "tgt";
  }

  @Override
  public Optional<String> missing() {
    return Commands.isInstalled("tgtd") && Commands.isInstalled("tgtadm")
        ? Optional.empty()
        : Optional.of("not installed (Debian: apt-get install tgt)");
  }

  @Override
  public String version() throws IOException {
    return "tgt " + Commands.run("tgtd", "-V").strip();
  }

  @Override
  public Started start(Start start) throws IOException {
    Map<String, String> environment =
        Map.of("TGT_IPC_SOCKET", start.home().resolve("control").toString());
    TargetProcess process =
        new TargetProcess(
            start.command(
                Commands.find("tgtd").orElseThrow().toString(),
                "-f",
                "-C",
                CONTROL,
                "--iscsi",
                "portal=127.0.0.1:" + start.port()),
            environment);
    Endpoint endpoint =
        new Endpoint(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), start.port()), TARGET, LUN);
    return new Started(
        process,
        () -> {
          configure(environment, start.disk().toString());
          return endpoint;
        });
  }

  private static void configure(Map<String, String> environment, String disk) throws IOException {
    admin(environment, "--op show --mode sys");
    admin(environment, "--lld iscsi --op new --mode target --tid 1 -T " + TARGET);
    admin(
        environment,
        "--lld iscsi --op new --mode logicalunit --tid 1 --bstype rdwr --lun " + LUN,
        "-b",
        disk);
    admin(environment, "--lld iscsi --op bind --mode target --tid 1 -I ALL");
  }

  private static void admin(Map<String, String> environment, String words, String... further)
      throws IOException {
    Commands.run(
        environment,
        Stream.of(
                Stream.of("tgtadm", "-C", CONTROL), Stream.of(words.split(" ")), Stream.of(further))
            .flatMap(part -> part)
            .toArray(String[]::new));
  }
}
