package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Date;
import java.time.LocalDate;
import java.util.List;
import java.util.OptionalInt;
import linkage.ConfigException;
import linkage.ingest.Quarantine;
import linkage.staging.Staging;
import linkage.testing.Decoded;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Four refused rows: of the first run, of January, of February and of March. */
class RetentionTest {
  private static final SparkSession spark = SparkTest.session();
  private static final LocalDate MARCH = LocalDate.of(2025, 3, 10);
  private static final OptionalInt FOR_GOOD = OptionalInt.empty();

  @TempDir Path warehouse;

  @BeforeEach
  void refuseRows() {
    Staging staging = open();
    staging.append(
        Quarantine.TABLE,
        spark
            .createDataFrame(
                List.of(
                    refused("20241231T010000.000Z-1", null, "of the first run"),
                    refused("20250102T010000.000Z-1", "2025-01-02", "of January"),
                    refused("20250203T010000.000Z-1", "2025-02-03", "of February"),
                    refused("20250309T010000.000Z-1", "2025-03-09", "of March")),
                Quarantine.schema())
            .coalesce(1));
    staging.commit("r1", MARCH);
  }

  /** Whole months go, so that the table isn't written anew every night. */
  @Test
  void theTextOfOldRefusalsGoesAndTheirAccountStays() {
    List<Row> before = accounts();

    assertThat(retention(open(), FOR_GOOD, OptionalInt.of(30)).apply("r1")).isEqualTo(1);

    assertThat(accounts()).isEqualTo(before).hasSize(4);
    assertThat(texts())
        .containsExactly(
            "|", "|", "text of February|detail of February|", "text of March|detail of March|");
    assertThat(open().knownThrough()).contains(MARCH);

    Staging april = open();
    april.commit("r2", MARCH.plusDays(22));
    assertThat(retention(april, FOR_GOOD, OptionalInt.of(30)).apply("r2")).isEqualTo(1);
    assertThat(texts()).containsExactly("|", "|", "|", "text of March|detail of March|");
  }

  /** A reader has until the next night; then no file holds the text. */
  @Test
  void whatWasDeletedIsInNoFileAfterTheNextNight() {
    Retention first = retention(open(), FOR_GOOD, OptionalInt.of(30));
    first.apply("r1");
    assertThat(Decoded.filesHolding(warehouse, "of January")).isNotEmpty();

    assertThat(retention(open(), FOR_GOOD, OptionalInt.of(30)).apply("r2")).isZero();

    assertThat(Decoded.filesHolding(warehouse, "of January")).isEmpty();
    assertThat(Decoded.filesHolding(warehouse, "of the first run")).isEmpty();
    assertThat(Decoded.filesHolding(warehouse, "of March")).isNotEmpty();
  }

  @Test
  void keepsEverythingForGoodUnlessAskedOtherwise() {
    assertThat(retention(open(), FOR_GOOD, FOR_GOOD).apply("r1")).isZero();

    open().checkReaches(LocalDate.EPOCH);
    assertThat(Decoded.filesHolding(warehouse, "of January")).isNotEmpty();
  }

  @Test
  void refusesADayOfWhichItIsNoLongerKnownWhatWasKnown() {
    retention(open(), OptionalInt.of(30), FOR_GOOD).apply("r1");

    Staging staging = open();
    staging.checkReaches(LocalDate.of(2025, 2, 1));
    assertThatThrownBy(() -> staging.checkReaches(LocalDate.of(2025, 1, 31)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "Cannot speak of 2025-01-31: what was known before 2025-02-01 isn't kept any more, as"
                + " keep-staging-days says. The published marts are unchanged. Choose 2025-02-01 or"
                + " a later day.");
    staging.commit("r2", MARCH);
    assertThat(open().reachesBefore(LocalDate.of(2025, 2, 1))).isFalse();
  }

  private List<String> texts() {
    return open()
        .read(Quarantine.TABLE)
        .orderBy("run_id")
        .selectExpr("concat_ws('|', raw_text, details)")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  /** What marts are made of: all but what the rows said. */
  private List<Row> accounts() {
    return open()
        .read(Quarantine.TABLE)
        .drop("raw_text", "details")
        .orderBy("run_id")
        .collectAsList();
  }

  private Staging open() {
    return Staging.open(spark, warehouse.toString());
  }

  private static Retention retention(Staging staging, OptionalInt history, OptionalInt texts) {
    return new Retention(staging, List.of(), history, texts);
  }

  private static Row refused(String run, String knownFrom, String text) {
    return RowFactory.create(
        "transactions",
        "orders.csv",
        "f1",
        1L,
        "t1",
        new String[] {"amount is not a number", "kind is missing"},
        new String[] {"detail " + text, ""},
        "text " + text,
        1L,
        Date.valueOf("2025-01-05"),
        "EUR",
        new BigDecimal("1.50"),
        run,
        knownFrom == null ? null : Date.valueOf(knownFrom));
  }
}
