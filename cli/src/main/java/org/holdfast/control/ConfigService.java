package org.holdfast.control;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.holdfast.backstore.StateFiles;
import org.holdfast.config.ConfigException;
import org.holdfast.config.ConfigReader;
import org.holdfast.config.Configuration;
import org.holdfast.config.Finding;
import org.holdfast.config.JoinedConfig;
import org.holdfast.daemon.Daemon;
import org.holdfast.daemon.StartException;
import org.holdfast.daemon.Unmade;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The configuration document of a running daemon: owner of its revision, and the one way in which
 * it changes. A change is made as a whole or not at all; it is kept in the file before anybody is
 * told.
 *
 * <p>Thread: any; changes one at a time.
 */
final class ConfigService {
  private static final Logger log = LoggerFactory.getLogger(ConfigService.class);

  /** What is to become of a configuration; {@link Daemon#apply} in a daemon. */
  @FunctionalInterface
  interface Applier {
    /**
     * @param unmade what becomes of a new disk that cannot be made
     * @param keeper is to be called when nothing else can fail
     */
    void apply(Configuration wanted, Unmade unmade, Daemon.Keeper keeper) throws StartException;
  }

  /**
   * A document with its number.
   *
   * @param document never changed once it is here
   */
  record Held(long revision, ObjectNode document) {}

  /**
   * What a change comes to.
   *
   * @param revision of the document afterwards; of a plan, of the one that it was made for
   */
  record Result(long revision, Plan plan, List<Finding> warnings) {
    /** With more to be said, first. */
    Result noting(List<Finding> more) {
      List<Finding> all = new ArrayList<>(more);
      all.addAll(warnings);
      return new Result(revision, plan, all);
    }
  }

  private final Applier applier;
  private final KeptConfiguration kept;
  private final List<InetSocketAddress> portals;
  private final Supplier<List<Plan.Session>> sessions;
  private final ReentrantLock changing = new ReentrantLock();

  /** Written under {@link #changing}. */
  private volatile Held held;

  /**
   * @param portals where the daemon listens instead of where the document says; empty: as it says
   * @param sessions who is logged in
   */
  ConfigService(
      Applier applier,
      StartingPoint start,
      List<InetSocketAddress> portals,
      Supplier<List<Plan.Session>> sessions) {
    this.applier = applier;
    this.kept = start.kept();
    this.portals = List.copyOf(portals);
    this.sessions = sessions;
    this.held = new Held(1, start.document());
  }

  /** The document as it is, with its secrets. */
  Held held() {
    return held;
  }

  /** Where the document is kept. */
  Path file() {
    return kept.path();
  }

  /** A document that could be served. */
  private record Checked(ObjectNode document, Configuration configuration, Result result) {}

  /**
   * What {@code wanted} would change; nothing does.
   *
   * @param revision which document it was made from
   */
  Result plan(ObjectNode wanted, OptionalLong revision) throws Problem {
    Held base = held;
    mustBe(revision, base);
    return checked(base, JoinedConfig.whole(wanted), "the document").result();
  }

  /** What serving a file would change; nothing does. */
  Result plan(Path file) throws Problem {
    mustBeAbsolute(file);
    return checked(held, joined(read(file), file.toString()), file.toString()).result();
  }

  /**
   * Serves {@code wanted}.
   *
   * @param revision which document it was made from; when that is not the present one, somebody
   *     else has changed it, and nothing is done
   * @param note what the administrator did, for the log
   */
  Result change(ObjectNode wanted, OptionalLong revision, String note) throws Problem {
    changing.lock();
    try {
      mustBe(revision, held);
      Checked checked = checked(held, JoinedConfig.whole(wanted), "the document");
      mustNotBeEdited();
      return serve(checked, Unmade.REFUSED, note);
    } finally {
      changing.unlock();
    }
  }

  /** Serves what is in a file; that may be the one that the configuration is kept in. */
  Result load(Path file) throws Problem {
    mustBeAbsolute(file);
    changing.lock();
    try {
      byte[] content = read(file);
      boolean ours = kept.path().equals(file);
      if (!ours) {
        mustNotBeEdited();
      }
      Checked checked = checked(held, joined(content, file.toString()), file.toString());
      Result result = serve(checked, Unmade.AWAITED, "load " + file);
      if (ours && result.revision() == checked.result().revision()) {
        kept.learn(content, checked.document()); // Written otherwise, and the same.
      }
      return result;
    } catch (IOException e) {
      throw notKept(file, e);
    } finally {
      changing.unlock();
    }
  }

