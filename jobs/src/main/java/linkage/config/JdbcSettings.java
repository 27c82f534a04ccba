package linkage.config;

import java.util.Optional;

/**
 * A database that a source is pulled from. Who may read it stands in environment variables, of
 * which only the names are known here.
 *
 * @param url a JDBC URL without user or password
 * @param relation what is read, as it stands after {@code from}: a table, or a query in parentheses
 * @param userVariable environment variable holding the user's name; empty if the database wants
 *     none
 * @param passwordVariable environment variable holding the password; likewise
 * @param watermark tells the rows that changed since the last pull; empty if all rows are pulled
 *     every time
 */
public record JdbcSettings(
    String url,
    String relation,
    Optional<String> userVariable,
    Optional<String> passwordVariable,
    Optional<Watermark> watermark) {
  /**
   * A column that only grows when a row is changed.
   *
   * @param column its name: a day or a point in time
   * @param overlapMinutes how far before the largest value already landed a pull begins, for rows
   *     that were committed after younger ones
   */
  public record Watermark(String column, int overlapMinutes) {}

  /** What the name of a pull ends with that found nothing new, and so has no rows. */
  public static final String UNCHANGED = "_unchanged.parquet";

  /** The folder below landing that a source's pulls lie in. */
  public static String folder(String source) {
    return "jdbc/" + source;
  }
}
