package org.holdfast.vms.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.holdfast.vms.bench.load.Endpoint;

/**
 * A tgtd of our own beside any that the system runs: its own control socket, its own portal. It
 * keeps its defaults (write cache on, the bs_rdwr store), but the limits of a login may be widened.
 */
final class TgtPeer implements Peer {
  private static final String TARGET = "iqn.2026-11.org.holdfast:tgt";
  private static final String CONTROL = "7";
  private static final int LUN = 1;

  /** By default it takes and gives segments of 8 KiB, and asks for every byte with an R2T. */
  private static final List<String> LIMITS =
      List.of(
          "--name MaxRecvDataSegmentLength --value 262144",
          "--name MaxXmitDataSegmentLength --value 262144",
          "--name MaxBurstLength --value 262144",
          "--name FirstBurstLength --value 262144",
          "--name ImmediateData --value Yes",
          "--name InitialR2T --value No");

  private final String name;
  private final List<String> limits;

  private TgtPeer(String name, List<String> limits) {
    this.name = name;
    this.limits = limits;
  }

  /** With the limits of a login as wide as the others'. */
  static TgtPeer wide() {
    return new TgtPeer("tgt", LIMITS);
  }

  /** As an administrator gets it who sets nothing. */
  static TgtPeer untouched() {
    return new TgtPeer("tgt-untouched", List.of());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<String> missing() {
    return Commands.isInstalled("tgtd") && Commands.isInstalled("tgtadm")
        ? Optional.empty()
        : Optional.of("not installed (Debian: apt-get install tgt)");
  }

  @Override
  public String version() throws IOException {
    return name + " " + Commands.run("tgtd", "-V").strip();
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
    Endpoint endpoint = start.endpoint(TARGET, LUN);
    return new Started(
        process,
        () -> {
          configure(environment, start.disk().toString());
          return endpoint;
        });
  }

  private void configure(Map<String, String> environment, String disk) throws IOException {
    admin(environment, "--op show --mode sys");
    admin(environment, "--lld iscsi --op new --mode target --tid 1 -T " + TARGET);
    for (String limit : limits) {
      admin(environment, "--lld iscsi --op update --mode target --tid 1 " + limit);
    }
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