  /**
   * Goes back to a backup. Disks that have grown since keep their size.
   *
   * @param name which; empty: the newest that is not what is served
   */
  Result rollback(Optional<String> name) throws Problem {
    changing.lock();
    try {
      mustNotBeEdited();
      String chosen = name.isPresent() ? name.get() : newestThatDiffers();
      JoinedConfig before = former(chosen);
      List<Finding> grown = new ArrayList<>();
      ObjectNode wanted = GrownDisks.kept(before.document(), held.document(), grown);
      Checked checked = checked(held, before.with(wanted), chosen);
      return serve(checked, Unmade.AWAITED, "rollback to " + chosen).noting(grown);
    } finally {
      changing.unlock();
    }
  }

  private String newestThatDiffers() throws Problem {
    for (KeptFile.Backup backup : backups()) {
      if (!former(backup.name()).document().equals(held.document())) {
        return backup.name();
      }
    }
    throw new Problem(
        Problem.Kind.NOT_FOUND,
        "there is nothing to go back to: no backup of "
            + kept.path()
            + " differs from what is served");
  }

  List<KeptFile.Backup> backups() throws Problem {
    try {
      return kept.backups();
    } catch (IOException e) {
      throw unreadable("the backups of " + kept.path(), e);
    }
  }

  /** What a backup holds beside its secrets. */
  ObjectNode backup(String name) throws Problem {
    return backup(name, () -> kept.backupWithoutSecrets(name));
  }

  private JoinedConfig former(String name) throws Problem {
    return backup(name, () -> kept.backup(name));
  }

  private interface Look<T> {
    T look() throws IOException, ConfigException;
  }

