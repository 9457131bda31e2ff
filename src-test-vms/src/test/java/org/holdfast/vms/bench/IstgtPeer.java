package org.holdfast.vms.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.holdfast.vms.bench.load.Endpoint;

/**
 * An istgt of our own, in the foreground, with the largest bursts and segments that it takes. It
 * knows InitialR2T=Yes only.
 */
final class IstgtPeer implements Peer {
  private static final String NODE_BASE = "iqn.2026-11.org.holdfast";
  private static final String CONFIGURATION =
      """
      [Global]
        NodeBase "NODE_BASE"
        PidFile HOME/pid
        AuthFile HOME/auth.conf
        MediaDirectory HOME
        LogFacility "local7"
        Timeout 30
        NopInInterval 20
        DiscoveryAuthMethod None
        MaxSessions 16
        MaxConnections 4
        MaxR2T 32
        MaxOutstandingR2T 16
        DefaultTime2Wait 2
        DefaultTime2Retain 60
        FirstBurstLength 262144
        MaxBurstLength 1048576
        MaxRecvDataSegmentLength 262144
        InitialR2T Yes
        ImmediateData Yes
        DataPDUInOrder Yes
        DataSequenceInOrder Yes
        ErrorRecoveryLevel 0
      [UnitControl]
        AuthMethod None
        Portal UC1 127.0.0.1:CONTROL
        Netmask 127.0.0.1
      [PortalGroup1]
        Portal DA1 127.0.0.1:PORT
      [InitiatorGroup1]
        InitiatorName "ALL"
        Netmask 127.0.0.0/8
      [LogicalUnit1]
        TargetName istgt
        Mapping PortalGroup1 InitiatorGroup1
        AuthMethod None
        UseDigest Auto
        UnitType Disk
        QueueDepth 64
        LUN0 Storage DISK Auto
      """;

  @Override
  public String name() {
    return "istgt";
  }

  @Override
  public Optional<String> missing() {
    return Commands.isInstalled("istgt")
        ? Optional.empty()
        : Optional.of("not installed (Debian: apt-get install istgt)");
  }

  @Override
  public String version() throws IOException {
    return Commands.run("istgt", "-V").lines().findFirst().orElse("istgt").replace("version ", "");
  }

  @Override
  public Started start(Start start) throws IOException {
    Path configuration = start.home().resolve("istgt.conf");
    Files.writeString(
        configuration,
        CONFIGURATION
            .replace("NODE_BASE", NODE_BASE)
            .replace("HOME", start.home().toString())
            .replace("DISK", start.disk().toString())
            .replace("CONTROL", Integer.toString(Ports.free()))
            .replace("PORT", Integer.toString(start.port())));
    Path secrets = Files.createFile(start.home().resolve("auth.conf"));
    // It refuses files that others may read.
    Files.setPosixFilePermissions(configuration, PosixFilePermissions.fromString("rw-------"));
    Files.setPosixFilePermissions(secrets, PosixFilePermissions.fromString("rw-------"));
    TargetProcess process =
        new TargetProcess(
            start.command(
                Commands.find("istgt").orElseThrow().toString(),
                "-D",
                "-c",
                configuration.toString()),
            Map.of());
    Endpoint endpoint = start.endpoint(NODE_BASE + ":istgt", 0);
    return new Started(process, () -> endpoint);
  }
}
