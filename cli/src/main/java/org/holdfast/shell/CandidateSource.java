package org.holdfast.shell;

import java.util.List;

/** Where Tab finds what a parameter may hold. */
@FunctionalInterface
interface CandidateSource {
  /** Nothing can be offered. */
  CandidateSource NONE = (_, _) -> List.of();

  /** Files of this machine; {@link FileCandidates}. */
  CandidateSource FILES = (_, prefix) -> FileCandidates.of(prefix);

  CandidateSource CHILDREN =
      (scope, _) -> scope.node().children().stream().map(TreeNode::name).toList();
  CandidateSource PATHS = CompletionScope::paths;
  CandidateSource BACKSTORES = (scope, _) -> scope.backstores();
  CandidateSource LUNS_AND_BACKSTORES = (scope, _) -> scope.lunsAndBackstores();
  CandidateSource SESSIONS = (scope, _) -> scope.sessions();
  CandidateSource SESSIONS_AND_CAPTURES = (scope, _) -> scope.sessionsAndCaptures();
  CandidateSource GROUPS = (scope, _) -> scope.groups();
  CandidateSource BOOKMARKS = (scope, _) -> scope.bookmarks();
  CandidateSource COMMANDS = (scope, _) -> scope.commands();
  CandidateSource BACKUPS = (scope, _) -> scope.backups();

  /**
   * Whole words that could stand there, whether or not they begin with {@code prefix}; one that
   * ends with a slash can go on.
   */
  List<String> candidates(CompletionScope scope, String prefix);

  static CandidateSource words(String... words) {
    List<String> known = List.of(words);
    return (_, _) -> known;
  }
}
