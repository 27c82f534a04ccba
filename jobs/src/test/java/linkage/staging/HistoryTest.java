package linkage.staging;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.not;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import linkage.config.RowOrder;
import linkage.contract.Contract;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HistoryTest {
  private static final SparkSession spark = SparkTest.session();
  private static final Contract TRANSACTIONS = Contract.source("transactions");
  private static final LocalDate FIRST = LocalDate.of(2025, 1, 1);
  private static final int DAYS = 12;
  private static final StructType SCHEMA =
      StructType.fromDDL(
          "transaction_id string, version_number bigint, version_at timestamp, file_date date,"
              + " file_name string, file_edition int, record_number bigint, content_hash bigint,"
              + " known_from date, event_day date, is_deleted boolean");

  /** Versions that come in any order, of any days, some of them deletions. */
  @ParameterizedTest
  @EnumSource(RowOrder.class)
  void whatIsSupersededIsMissedOnNoDayThatCanBeAskedFor(RowOrder order) {
    Dataset<Row> staged = versions(7).cache();
    LocalDate since = FIRST.plusDays(DAYS / 2);
    Dataset<Row> marked = History.marked(staged, TRANSACTIONS, order, since);
    Dataset<Row> kept =
        marked.where(not(col(History.IS_SUPERSEDED))).drop(History.IS_SUPERSEDED).cache();

    assertThat(kept.count()).isBetween(60L, staged.count() - 60);
    for (LocalDate day : List.of(since, since.plusDays(2), FIRST.plusDays(DAYS))) {
      assertThat(newest(kept, order, day)).as("%s", day).isEqualTo(newest(staged, order, day));
      assertThat(mark(kept, day)).as("%s", day).isEqualTo(mark(staged, day));
    }
    // Days before can't be answered from what is left, or there would be no need to refuse them.
    assertThat(newest(kept, order, since.minusDays(3)))
        .isNotEqualTo(newest(staged, order, since.minusDays(3)));
    staged.unpersist();
    kept.unpersist();
  }

  private static List<String> newest(Dataset<Row> staged, RowOrder order, LocalDate asOf) {
    return CurrentRows.newest(staged, TRANSACTIONS, order, asOf).toJSON().collectAsList().stream()
        .sorted()
        .toList();
  }

  /** How far the source is known to have come. */
  private static Date mark(Dataset<Row> staged, LocalDate asOf) {
    return CurrentRows.visible(staged, asOf)
        .agg(max(greatest(col("event_day"), col("file_date"))))
        .first()
        .getDate(0);
  }

  static Dataset<Row> versions(long seed) {
    var random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      LocalDate known = FIRST.plusDays(random.nextInt(DAYS));
      boolean isDated = random.nextInt(4) == 0;
      int key = random.nextInt(50);
      // A correction seldom moves a row to another day.
      int happened = random.nextInt(4) == 0 ? random.nextInt(DAYS) : key % DAYS;
      rows.add(
          RowFactory.create(
              "t" + key,
              random.nextBoolean() ? (long) random.nextInt(6) : null,
              null,
              isDated ? day(known.minusDays(random.nextInt(5))) : null,
              "file" + random.nextInt(9),
              1 + random.nextInt(2),
              (long) i,
              random.nextLong(),
              day(known),
              day(FIRST.plusDays(happened)),
              random.nextInt(8) == 0 ? true : null));
    }
    return spark.createDataFrame(rows, SCHEMA);
  }

  private static Date day(LocalDate day) {
    return Date.valueOf(day);
  }
}
