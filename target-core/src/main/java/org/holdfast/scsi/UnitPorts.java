package org.holdfast.scsi;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.holdfast.pr.InitiatorPort;
import org.holdfast.pr.KnownPorts;
import org.holdfast.pr.Nexus;
import org.holdfast.pr.TargetPort;

/**
 * The ports that a logical unit knows: the target ports that lead to it, and the initiator ports
 * that are logged in. Who is not logged in cannot be named by PERSISTENT RESERVE OUT.
 *
 * <p>Thread: any.
 */
record UnitPorts(LogicalUnit unit, TaskSet tasks) implements KnownPorts {
  private Stream<Nexus> nexuses() {
    return tasks.all().stream().map(itl -> itl.nexus().identity());
  }

  @Override
  public List<TargetPort> targetPorts(TargetPort receiving) {
    Stream<TargetPort> others =
        unit.ports().stream().filter(port -> port.name().equals(receiving.name()));
    return Stream.concat(Stream.of(receiving), others).distinct().toList();
  }

  @Override
  public Collection<InitiatorPort> initiatorPorts(String name) {
    return nexuses()
        .map(Nexus::initiator)
        .filter(port -> port.name().equals(name))
        .distinct()
        .toList();
  }

  @Override
  public boolean admits(String name, TargetPort port) {
    return nexuses()
        .anyMatch(nexus -> nexus.initiator().name().equals(name) && nexus.target().equals(port));
  }
}
