package linkage.publish;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import linkage.ConfigException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * SQL over one generation, by DuckDB: the pointer is resolved once, so that a query never mixes two
 * nights.
 */
public final class MartReader {
  private MartReader() {}

  /**
   * Opens a connection in which each of the published marts is a view.
   *
   * <p><b>Cost:</b> on a local disk nothing; elsewhere the files of these marts are copied first.
   *
   * @param generations the marts
   * @param marts names of the marts; those that the generation lacks are left out
   * @throws ConfigException if nothing has been published yet
   */
  public static Connection open(Generations generations, List<String> marts) {
    return open(generations, published(generations).runId(), marts);
  }

  /**
   * The same for the marts of one run, be they published or kept beside those.
   *
   * @throws ConfigException naming the runs whose marts are kept, if this one's aren't
   */
  public static Connection openKept(Generations generations, String runId, List<String> marts) {
    Pointer published = published(generations);
    List<String> kept = generations.kept();
    if (!kept.contains(runId)) {
      throw new ConfigException(
          "Cannot read the marts of run %s: they aren't kept. Kept are%n%s%n./linkage status tells which day each speaks of."
              .formatted(
                  runId,
                  kept.stream()
                      .map(run -> "- " + run + (run.equals(published.runId()) ? " (current)" : ""))
                      .collect(Collectors.joining(System.lineSeparator()))));
    }
    return open(generations, runId, marts);
  }

  private static Pointer published(Generations generations) {
    return generations
        .current()
        .orElseThrow(
            () ->
                new ConfigException(
                    ("Cannot read the marts: nothing has been published under %s yet. Run"
                            + " ./linkage run first.")
                        .formatted(generations.root())));
  }

  /** The same for the marts of one run's generation, which may not be over yet. */
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
