package linkage.config;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import linkage.config.JdbcSettings.Watermark;

/** Reads {@code jdbc} of a source: the database that it is pulled from, and how. */
final class JdbcLoader {
  private static final List<String> KEYS_OF_FILES =
      List.of("files", "format", "delimiter", "quote", "encoding", "file-date");
  private static final Pattern VARIABLE = Pattern.compile("[A-Z_][A-Z0-9_]*");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_$]*");
  private static final Pattern TABLE = Pattern.compile(NAME + "([.]" + NAME + "){0,2}");

  /** A parameter that holds who one is, or {@code user:password@} or {@code user/password@}. */
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i)[?&;:,(][^?&;:,=(]*(user|uid|pass|pwd|secret|token|accesskey|apikey)[^?&;,=]*="
              + "|[:/][^:/@?]+@");

  private static final int OVERLAP_MINUTES = 60;
  private static final int WEEK_MINUTES = 7 * 24 * 60;

  /** The day of a pull stands in the name of its file. */
  static final Pattern FILE_DATE = Pattern.compile("(\\d{4}-\\d{2}-\\d{2})_\\d+_\\w+[.]parquet");

  private final Problems problems;

  JdbcLoader(Problems problems) {
    this.problems = problems;
  }

  /** The database of a source that has one; empty, too, if there is a problem. */
  Optional<JdbcSettings> load(Section source) {
    for (String key : KEYS_OF_FILES) {
      if (source.has(key)) {
        problems.add(
            "%s has no meaning beside %s, where each pull is landed as a Parquet file; remove it",
            source.at(key), source.path("jdbc"));
      }
    }
    return source.section("jdbc", KnownKeys.JDBC).flatMap(this::database);
  }

  /** What the pulls of a source are once they have been landed. */
  static RawFileSettings files(String source) {
    return new RawFileSettings(
        List.of(JdbcSettings.folder(source) + "/*.parquet"),
        FileFormat.PARQUET,
        ",",
        "\"",
        StandardCharsets.UTF_8);
  }

  private Optional<JdbcSettings> database(Section jdbc) {
    Optional<String> url =
        jdbc.require("url", "a URL such as jdbc:postgresql://host/database", Optional::of)
            .filter(given -> isUrl(jdbc, given));
    Optional<String> user = variable(jdbc, "user-variable");
    Optional<String> password = variable(jdbc, "password-variable");
    Optional<String> relation = relation(jdbc);
    Optional<Watermark> watermark = watermark(jdbc);
    return url.isPresent() && relation.isPresent()
        ? Optional.of(new JdbcSettings(url.get(), relation.get(), user, password, watermark))
        : Optional.empty();
  }

  /** Whether it is a URL that may be shown; what may not is never repeated in the problem. */
  private boolean isUrl(Section jdbc, String url) {
    if (SECRET.matcher(url).find()) {
      problems.add(
          "%s holds a user, a password or a key; remove it, and name the environment variables that"
              + " hold user and password in %s and %s",
          jdbc.at("url"), jdbc.path("user-variable"), jdbc.path("password-variable"));
      return false;
    }
    if (!url.startsWith("jdbc:")) {
      problems.add(
          "%s doesn't begin with jdbc:, expected a URL such as jdbc:postgresql://host/database",
          jdbc.at("url"));
      return false;
    }
    return true;
  }

  /** The name of a variable; if it is none, it may be the secret itself, and isn't repeated. */
  private Optional<String> variable(Section jdbc, String key) {
    String expected = "the name of an environment variable in capitals, such as CRM_PASSWORD";
    Optional<String> given = jdbc.read(key, expected, Optional::of);
    Optional<String> name = given.filter(text -> VARIABLE.matcher(text).matches());
    if (given.isPresent() && name.isEmpty()) {
      problems.add("%s is no such name, expected %s", jdbc.at(key), expected);
    }
    return name;
  }

  private Optional<String> relation(Section jdbc) {
    Optional<String> table =
        jdbc.read(
            "table",
            "the name of a table such as crm.customers; other names go into a query",
            text -> Optional.of(text).filter(name -> TABLE.matcher(name).matches()));
    Optional<String> query =
        jdbc.read("query", "a query such as select … from …", Parse::notBlank)
            // A comment at the end of the query must not swallow the parenthesis.
            .map(text -> "(" + text.strip().replaceAll(";+$", "") + "\n)");
    if (jdbc.has("table") == jdbc.has("query")) {
      problems.add(
          "%s has %s, expected one of table and query",
          jdbc.here(), jdbc.has("table") ? "both table and query" : "neither table nor query");
    }
    return table.or(() -> query);
  }

  private Optional<Watermark> watermark(Section jdbc) {
    Optional<String> column = jdbc.read("watermark", "the name of a column", Parse::notBlank);
    Optional<Integer> overlap =
        jdbc.read(
            "overlap-minutes",
            "a whole number from 0 to " + WEEK_MINUTES,
            Parse.wholeNumber(0, WEEK_MINUTES));
    if (jdbc.has("overlap-minutes") && !jdbc.has("watermark")) {
      problems.add(
          "%s has no meaning without %s; remove it",
          jdbc.at("overlap-minutes"), jdbc.path("watermark"));
    }
    return column.map(name -> new Watermark(name, overlap.orElse(OVERLAP_MINUTES)));
  }
}
