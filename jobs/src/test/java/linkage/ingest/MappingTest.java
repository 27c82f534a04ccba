package linkage.ingest;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import linkage.testing.SparkTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MappingTest {
  /** As tables are read: what is raw itself comes of a join, with the part of each row. */
  @BeforeEach
  void showRawAndALookup() {
    Dataset<Row> parts = SparkTest.session().range(3).toDF("part");
    Dataset<Row> rows =
        SparkTest.session().range(30).select(col("id"), col("id").mod(3).as("part"));
    rows.join(broadcast(parts), "part").createOrReplaceTempView("raw");
    parts.createOrReplaceTempView("names");
  }

  @AfterEach
  void hideThem() {
    SparkTest.session().catalog().dropTempView("raw");
    SparkTest.session().catalog().dropTempView("names");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "true | select id from raw",
        "true | select r.id + 1 as id from raw as r where r.part > 0",
        "true | select id from (select id from raw where id > 3) where id < 7",
        "false | with some as (select id from raw) select id from some",
        "false | select raw.id from raw join names using (part)",
        "false | select id, each from raw lateral view explode(array(1, 2)) as each",
        "false | select id from raw union all select id from raw",
        "false | select max(id) as id from raw group by part",
        "false | select part as id from names",
      })
  void isKnownToMakeOneRowOfARecordIfItOnlySelectsFromRaw(boolean isRowByRow, String sql) {
    assertThat(Mapping.isRowByRow(SparkTest.session().sql(sql))).isEqualTo(isRowByRow);
  }
}
