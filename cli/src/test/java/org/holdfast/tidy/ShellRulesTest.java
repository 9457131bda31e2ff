package org.holdfast.tidy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The shell is a client: it reaches the daemon by the control API and by nothing else. */
class ShellRulesTest {
  private static final String SHELL = "org.holdfast.shell..";

  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.holdfast");

  @Test
  void theShellKnowsTheClientAndTheDeclarationsOnly() {
    classes()
        .that()
        .resideInAPackage(SHELL)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            SHELL,
            "org.holdfast.control.client..",
            "org.holdfast.config..",
            "org.holdfast.iscsi.login..",
            "org.jline..",
            "tools.jackson..",
            "org.jspecify..",
            "java..")
        .check(PRODUCT);
  }

  @Test
  void nobodyButTheCommandLineKnowsTheShell() {
    noClasses()
        .that()
        .resideOutsideOfPackages(SHELL, "org.holdfast.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(SHELL)
        .check(PRODUCT);
  }
}