  private static <T> T backup(String name, Look<T> backup) throws Problem {
    try {
      return backup.look();
    } catch (NoSuchFileException e) {
      throw new Problem(
          Problem.Kind.NOT_FOUND,
          "there is no backup "
              + e.getFile()
              + "; GET /v1/config/backups (in the shell: restoreconfig with Tab) names those that"
              + " there are");
    } catch (IOException e) {
      throw unreadable(name, e);
    } catch (ConfigException e) {
      throw new Problem(Problem.Kind.INVALID, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Writes the document with its secrets.
   *
   * @param file where; empty: where it is kept, over what somebody may have written there
   * @return how many bytes
   */
  int save(Optional<Path> file) throws Problem {
    if (file.isPresent()) {
      mustBeAbsolute(file.get());
    }
    changing.lock();
    try {
      return file.isEmpty() || file.get().equals(kept.path())
          ? kept.keep(held.document(), held.document())
          : kept.export(file.get(), held.document());
    } catch (IOException e) {
      throw notKept(file.orElse(kept.path()), e);
    } finally {
      changing.unlock();
    }
  }

  // ---- What a change consists of.

  private static void mustBe(OptionalLong revision, Held base) throws Problem {
    if (revision.isPresent() && revision.getAsLong() != base.revision()) {
      throw new Problem(
          Problem.Kind.CONFLICT,
          "the configuration was changed meanwhile: it is revision "
              + base.revision()
              + " now, and this was made from "
              + revision.getAsLong()
              + "; read it again and repeat the change");
    }
  }

  private Checked checked(Held base, JoinedConfig wanted, String source) throws Problem {
    List<Finding> findings = new ArrayList<>();
    ObjectNode document = Mask.restored(wanted.document(), base.document(), findings);
    if (!findings.isEmpty()) {
      throw new Problem(Problem.Kind.INVALID, "a secret is missing; nothing was changed", findings);
    }
    try {
      ConfigReader.Loaded loaded = wanted.with(document).check(source);
      kept.mustBeAbleToKeep(document, wanted);
      List<Change> changes = DocumentDiff.between(base.document(), document);
      Configuration configuration = loaded.configuration();
      if (!portals.isEmpty()) {
        mustLeavePortals(changes);
        configuration = configuration.withPortals(portals);
      }
      Plan plan = Plan.between(base.document(), document, configuration, sessions.get());
      return new Checked(
          document, configuration, new Result(base.revision(), plan, loaded.warnings()));
    } catch (ConfigException e) {
      throw Problem.of(e);
    }
  }

  private static void mustLeavePortals(List<Change> changes) throws Problem {
    for (Change change : changes) {
      if (change.what().startsWith("portal ") && !change.what().startsWith("portal group ")) {
        throw new Problem(
            Problem.Kind.INVALID,
            change.what()
                + ": this daemon was started with --portal, which stands above the portals of the"
                + " configuration; restart it without --portal to change them");
      }
    }
  }

  private Result serve(Checked checked, Unmade unmade, String note) throws Problem {
    Held before = held;
    if (checked.document().equals(before.document())) {
      return checked.result();
    }
    byte[] content = Json.pretty(checked.document());
    if (content.length > KeptFile.LONGEST) {
      throw new Problem(
          Problem.Kind.TOO_LARGE,
          "the configuration would be "
              + content.length
              + " bytes long, more than "
              + KeptFile.LONGEST
              + "; nothing was changed");
    }
    Keeping keeping = new Keeping(checked.document(), before.document());
    try {
      applier.apply(checked.configuration(), unmade, keeping);
    } catch (StartException e) {
      throw keeping.failure != null
          ? notKept(kept.path(), keeping.failure)
          : new Problem(
              switch (e.reason()) {
                case IMPOSSIBLE -> Problem.Kind.INVALID;
                case NOT_KEPT -> Problem.Kind.NOT_KEPT;
              },
              e.getMessage() + "; nothing was changed");
    }
    held = new Held(before.revision() + 1, checked.document());
    log.info(
        "configuration {}{}: {}",
        held.revision(),
        note.isEmpty() ? "" : " (" + note + ")",
        checked.result().plan().summary());
    return new Result(held.revision(), checked.result().plan(), checked.result().warnings());
  }

  /** Remembers why it failed: a full disk is another problem than a portal in use. */
  private final class Keeping implements Daemon.Keeper {
    private final ObjectNode next;
    private final ObjectNode before;
    private @Nullable IOException failure;

    Keeping(ObjectNode next, ObjectNode before) {
      this.next = next;
      this.before = before;
    }

    @Override
    public void keep() throws StartException {
      try {
        kept.keep(next, before);
      } catch (IOException e) {
        failure = e;
        throw new StartException(kept.path() + " could not be written: " + e.getMessage(), e);
      }
    }
  }

  private void mustNotBeEdited() throws Problem {
    Optional<Path> edited;
    try {
      edited = kept.edited();
    } catch (IOException e) {
      throw unreadable(kept.path().toString(), e);
    }
    if (edited.isPresent()) {
      throw new Problem(
          Problem.Kind.CONFLICT,
          edited.get()
              + " was edited since the daemon read or wrote it: 'holdfast apply "
              + kept.path()
              + "' takes what it says now, 'holdfast saveconfig' overwrites it with what is served"
              + " (and keeps a backup); nothing was changed");
    }
  }

  private static void mustBeAbsolute(Path file) throws Problem {
    if (!file.isAbsolute()) {
      throw new Problem(
          Problem.Kind.INVALID,
          file
              + " is not an absolute path, and the daemon has another working directory than you;"
              + " give the path from / on");
    }
  }

  private static byte[] read(Path file) throws Problem {
    try {
      return StateFiles.onDisk().read(file, KeptFile.LONGEST);
    } catch (NoSuchFileException _) {
      throw new Problem(Problem.Kind.NOT_FOUND, file + ": there is no such file");
    } catch (IOException e) {
      throw unreadable(file.toString(), e);
    }
  }

  private JoinedConfig joined(byte[] content, String source) throws Problem {
    try {
      return kept.read(content, source);
    } catch (ConfigException e) {
      throw Problem.of(e);
    }
  }

  private static Problem unreadable(String what, IOException e) {
    return new Problem(
        Problem.Kind.INVALID,
        what + " cannot be read by the daemon: " + e + "; let its user read it");
  }

  private static Problem notKept(Path file, IOException e) {
    return new Problem(
        Problem.Kind.NOT_KEPT,
        file
            + " could not be written ("
            + e.getMessage()
            + "); nothing was changed. Make room or the place writable, and try again");
  }
}
