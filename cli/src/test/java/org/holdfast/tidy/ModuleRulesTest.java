package org.holdfast.tidy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.Test;

/**
 * Who may know whom: pr-engine ← target-core ← (iscsi-frontend | backstore) ← cli. Effects reach
 * the inner modules only through ports.
 */
class ModuleRulesTest {
  private static final String PR = "org.holdfast.pr..";
  private static final String CORE = "org.holdfast.scsi..";
  private static final String ISCSI = "org.holdfast.iscsi..";
  private static final String BACKSTORE = "org.holdfast.backstore..";
  private static final String JAVA = "java..";
  private static final String CRYPTO = "javax.crypto..";
  private static final String NULLNESS = "org.jspecify..";
  private static final String LOGGING = "org.slf4j..";

  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.holdfast");

  private static void check(ArchRule rule) {
    rule.check(PRODUCT);
  }

  @Test
  void everyModuleIsLookedAt() {
    for (String module : new String[] {"pr", "scsi", "iscsi", "backstore"}) {
      assertThat(PRODUCT.stream().map(type -> type.getPackageName() + "."))
          .anyMatch(name -> name.startsWith("org.holdfast." + module + "."));
    }
  }

  @Test
  void reservationsArePureLogic() {
    check(
        classes()
            .that()
            .resideInAPackage(PR)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(PR, JAVA, NULLNESS));
  }

  @Test
  void theEngineKnowsReservationsAndLoggingOnly() {
    check(
        classes()
            .that()
            .resideInAPackage(CORE)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(CORE, PR, JAVA, CRYPTO, NULLNESS, LOGGING));
  }

  @Test
  void engineAndReservationsTouchNoFileAndNoNetwork() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(CORE, PR)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.net..")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.io\\.(File|RandomAccessFile).*"));
  }

  @Test
  void backstoreAndFrontendNeverSeeEachOther() {
    check(
        classes()
            .that()
            .resideInAPackage(BACKSTORE)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(BACKSTORE, CORE, PR, JAVA, NULLNESS, LOGGING));
    check(
        noClasses()
            .that()
            .resideInAPackage(ISCSI)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(BACKSTORE));
  }

  @Test
  void theProtocolDoesNotKnowNetty() {
    check(
        noClasses()
            .that()
            .resideInAPackage(ISCSI)
            .and()
            .resideOutsideOfPackages("org.holdfast.iscsi.netty..", "org.holdfast.iscsi.pdu..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.netty.."));
  }

  @Test
  void theCodecKnowsOfNettyOnlyItsBuffers() {
    check(
        noClasses()
            .that()
            .resideInAPackage("org.holdfast.iscsi.pdu..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.netty.channel..", "io.netty.bootstrap..", "io.netty.handler.."));
  }

  /**
   * The daemon knows nothing of who controls it, and who controls it from outside nothing of it.
   */
  @Test
  void theControlApiStandsBetweenTheDaemonAndItsClients() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage("org.holdfast.daemon..", "org.holdfast.config..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.holdfast.control.."));
    check(
        classes()
            .that()
            .resideInAPackage("org.holdfast.control.client..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "org.holdfast.control.client..",
                "org.holdfast.config..",
                "tools.jackson..",
                JAVA,
                NULLNESS));
  }

  /** An interrupt closes a FileChannel under everybody who uses it. */
  @Test
  void nobodyInterruptsAThread() {
    check(noClasses().should().callMethod(Thread.class, "interrupt"));
    check(noClasses().should().callMethod(ExecutorService.class, "shutdownNow"));
  }
}
