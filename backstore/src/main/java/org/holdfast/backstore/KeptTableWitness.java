package org.holdfast.backstore;

import java.io.IOException;
import java.util.Optional;

/**
 * Somebody other than the table's own file who knows whether there has to be one. A file that is
 * missing looks like a table that never was; a witness tells the two apart.
 */
@FunctionalInterface
public interface KeptTableWitness {
  /** Has never heard of a table. */
  KeptTableWitness NONE = Optional::empty;

  /**
   * What there has to be, for a message: {@code NAA.journal says that 2 registrations were kept};
   * empty when nothing has to be there.
   *
   * @throws IOException it cannot be asked, which leaves the question open
   */
  Optional<String> kept() throws IOException;
}
