package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linkage.ConfigException;
import linkage.FenceException;
import linkage.GateException;
import linkage.config.Settings;
import linkage.publish.Generations;
import linkage.publish.MartReader;
import linkage.publish.Pointer;
import linkage.publish.RunLock;
import linkage.testing.SparkTest;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Past days filled in, steps back, rows replayed, and nights that others get in the way of. */
class LookingBackTest {
  private static final SparkSession spark = SparkTest.session();

  @TempDir static Path root;

  private static TinyCompany company;
  private static Settings nights;
  private static Settings filled;
  private static Map<String, List<String>> byNights;
  private static Map<String, List<String>> byBackfill;
  private static Night.Result firstFilled;
  private static Night.Result secondFilled;
  private static Night.Result between;
  private static Pointer back;
  private static Pointer backAgain;
  private static Throwable unknown;
  private static Throwable fenced;
  private static Throwable grown;
  private static Night.Result replayed;
  private static Night.Result replayedAgain;
  private static Map<String, List<String>> mended;
  private static Map<String, List<String>> mendedAgain;

  @BeforeAll
  static void runNights() {
    company = new TinyCompany(root);
    nights = company.settings(root.resolve("nights").toString());
    Night.Result january = night(nights, "2025-01-31", Stages.SILENT);
    company.deliverFebruary();
    night(nights, "2025-02-28", Stages.SILENT);
    byNights = WarehouseState.of(spark, nights);

    filled = company.settings(root.resolve("filled").toString());
    firstFilled = backfill("2025-01-31");
    secondFilled = backfill("2025-02-28");
    byBackfill = WarehouseState.of(spark, filled);
    between = backfill("2025-02-10");

    back = Rollback.run(spark, nights, Optional.empty());
    assertThat(back.runId()).isEqualTo(january.runId());
    unknown = catchThrowable(() -> Rollback.run(spark, nights, Optional.of("nobody")));

    fenced =
        catchThrowable(
            () -> night(nights, "2025-03-01", at("Writing marts", LookingBackTest::move)));
    company.deliver("rates_2.csv", "currency,valid_on,rate", List.of("GBP,2024-01-01,1.25"));
    grown =
        catchThrowable(
            () -> night(nights, "2025-03-02", at("Reading fx_rates", LookingBackTest::grow)));

    company.remap("transactions", "amount", "replace(amount, 'abc', '3.00')");
    nights = company.settings(root.resolve("nights").toString());
    replayed = replay("2025-02-28");
    mended = WarehouseState.of(spark, nights);
    backAgain = Rollback.run(spark, nights, Optional.empty());
    replayedAgain = replay("2025-02-28");
    mendedAgain = WarehouseState.of(spark, nights);
  }

  @Test
  void filledInDaysSayWhatTheirNightsWouldHaveSaid() {
    assertThat(byBackfill).isEqualTo(byNights);
  }

  @Test
  void filledInDaysMoveThePointerForwardOnly() {
    assertThat(firstFilled.isPublished()).isTrue();
    assertThat(secondFilled.isPublished()).isTrue();
    assertThat(between.isPublished()).isFalse();
    assertThat(generations(filled).current()).contains(between.pointer());
    assertThat(between.pointer().runId()).isEqualTo(secondFilled.runId());
    assertThat(generations(filled).has(between.runId())).isTrue();
    assertThat(WarehouseState.endings(spark, filled))
        .containsExactly(
            firstFilled.runId() + " published",
            secondFilled.runId() + " published",
            between.runId() + " backfilled");
  }

  @Test
  void aDayThatIsKeptBesideAnotherCanBeRead() throws SQLException {
    List<String> marts = List.of("data_quality");
    try (var kept = MartReader.openKept(generations(filled), between.runId(), marts);
        var statement = kept.createStatement();
        var days = statement.executeQuery("select distinct as_of from data_quality")) {
      assertThat(days.next()).isTrue();
      assertThat(days.getString(1)).isEqualTo("2025-02-10");
      assertThat(days.next()).isFalse();
    }
  }

  @Test
  void filledInDaysDoNotPushOutTheNights() {
    String older = firstFilled.runId().replace(Generations.BACKFILLED, "");
    Path folder = root.resolve("retention/marts/generations");
    for (String run : List.of(older, firstFilled.runId(), secondFilled.runId())) {
      assertThat(folder.resolve(run).toFile().mkdirs()).isTrue();
    }
    var kept = new Generations(root.resolve("retention").toString(), hadoop());
    kept.removeOld(1, Duration.ZERO, Instant.now().plusSeconds(60), Optional.empty());
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder(older, secondFilled.runId());
  }

  @Test
  void readersAreSentBackToTheNightBefore() {
    assertThat(back.asOf()).isEqualTo("2025-01-31");
    assertThat(WarehouseState.endings(spark, nights))
        .contains(back.runId() + " published", back.movedBy() + " rolled_back");
  }

