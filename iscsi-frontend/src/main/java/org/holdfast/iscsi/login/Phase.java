package org.holdfast.iscsi.login;

/** When a key may be used (RFC 7143 clauses 6.3 and 13). */
public enum Phase {
  /** Login stage SecurityNegotiation. */
  SECURITY("security"),
  /** Login stage LoginOperationalNegotiation. */
  OPERATIONAL("operational"),
  /** Text requests of the full feature phase. */
  FULL_FEATURE("full feature");

  private final String title;

  Phase(String title) {
    this.title = title;
  }

  public String title() {
    return title;
  }
}
