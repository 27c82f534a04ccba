package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import linkage.contract.Contract;
import linkage.publish.Generations;
import linkage.publish.MartReader;
import linkage.testing.SparkTest;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NightTest {
  private static final SparkSession spark = SparkTest.session();
  @TempDir static Path root;

  @Test
  void probe() throws Exception {
    var company = new TinyCompany(root);
    for (String day : List.of("2025-01-31", "2025-01-31", "2025-02-28")) {
      long t = System.nanoTime();
      var stages = new Stages(Stages.SILENT);
      var result = Night.run(spark, company.settings(), LocalDate.parse(day), stages);
      System.err.println(day + " " + (System.nanoTime() - t) / 1e9 + " " + stages.seconds());
      for (String mart : List.of("best_metrics", "reconciliation", "verdict_history", "run_audits", "metric_scores")) {
        System.err.println(mart);
        query(company, "select * from " + mart).forEach(System.err::println);
      }
    }
    for (String mart : Contract.marts()) {
      if (!mart.equals("customer_scorecard")) query(company, "describe " + mart).forEach(r -> System.err.println(mart + r));
    }
  }

  private static List<List<Object>> query(TinyCompany company, String sql) throws SQLException {
    var generations =
        new Generations(
            company.settings().warehouse(), spark.sparkContext().hadoopConfiguration());
    List<List<Object>> rows = new ArrayList<>();
    var marts = Contract.marts().stream().filter(m -> !m.equals("customer_scorecard")).toList();
    try (var connection = MartReader.open(generations, marts);
        var statement = connection.createStatement();
        var found = statement.executeQuery(sql)) {
      int columns = found.getMetaData().getColumnCount();
      while (found.next()) {
        List<Object> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) row.add(found.getObject(i));
        rows.add(row);
      }
    }
    return rows;
  }
}
