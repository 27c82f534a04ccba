package linkage.database;

import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import linkage.ConfigException;
import linkage.GateException;
import linkage.LinkageException;
import linkage.config.JdbcSettings;
import org.apache.spark.sql.types.StructField;

/** Every message of this package that a user sees; none repeats a user's name or password. */
final class DatabaseErrors {
  private static final String STATE =
      "Nothing of it was landed and the published marts are unchanged.";

  private DatabaseErrors() {}

  static ConfigException missingVariable(String source, String key, String variable) {
    return new ConfigException(
        ("Cannot pull source %s: jdbc.%s names the environment variable %s, which is not set or"
                + " empty. %s Set it, then run again.")
            .formatted(source, key, variable, STATE));
  }

  static ConfigException noWatermark(String source, String column, List<String> columns) {
    return new ConfigException(
        ("Cannot pull source %s: its watermark is %s, but what is read has only the columns %s. %s"
                + " Correct `watermark`, or select the column.")
            .formatted(source, column, String.join(", ", columns), STATE));
  }

  static ConfigException watermarkType(String source, StructField watermark) {
    return new ConfigException(
        ("Cannot pull source %s: its watermark %s is a %s, expected a day or a point in time: numbers"
                + " may be committed in another order than they were given out, and rows would be"
                + " missed. %s Name another column, or remove `watermark` to pull all rows.")
            .formatted(
                source,
                watermark.name(),
                watermark.dataType().sql().toLowerCase(Locale.ROOT),
                STATE));
  }

  static GateException lostRows(String source, long asked, long landed) {
    return new GateException(
        ("Cannot pull source %s: the database counted %,d rows, but %,d arrived. %s Run again; if it"
                + " happens again, look into the database's and its driver's logs.")
            .formatted(source, asked, landed, STATE));
  }

  /**
   * What a database, its driver or Spark said, with what to do about it. The words are for who runs
   * it; what is recorded names the SQL state alone.
   *
   * @param secrets texts that are not to be repeated
   */
  static LinkageException failed(
      String source, JdbcSettings jdbc, Throwable failure, List<String> secrets) {
    SQLException sql = sqlException(failure);
    String said = sql == null ? failure.getMessage() : sql.getMessage();
    String shown = said == null ? failure.getClass().getSimpleName() : said;
    for (String secret : secrets) {
      shown = shown.replace(secret, "***");
    }
    String pulling = "Cannot pull source %s from %s: ".formatted(source, place(jdbc.url()));
    String ending = ". %s %s".formatted(STATE, advice(shown, sql, jdbc));
    String message = pulling + oneLine(shown) + ending;
    String told = pulling + kind(failure, sql) + ", whose words only the terminal shows" + ending;
    return sql == null ? new GateException(message, told) : new ConfigException(message, told);
  }

  /** What kind of failure it is; its words may quote a row. */
  private static String kind(Throwable failure, SQLException sql) {
    return sql == null || sql.getSQLState() == null
        ? (sql == null ? failure : sql).getClass().getSimpleName()
        : "SQL state " + sql.getSQLState();
  }

  /** The driver's own exception among the causes, or null. */
  private static SQLException sqlException(Throwable failure) {
    Throwable cause = failure;
    while (cause != null && !(cause instanceof SQLException)) {
      cause = cause.getCause();
    }
    return (SQLException) cause;
  }

  /** A URL without its parameters. */
  private static String place(String url) {
    return url.replaceAll("[?;].*", "");
  }

  private static String oneLine(String said) {
    List<String> lines = said.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    return String.join(" ", lines.subList(0, Math.min(2, lines.size()))).replaceAll("[.]$", "");
  }

  /** By the class of the SQL state, which is the same for all databases. */
  private static String advice(String said, SQLException sql, JdbcSettings jdbc) {
    String state = sql == null || sql.getSQLState() == null ? "" : sql.getSQLState();
    if (said.contains("No suitable driver")) {
      return "Put the driver of this database on the class path, as conf/README.md says, or correct"
          + " `jdbc.url`.";
    }
    return switch (state.substring(0, Math.min(2, state.length()))) {
      case "08" ->
          "Correct `jdbc.url`, or see to it that the database can be reached from here and answers in"
              + " time; conf/README.md says how long it may take.";
      case "28" ->
          "Correct what %s."
              .formatted(
                  Stream.concat(jdbc.userVariable().stream(), jdbc.passwordVariable().stream())
                      .reduce((user, password) -> user + " and " + password)
                      .map(variables -> "the environment variables hold: " + variables)
                      .orElse("is missing: user-variable and password-variable"));
      case "3D", "3F", "42" -> "Correct `jdbc.table` or `jdbc.query`, or let this user read it.";
      default -> "Mend what it says, then run again.";
    };
  }
}
