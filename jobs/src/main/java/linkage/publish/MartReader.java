package linkage.publish;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import linkage.ConfigException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * SQL over one published generation, by DuckDB: the pointer is resolved once, so that a query never
 * mixes two nights.
 */
public final class MartReader {
  private MartReader() {}

  /**
   * Opens a connection in which each of the marts is a view.
   *
   * <p><b>Cost:</b> on a local disk nothing; elsewhere the files of these marts are copied first.
   *
   * @param generations the marts
   * @param marts names of the marts; those that the generation lacks are left out
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
          if (!generations.files().exists(folder)) {
            continue;
          }
          String files =
              local(generations, folder).toUri().getPath().replace("'", "''") + "/*.parquet";
          statement.execute(
              "create view %s as select * from read_parquet('%s')".formatted(mart, files));
        }
      }
      return connection;
    } catch (SQLException e) {
      throw new IllegalStateException("Cannot open the marts: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the marts: " + e.getMessage(), e);
    }
  }

  /**
   * The folder itself on a local disk; elsewhere a copy of it, which goes when the process ends.
   */
  private static Path local(Generations generations, Path folder) throws IOException {
    if (generations.isLocal()) {
      return folder;
    }
    var copies = new Path(Files.createTempDirectory("linkage-marts").toUri());
    generations.files().copyToLocalFile(false, folder, copies, true /* no checksum files */);
    FileSystem.getLocal(generations.files().getConf()).deleteOnExit(copies);
    return new Path(copies, folder.getName());
  }
}
