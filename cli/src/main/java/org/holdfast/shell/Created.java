package org.holdfast.shell;

/** What follows a {@code create}. */
final class Created {
  private Created() {}

  /** Goes to what was created, for users who like that. */
  static void go(Shell shell, Place place) {
    if (shell.preferences().isOn(Preference.AUTO_CD_AFTER_CREATE)) {
      shell.visits().go(place);
    }
  }
}
