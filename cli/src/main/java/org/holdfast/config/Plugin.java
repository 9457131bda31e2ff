package org.holdfast.config;

import java.util.Locale;

/** Kinds of storage object, as LIO calls them. */
public enum Plugin {
  FILEIO,
  BLOCK,
  RAMDISK;

  /** The word in the file. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
