package linkage.publish;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import linkage.ConfigException;
import org.apache.hadoop.fs.Path;

/**
 * SQL over one published generation, by DuckDB: the pointer is resolved once, so that a query never
 * mixes two nights.
 */
public final class MartReader {
  private MartReader() {}

  /**
   * Opens a connection in which every mart is a view.
   *
   * @param generations the marts
   * @param marts names of the marts
   * @throws ConfigException if nothing has been published yet
   */
  public static Connection open(Generations generations, List<String> marts) {
    Pointer pointer =
        generations
            .current()
            .orElseThrow(
                () ->
                    new ConfigException(
                        ("Cannot read the marts: nothing has been published under %s yet. Run"
                                + " ./linkage run first.")
                            .formatted(generations.root())));
    return open(generations, pointer.runId(), marts);
  }

  /** Opens a connection in which the marts of one run's generation are views. */
  static Connection open(Generations generations, String runId, List<String> marts) {
    try {
      Connection connection = DriverManager.getConnection("jdbc:duckdb:");
      try (var statement = connection.createStatement()) {
        for (String mart : marts) {
          Path folder = generations.folder(runId, mart);
          // An older generation lacks the marts that a newer version of Linkage added.
          if (!java.nio.file.Files.isDirectory(java.nio.file.Path.of(folder.toUri().getPath()))) {
            continue;
          }
          String files = folder.toUri().getPath().replace("'", "''") + "/*.parquet";
          statement.execute(
              "create view %s as select * from read_parquet('%s')".formatted(mart, files));
        }
      }
      return connection;
    } catch (SQLException e) {
      throw new IllegalStateException("Cannot open the marts: " + e.getMessage(), e);
    }
  }
}
