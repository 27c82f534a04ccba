package linkage.database;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import linkage.config.JdbcSettings;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * Pulls what is new in databases into landing: one Parquet file per source and pull, named by its
 * day, its number, the moment at which the database was asked and a fingerprint of its rows. Of a
 * day on which nothing is new, an empty file is landed that says so ({@link
 * JdbcSettings#UNCHANGED}): a feed that says nothing looks late.
 *
 * <p>A file appears under its name only when it is complete. What has been pulled is known from the
 * files alone: a night that fails reads its pulls again, and a pull whose file is gone is repeated.
 */
public final class Pulls {
  private static final Pattern NAME =
      Pattern.compile(
          "(?<day>\\d{4}-\\d{2}-\\d{2})_(?<number>\\d{6})_(?<asked>\\d{8}T\\d{9}Z)"
              + "_(?<content>[0-9a-f]+)(?<ending>_unchanged)?[.]parquet");

  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSSX").withZone(ZoneOffset.UTC);

  /** Names that start with an underscore are passed over in landing. */
  private static final String INCOMPLETE = "_pulling";

  private final SparkSession spark;
  private final String landing;
  private final ZoneId zone;
  private final Function<String, String> environment;

  /**
   * @param environment the value of an environment variable, or null
   */
  public Pulls(SparkSession spark, Settings settings, Function<String, String> environment) {
    this.spark = spark;
    this.landing = settings.landing();
    this.zone = settings.timeZone();
    this.environment = environment;
  }

  /**
   * What became of a pull.
   *
   * @param rows rows that the database gave
   * @param early those of them whose watermark is yet to come
   * @param isNews whether there was anything new
   * @param file the landed file's name, or empty if nothing was landed
   */
  public record Pulled(long rows, long early, boolean isNews, Optional<String> file) {}

  /** A pull that lies in landing. */
  private record Landed(
      Path path, LocalDate day, int number, Instant asked, String content, boolean isNews) {
    static Optional<Landed> of(FileStatus file) {
      Matcher name = NAME.matcher(file.getPath().getName());
      return name.matches()
          ? Optional.of(
              new Landed(
                  file.getPath(),
                  LocalDate.parse(name.group("day")),
                  Integer.parseInt(name.group("number")),
                  MOMENT.parse(name.group("asked"), Instant::from),
                  name.group("content"),
                  name.group("ending") == null))
          : Optional.empty();
    }
  }

  /**
   * Pulls one source.
   *
   * <p>Nothing is pulled for a day before that of the newest pull: a database doesn't say what it
   * once held. Rows that are those of the newest pull, in any order, aren't landed again; if that
   * was of an earlier day, an empty file says that the database was asked.
   *
   * <p><b>Cost:</b> one statement, whose rows one task writes as they come.
   *
   * @param asOf the night's business day
   * @param now the clock, by which a watermark is yet to come; it tells no pull where to end
   * @throws linkage.LinkageException if the database can't be read, or not all rows arrived;
   *     nothing is landed then
   */
  public Pulled land(SourceSettings source, LocalDate asOf, Supplier<Instant> now) {
    try {
      Path folder = new Path(landing, JdbcSettings.folder(source.name()));
      FileSystem files = folder.getFileSystem(hadoop());
      files.mkdirs(folder);
      List<Landed> landed = landed(files, folder);
      if (landed.stream().anyMatch(pull -> pull.day().isAfter(asOf))) {
        return new Pulled(0, 0, false, Optional.empty());
      }
      Path incomplete = new Path(folder, INCOMPLETE);
      try {
        return land(source, asOf, now, landed, files, incomplete);
      } finally {
        files.delete(incomplete, true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot land source %s: %s".formatted(source.name(), e.getMessage()), e);
    }
  }

  /**
   * Connects to a source's database, checks that what is to be read is there, and gives its rows,
   * none of which has been read yet.
   *
   * @throws linkage.LinkageException if the database can't be read as it is declared
   */
  public Dataset<Row> rows(SourceSettings source) {
    return database(source).rows();
  }

  private Database database(SourceSettings source) {
    return new Database(spark, source, zone, environment);
  }

  private Pulled land(
      SourceSettings source,
      LocalDate asOf,
      Supplier<Instant> now,
      List<Landed> pulls,
      FileSystem files,
      Path incomplete)
      throws IOException {
    var database = database(source);
    boolean isByWatermark = source.jdbc().orElseThrow().watermark().isPresent();
    Optional<Landed> latest = newest(pulls.stream());
    Optional<Landed> newest = newest(pulls.stream().filter(Landed::isNews));
    Optional<Object> landed =
        newest
            .filter(found -> isByWatermark)
            .flatMap(
                found ->
                    database.largest(spark.read().parquet(found.path().toString()), found.asked()));
    // Before the statement, so that what changes while it runs is asked for again.
    Instant asked = now.get().truncatedTo(ChronoUnit.MILLIS);
    Dataset<Row> rows = database.pulled(landed);

    Content content = database.reading(() -> write(rows, incomplete));
    Path written = part(files, incomplete);
    Arrived arrived = arrived(written, database, now.get());
    if (content.asked() != arrived.rows()) {
      throw DatabaseErrors.lostRows(source.name(), content.asked(), arrived.rows());
    }
    boolean isNothing = arrived.rows() == 0 && landed.isPresent();
    boolean isNews =
        !isNothing && newest.filter(found -> found.content().equals(content.digest())).isEmpty();
    if (!isNews && latest.filter(found -> found.day().equals(asOf)).isPresent()) {
      return new Pulled(arrived.rows(), arrived.early(), false, Optional.empty());
    }
    int number = latest.map(Landed::number).orElse(0) + 1;
    String name =
        String.format(
            Locale.ROOT,
            "%s_%06d_%s_%s%s",
            asOf,
            number,
            MOMENT.format(asked),
            content.digest(),
            isNews ? ".parquet" : JdbcSettings.UNCHANGED);
    Path target = new Path(incomplete.getParent(), name);
    if (!files.rename(isNews ? written : emptied(files, written), target)) {
      throw new IOException("can't rename %s to %s".formatted(written, target));
    }
    return new Pulled(arrived.rows(), arrived.early(), isNews, Optional.of(name));
  }

  /** How many rows a file holds, and how many of them whose watermark is yet to come. */
  private record Arrived(long rows, long early) {}

  private Arrived arrived(Path file, Database database, Instant now) {
    Dataset<Row> rows = spark.read().parquet(file.toString());
    Row counts =
        rows.agg(count(lit(1)), count(when(database.isAfter(rows.schema(), now), 1))).first();
    return new Arrived(counts.getLong(0), counts.getLong(1));
  }

  /** A file with the columns of another and none of its rows. */
  private Path emptied(FileSystem files, Path written) throws IOException {
    Path folder = new Path(written.getParent(), "empty");
    spark
        .read()
        .parquet(written.toString())
        .limit(0)
        .coalesce(1)
        .write()
        .parquet(folder.toString());
    return part(files, folder);
  }

  /**
   * What was written.
   *
   * @param asked rows that the database counted
   * @param digest the same for the same columns and rows in any order
   */
  private record Content(long asked, String digest) {}

  private static Content write(Dataset<Row> rows, Path folder) {
    String[] names =
        Arrays.stream(rows.columns())
            .filter(name -> !name.equalsIgnoreCase(Database.ASKED))
            .toArray(String[]::new);
    Dataset<Row> landed = rows.select(columns(names));
    var observation = new Observation();
    rows.observe(
            observation,
            max(rows.col(Database.ASKED)).as("asked"),
            count(lit(1)).as("rows"),
            sum(hash(names).cast("decimal(20,0)")).as("hashes"))
        .select(columns(names))
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(folder.toString());
    Map<String, Object> found = found(observation);
    // Of no rows there is no largest count.
    long asked = found.get("asked") == null ? 0 : ((Number) found.get("asked")).longValue();
    return new Content(
        asked,
        digest(
            "%s|%s|%s".formatted(landed.schema().json(), found.get("rows"), found.get("hashes"))));
  }

  private static Map<String, Object> found(Observation observation) {
    try {
      return observation.getAsJava();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while pulling", e);
    }
  }

  private static Column[] columns(String[] names) {
    return Arrays.stream(names).map(Pulls::column).toArray(Column[]::new);
  }

  private static Column column(String name) {
    return col("`" + name.replace("`", "``") + "`");
  }

  /** A hash of a row's values, in which a null differs from any value. */
  private static Column hash(String[] names) {
    List<Column> values = new ArrayList<>();
    for (String name : names) {
      values.add(column(name));
      values.add(column(name).isNull());
    }
    return xxhash64(values.toArray(Column[]::new));
  }

  private static String digest(String content) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Landed> landed(FileSystem files, Path folder) throws IOException {
    return Arrays.stream(files.listStatus(folder))
        .flatMap(file -> Landed.of(file).stream())
        .toList();
  }

  private static Optional<Landed> newest(Stream<Landed> pulls) {
    return pulls.max(Comparator.comparing(Landed::day).thenComparing(Landed::number));
  }

  /** The one file that one task wrote. */
  private static Path part(FileSystem files, Path folder) throws IOException {
    List<Path> parts =
        Arrays.stream(files.listStatus(folder))
            .map(FileStatus::getPath)
            .filter(path -> path.getName().endsWith(".parquet"))
            .toList();
    if (parts.size() != 1) {
      throw new IOException("expected one file in %s, found %s".formatted(folder, parts));
    }
    return parts.get(0);
  }

  private Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
