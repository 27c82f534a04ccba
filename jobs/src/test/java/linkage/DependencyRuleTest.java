package linkage;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;

/** Which package may know which, as their {@code package-info} say. */
@AnalyzeClasses(packages = "linkage", importOptions = ImportOption.DoNotIncludeTests.class)
class DependencyRuleTest {
  @ArchTest
  static final ArchRule statisticsKnowOnlyTheJdkAndHipparchus =
      classes()
          .that()
          .resideInAPackage("linkage.stats..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("linkage.stats..", "java..", "org.hipparchus..");

  @ArchTest static final ArchRule contractsKnowNothingElseOfLinkage = knowsOnly("contract");

  @ArchTest static final ArchRule settingsKnowContractsOnly = knowsOnly("config", "contract");

  @ArchTest static final ArchRule sqlKnowsNothingElseOfLinkage = knowsOnly("sql");

  @ArchTest static final ArchRule storageKnowsNothingElseOfLinkage = knowsOnly("storage");

  @ArchTest static final ArchRule demoKnowsNothingElseOfLinkage = knowsOnly("demo");

  @ArchTest static final ArchRule landingKnowsNothingElseOfLinkage = knowsOnly("landing");

  @ArchTest static final ArchRule linkingKnowsNamesOfSegmentsOnly = knowsOnly("link", "sql");

  @ArchTest
  static final ArchRule stagingKnowsSettingsStorageAndNamesOfSegments =
      knowsOnly("staging", "config", "contract", "storage", "sql");

  @ArchTest
  static final ArchRule databasesKnowSettingsOnly = knowsOnly("database", "config", "contract");

  @ArchTest
  static final ArchRule ingestKnowsLandingAndStaging =
      knowsOnly("ingest", "config", "contract", "landing", "sql", "staging");

  @ArchTest
  static final ArchRule countsKnowSettingsCalibrationAndStatistics =
      knowsOnly("counts", "config", "contract", "calibration", "stats", "sql");

  @ArchTest
  static final ArchRule calibrationKnowsSettingsStatisticsAndLinking =
      knowsOnly("calibration", "config", "link", "sql", "stats");

  @ArchTest
  static final ArchRule martsAreFunctionsOfCountsAndStatistics =
      knowsOnly("marts", "config", "contract", "counts", "stats", "sql");

  @ArchTest
  static final ArchRule publishingKnowsContractsAndStorage =
      knowsOnly("publish", "contract", "storage");

  @ArchTest
  static final ArchRule nobodyKnowsTheCommandLine =
      noClasses()
          .that()
          .resideOutsideOfPackage("linkage.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("linkage.cli..");

  @ArchTest
  static final ArchRule onlyTheCommandLineKnowsTheJob =
      noClasses()
          .that()
          .resideOutsideOfPackages("linkage.cli..", "linkage.job..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("linkage.job..");

  @ArchTest
  static final ArchRule onlyTheCommandLinePrints =
      noClasses()
          .that()
          .resideOutsideOfPackage("linkage.cli..")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  @ArchTest
  static final ArchRule onlyARunReadsTheClock =
      noClasses()
          .that()
          .resideOutsideOfPackages("linkage.cli..", "linkage.job..", "linkage.publish..")
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(LocalDate.class, "now")
          .orShould()
          .callMethod(LocalDateTime.class, "now")
          .orShould()
          .callMethod(ZonedDateTime.class, "now")
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Clock.class);

  /** A package that may depend on itself, the exceptions, those packages, and any library. */
  private static ArchRule knowsOnly(String name, String... others) {
    String[] allowed = new String[others.length + 1];
    allowed[0] = "linkage." + name + "..";
    for (int i = 0; i < others.length; i++) {
      allowed[i + 1] = "linkage." + others[i] + "..";
    }
    return noClasses()
        .that()
        .resideInAPackage("linkage." + name + "..")
        .should()
        .dependOnClassesThat(
            com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage("linkage.*..")
                .and(
                    com.tngtech.archunit.base.DescribedPredicate.not(
                        com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage(
                            allowed))));
  }
}
