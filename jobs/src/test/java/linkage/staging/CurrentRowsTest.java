package linkage.staging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import linkage.config.RowOrder;
import linkage.contract.Contract;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CurrentRowsTest {
  private static final Contract TRANSACTIONS = Contract.source("transactions");

  /** Some keys have one version on the day asked for, some several, and some newest are deleted. */
  @ParameterizedTest
  @EnumSource(RowOrder.class)
  void manyRowsHaveTheSameNewestVersionsAsFew(RowOrder order) {
    Dataset<Row> staged = HistoryTest.versions(11).cache();
    for (int day : new int[] {1, 2, 4, 9, 12}) {
      Dataset<Row> visible = CurrentRows.visible(staged, LocalDate.of(2025, 1, day));
      List<Row> few = CurrentRows.newest(visible, TRANSACTIONS, order, false).collectAsList();
      List<Row> many = CurrentRows.newest(visible, TRANSACTIONS, order, true).collectAsList();

      assertThat(few).isNotEmpty();
      assertThat(many).as("day %d", day).containsExactlyInAnyOrderElementsOf(few);
    }
    staged.unpersist();
  }
}
