package linkage.cli.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/** DuckDB, with as many threads as Spark has. */
public final class Duck implements AutoCloseable {
  private final Connection connection;

  /**
   * Starts it.
   *
   * @param spill where it may put what doesn't fit in memory
   */
  public Duck(int threads, Path spill) {
    try {
      this.connection = DriverManager.getConnection("jdbc:duckdb:");
      run("set threads = " + threads);
      run("set memory_limit = '8GB'");
      run("set temp_directory = '%s'".formatted(quoted(spill)));
    } catch (SQLException e) {
      throw new IllegalStateException("Cannot start DuckDB: " + e.getMessage(), e);
    }
  }

  /** Runs statements. */
  void run(String sql) {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException("Cannot run in DuckDB: " + e.getMessage(), e);
    }
  }

  /** Writes what a query gives as a Parquet file. */
  void write(String query, Path file) {
    run("copy (%s) to '%s' (format parquet)".formatted(query, quoted(file)));
  }

  /** A query's two columns, the first as text and the second as a whole number. */
  Map<String, Long> numbers(String query) {
    Map<String, Long> numbers = new TreeMap<>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      while (rows.next()) {
        numbers.put(rows.getString(1), rows.getLong(2));
      }
      return numbers;
    } catch (SQLException e) {
      throw new IllegalStateException("Cannot ask DuckDB: " + e.getMessage(), e);
    }
  }

  /** The text of {@code bench/<name>.sql}, with each {@code :word} replaced by its value. */
  static String sql(String name, Map<String, Object> values) {
    try (var in = Duck.class.getClassLoader().getResourceAsStream("bench/" + name + ".sql")) {
      String sql = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (var value : values.entrySet()) {
        sql = sql.replaceAll("(?<!:):" + value.getKey() + "\\b", value.getValue().toString());
      }
      return sql;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String quoted(Path path) {
    return path.toString().replace("'", "''");
  }
}