  /** Between the night gone back to and the one gone back from lies one that was left before. */
  @Test
  void readersAreNotSentToANightThatTheyWereSentBackFrom() {
    assertThat(backAgain.runId()).isEqualTo(back.runId());
    assertThat(backAgain.movedBy()).isGreaterThan(replayed.runId());
  }

  @Test
  void refusesToGoBackToMartsThatAreNotKept() {
    assertThat(unknown)
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(
            "Cannot roll back to run nobody: there are no published marts of it. Kept are")
        .hasMessageContaining("- %s, as of 2025-01-31 (current)".formatted(back.runId()))
        .hasMessageContaining(", as of 2025-02-28 (left by a rollback, --to goes there)")
        .hasMessageEndingWith("Nothing was changed.");
  }

  @Test
  void aNightWhosePointerMovedMeanwhileChangesNothing() {
    assertThat(fenced)
        .isInstanceOf(FenceException.class)
        .hasMessageContaining("The published marts are unchanged. Run again.");
    assertThat(WarehouseState.endings(spark, nights)).anyMatch(end -> end.endsWith(" fenced"));
  }

  @Test
  void aFileThatGrowsWhileItIsReadStopsTheNight() {
    assertThat(grown)
        .isInstanceOf(GateException.class)
        .hasMessageStartingWith("Cannot go on: 1 file(s) of fx_rates changed while they were read.")
        .hasMessageContaining("- rates_2.csv had 43 bytes, of ")
        .hasMessageEndingWith(
            "Nothing was staged and the published marts are unchanged. Deliver files under a name"
                + " that starts with a dot and rename them once they are complete, then run again.");
  }

  @Test
  void aSecondRunNamesTheOneThatHoldsTheLock() {
    try (RunLock held = RunLock.take(filled.warehouse(), "r1", Instant.now(), hadoop())) {
      assertThat(held).isNotNull();
      assertThatThrownBy(() -> backfill("2025-02-28"))
          .isInstanceOf(FenceException.class)
          .hasMessageStartingWith("Cannot start: run r1 (process ");
    }
  }

  @Test
  void rowsThatAMendedMappingReadsLeaveQuarantine() {
    assertThat(replayed.replayed())
        .singleElement()
        .satisfies(
            file -> {
              assertThat(file.file()).isEqualTo("transactions_2025-02-28.csv");
              assertThat(file.read()).isZero();
              assertThat(file.accepted()).isEqualTo(1);
              assertThat(file.quarantined()).isEqualTo(-1);
              assertThat(file.isConserved()).isTrue();
            });
    assertThat(quality(byNights)).anyMatch(row -> row.contains("|amount is not a number|"));
    assertThat(quality(mended))
        .noneMatch(row -> row.contains("|amount is not a number|"))
        .anyMatch(
            row -> row.contains("transactions_2025-02-28.csv|") && row.contains("|4|0|0|4|0|0|"));
    assertThat(mended.get("staging transactions"))
        .hasSize(byNights.get("staging transactions").size() + 1);
  }

  @Test
  void whatWasReplayedIsNotReplayedAgain() {
    assertThat(replayedAgain.replayed()).isEmpty();
    assertThat(mendedAgain).isEqualTo(mended);
  }

  private static List<String> quality(Map<String, List<String>> state) {
    return state.get("data_quality");
  }

  private static Night.Result night(Settings settings, String asOf, Stages.Listener listener) {
    return Night.run(spark, settings, LocalDate.parse(asOf), new Stages(listener));
  }

  private static Night.Result backfill(String day) {
    return Night.backfill(spark, filled, LocalDate.parse(day), new Stages(Stages.SILENT));
  }

  private static Night.Result replay(String asOf) {
    return Night.replay(spark, nights, LocalDate.parse(asOf), new Stages(Stages.SILENT));
  }

  /** Another run that publishes the very marts that are published. */
  private static void move() {
    Pointer now = generations(nights).current().orElseThrow();
    generations(nights)
        .move(new Pointer(now.runId(), now.asOf(), Instant.now(), "another"), Optional.of(now));
  }

  private static void grow() {
    company.deliver(
        "rates_2.csv",
        "currency,valid_on,rate",
        List.of("GBP,2024-01-01,1.25", "CHF,2024-01-01,0.95"));
  }

  private static Stages.Listener at(String stage, Runnable action) {
    return new Stages.Listener() {
      @Override
      public void started(String started) {
        if (started.equals(stage)) {
          action.run();
        }
      }

      @Override
      public void ended(String ended, Duration time, String note) {}
    };
  }

  private static Generations generations(Settings settings) {
    return new Generations(settings.warehouse(), hadoop());
  }

  private static org.apache.hadoop.conf.Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
