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
 * that are logged in, are registered, or have been named by the administrator. Others cannot be
 * spoken of in PERSISTENT RESERVE OUT. Where anybody may log in without having been named, only the
 * first two are known.
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

  /** A registrant may be logged out just now; it will want its registration moved or renewed. */
  @Override
  public boolean admits(String name, TargetPort port) {
    return unit.names(name, port)
        || Stream.concat(nexuses(), unit.reservations().registrations().keySet().stream())
            .anyMatch(
                nexus -> nexus.initiator().name().equals(name) && nexus.target().equals(port));
  }
}
