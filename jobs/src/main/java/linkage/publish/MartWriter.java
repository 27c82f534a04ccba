package linkage.publish;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import linkage.contract.Contract;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Writes a generation's marts as Parquet and audits the files it wrote. */
public final class MartWriter {
  private final SparkSession spark;
  private final Generations generations;

  public MartWriter(SparkSession spark, Generations generations) {
    this.spark = spark;
    this.generations = generations;
  }

  /**
   * Writes one mart to a run's generation.
   *
   * @throws IllegalArgumentException if its columns aren't those of its contract
   */
  public void write(String runId, String mart, Dataset<Row> rows) {
    var contract = Contract.mart(mart);
    contract.check(rows.schema());
    rows.select(contract.columns())
        // A mart is small: one sorted file reads fastest and is the same whatever the partitions.
        .coalesce(1)
        .sortWithinPartitions(contract.key().stream().map(functions::col).toArray(Column[]::new))
        .write()
        .parquet(generations.folder(runId, mart).toString());
  }

  /**
   * Audits the marts of a run as they were written.
   *
   * @throws IllegalStateException naming every check that failed; the published marts are unchanged
   */
  public void audit(String runId, List<String> marts) {
    List<String> problems =
        generations.isLocal() ? auditLocally(runId, marts) : auditBySpark(runId, marts);
    if (!problems.isEmpty()) {
      throw new IllegalStateException(
          ("Cannot publish run %s: %d problem(s) in the marts as written.%n%s%nThe published marts"
                  + " are unchanged.")
              .formatted(
                  runId,
                  problems.size(),
                  String.join(
                      System.lineSeparator(), problems.stream().map(p -> "- " + p).toList())));
    }
  }

  private List<String> auditLocally(String runId, List<String> marts) {
    List<String> problems = new ArrayList<>();
    try (Connection connection = MartReader.open(generations, runId, marts)) {
      for (String mart : marts) {
        Audit.problems(Contract.mart(mart), mart, query -> numbers(connection, query))
            .forEach(problem -> problems.add(mart + ": " + problem));
      }
    } catch (SQLException e) {
      throw new IllegalStateException("Cannot audit run " + runId + ": " + e.getMessage(), e);
    }
    return problems;
  }

  private List<String> auditBySpark(String runId, List<String> marts) {
    List<String> problems = new ArrayList<>();
    for (String mart : marts) {
      Dataset<Row> written =
          spark
              .read()
              .schema(Contract.mart(mart).sparkType())
              .parquet(generations.folder(runId, mart).toString());
      Audit.problems(Contract.mart(mart), written)
          .forEach(problem -> problems.add(mart + ": " + problem));
    }
    return problems;
  }

  private static long[] numbers(Connection connection, String query) {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      long[] numbers = new long[rows.getMetaData().getColumnCount()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = rows.getLong(i + 1);
      }
      return numbers;
    } catch (SQLException e) {
      throw new IllegalStateException("Cannot audit by " + query + ": " + e.getMessage(), e);
    }
  }

  /** Writes and audits several marts, one after the other. */
  public void write(String runId, Map<String, Dataset<Row>> marts) {
    marts.forEach((mart, rows) -> write(runId, mart, rows));
    audit(runId, List.copyOf(marts.keySet()));
  }
}
