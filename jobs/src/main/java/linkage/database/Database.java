package linkage.database;

import static org.apache.spark.sql.functions.max;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import linkage.LinkageException;
import linkage.config.JdbcSettings;
import linkage.config.JdbcSettings.Watermark;
import linkage.config.SourceSettings;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.jdbc.JdbcDialects;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The database of one source, read by Spark's JDBC reader with its own types. */
final class Database {
  /** How many rows of the answer the database's statement found, in every row. */
  static final String ASKED = "linkage_asked_count";

  /** Rows that the driver fetches at a time, rather than all at once. */
  private static final String FETCH_ROWS = "10000";

  private static final List<DataType> ORDERED =
      List.of(DataTypes.DateType, DataTypes.TimestampType, DataTypes.TimestampNTZType);

  private static final long DAY_MINUTES = 24 * 60;
  private static final DateTimeFormatter MICROSECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");

  private final SparkSession spark;
  private final SourceSettings source;
  private final JdbcSettings jdbc;
  private final Optional<String> user;
  private final Optional<String> password;
  private final Dataset<Row> rows;

  /**
   * Connects, and asks for no more than the columns.
   *
   * @param environment the value of an environment variable, or null
   * @throws LinkageException if a variable isn't set, the database can't be reached, or there is no
   *     such table or watermark
   */
  Database(SparkSession spark, SourceSettings source, Function<String, String> environment) {
    this.spark = spark;
    this.source = source;
    this.jdbc = source.jdbc().orElseThrow();
    this.user = value("user-variable", jdbc.userVariable(), environment);
    this.password = value("password-variable", jdbc.passwordVariable(), environment);
    this.rows = read("(select * from %s linkage_rows) linkage_pull".formatted(jdbc.relation()));
    jdbc.watermark().ifPresent(watermark -> checkType(column(watermark)));
  }

  private Optional<String> value(
      String key, Optional<String> variable, Function<String, String> environment) {
    return variable.map(
        name -> {
          String value = environment.apply(name);
          if (value == null || value.isEmpty()) {
            throw DatabaseErrors.missingVariable(source.name(), key, name);
          }
          return value;
        });
  }

  /** All rows of the table or query; nothing is read yet. */
  Dataset<Row> rows() {
    return rows;
  }

  /**
   * The rows to be pulled, with {@link #ASKED}: one statement finds and counts them, so both are of
   * the same moment.
   *
   * @param landed the largest value of the watermark that has been landed; empty for all rows
   */
  Dataset<Row> pulled(Optional<Object> landed) {
    return read(
        "(select linkage_rows.*, count(*) over () as %s from %s linkage_rows%s) linkage_pull"
            .formatted(ASKED, jdbc.relation(), landed.map(this::since).orElse("")));
  }

  /** The watermark's largest value among landed rows; empty if there is none. */
  Optional<Object> largest(Dataset<Row> landed) {
    String name = column(jdbc.watermark().orElseThrow()).name();
    return List.of(landed.columns()).contains(name)
        ? Optional.ofNullable(landed.agg(max(landed.col("`" + name + "`"))).first().get(0))
        : Optional.empty();
  }

  /** Runs what reads the database; whatever goes wrong becomes a message without secrets. */
  <T> T reading(Callable<T> work) {
    try {
      return work.call();
    } catch (LinkageException e) {
      throw e;
    } catch (Exception e) {
      // Spark throws checked exceptions that no signature tells of.
      List<String> secrets = new ArrayList<>();
      password.ifPresent(secrets::add);
      user.ifPresent(secrets::add);
      throw DatabaseErrors.failed(source.name(), jdbc, e, secrets);
    }
  }

  private Dataset<Row> read(String relation) {
    DataFrameReader reader =
        spark
            .read()
            .format("jdbc")
            .option("url", jdbc.url())
            .option("driver", reading(this::driver))
            .option("dbtable", relation)
            .option("fetchsize", FETCH_ROWS)
            // A time without a zone stays one: which zone is meant, the deployment says.
            .option("preferTimestampNTZ", true);
    user.ifPresent(name -> reader.option("user", name));
    password.ifPresent(secret -> reader.option("password", secret));
    return reading(reader::load);
  }

  /**
   * The class of the URL's driver, asked for from here: a driver that {@code spark-submit} was
   * given beside this class isn't seen by Spark's own classes, unless it is named.
   */
  private String driver() throws SQLException {
    return DriverManager.getDriver(jdbc.url()).getClass().getName();
  }

  private StructField column(Watermark watermark) {
    StructType columns = rows.schema();
    return Arrays.stream(columns.fields())
        .filter(column -> column.name().equalsIgnoreCase(watermark.column()))
        .findFirst()
        .orElseThrow(
            () ->
                DatabaseErrors.noWatermark(
                    source.name(), watermark.column(), List.of(columns.fieldNames())));
  }

  private void checkType(StructField watermark) {
    if (!ORDERED.contains(watermark.dataType())) {
      throw DatabaseErrors.watermarkType(source.name(), watermark);
    }
  }

  /** Rows of the largest landed value may have come since, and rows without one are never old. */
  private String since(Object landed) {
    Watermark watermark = jdbc.watermark().orElseThrow();
    String name = JdbcDialects.get(jdbc.url()).quoteIdentifier(column(watermark).name());
    return " where %s >= '%s' or %s is null"
        .formatted(name, earlier(landed, watermark.overlapMinutes()), name);
  }

  /** A landed value less the overlap, as text that the database reads as its column's type. */
  private static String earlier(Object landed, int overlapMinutes) {
    Duration overlap = Duration.ofMinutes(overlapMinutes);
    if (landed instanceof LocalDateTime at) {
      return MICROSECONDS.format(at.minus(overlap));
    }
    if (landed instanceof Timestamp at) {
      Instant from = at.toInstant().minus(overlap);
      return MICROSECONDS.format(from.atOffset(ZoneOffset.UTC)) + "+00:00";
    }
    LocalDate day = ((java.sql.Date) landed).toLocalDate();
    return day.minusDays((overlapMinutes + DAY_MINUTES - 1) / DAY_MINUTES).toString();
  }
}
