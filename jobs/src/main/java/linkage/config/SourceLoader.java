package linkage.config;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import linkage.contract.Contract;

/** Reads {@code sources}: one group of keys and one mapping SQL file per canonical table. */
final class SourceLoader {
  private static final List<String> DATE_PATTERNS = List.of("yyyy-MM-dd");
  private static final List<String> TIMESTAMP_PATTERNS =
      List.of("yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ssXXX");
  private static final List<String> NULL_TOKENS = List.of("", "NULL", "N/A");

  /** More than half of the rows unreadable is a wrong mapping rather than dirty data. */
  private static final double MAX_BAD_SHARE = 0.5;

  private static final String WHITESPACE = "whitespace";
  private static final String DELIMITER =
      "exactly one character that is no letter or digit, or whitespace";
  private static final String QUOTE =
      "exactly one character that is no letter or digit, or \"\" for none";

  private final Map<String, String> mappingSql;
  private final Problems problems;

  /**
   * @param mappingSql texts of the SQL files by source; those of other names are ignored
   */
  SourceLoader(Map<String, String> mappingSql, Problems problems) {
    this.mappingSql = mappingSql;
    this.problems = problems;
  }

  List<SourceSettings> load(Section top) {
    Map<String, Section> sections = top.sections("sources", KnownKeys.SOURCE);
    for (String name : top.names("sources")) {
      if (!Contract.sources().contains(name)) {
        problems.add(
            "sources.%s is not a known source; %s", name, Nearest.hint(name, Contract.sources()));
      }
    }
    if (top.has("sources") && !top.names("sources").contains("customers")) {
      problems.add("sources.customers is missing; a deployment needs to know its customers");
    }
    var sources = new ArrayList<SourceSettings>();
    sections.forEach((name, section) -> sources.add(source(name, section)));
    return sources.stream()
        .filter(source -> Contract.sources().contains(source.name()))
        .sorted((a, b) -> Integer.compare(rank(a), rank(b)))
        .toList();
  }

  private static int rank(SourceSettings source) {
    return Contract.sources().indexOf(source.name());
  }

  private SourceSettings source(String name, Section section) {
    boolean isPulled = section.has("jdbc");
    Optional<JdbcSettings> jdbc =
        isPulled ? new JdbcLoader(problems).load(section) : Optional.empty();
    RawFileSettings raw = isPulled ? JdbcLoader.files(name) : rawFiles(section);
    boolean isWhole = isPulled && jdbc.flatMap(JdbcSettings::watermark).isEmpty();
    Delivery delivery =
        section
            .read("delivery", "snapshot or changes", Parse.oneOf(Delivery.class))
            .orElse(isWhole ? Delivery.SNAPSHOT : Delivery.CHANGES);
    Optional<Pattern> fileDate =
        isPulled
            ? Optional.of(JdbcLoader.FILE_DATE)
            : section.read(
                "file-date",
                "a regular expression with exactly one group, around the date",
                Parse::patternWithOneGroup);
    var marks = marks(section);
    return new SourceSettings(
        name,
        raw,
        jdbc,
        delivery,
        order(section, fileDate.isPresent()),
        fileDate,
        patterns(section, "date-patterns", DATE_PATTERNS),
        patterns(section, "timestamp-patterns", TIMESTAMP_PATTERNS),
        marks.decimal(),
        marks.thousands(),
        section.readList("null-tokens", "a text in quotes", Optional::of).orElse(NULL_TOKENS),
        section
            .readList("optional-columns", "the name of a column", SourceLoader::columnName)
            .orElse(List.of()),
        section
            .read("reporting-lag-days", "a whole number from 0 to 365", Parse.wholeNumber(0, 365))
            .orElse(0),
        section.read("mapping-may-filter", "true or false", Parse::trueOrFalse).orElse(false),
        lookups(section),
        gates(section, delivery),
        mappingSql.getOrDefault(name, ""));
  }

  private static Optional<String> columnName(String text) {
    return Optional.of(text.strip().toLowerCase(Locale.ROOT)).filter(name -> !name.isEmpty());
  }

  private RowOrder order(Section section, boolean hasFileDate) {
    Optional<RowOrder> order =
        section.read("order", "version, file-date or record", Parse.oneOf(RowOrder.class));
    if (order.equals(Optional.of(RowOrder.FILE_DATE))
        && !hasFileDate
        && !section.has("file-date")) {
      problems.add(
          "%s is \"file-date\", but %s is missing, expected a regular expression with one group",
          section.at("order"), section.path("file-date"));
    }
    boolean isDated = hasFileDate || section.has("file-date");
    return order.orElse(isDated ? RowOrder.FILE_DATE : RowOrder.RECORD);
  }

  private static List<String> patterns(Section section, String key, List<String> otherwise) {
    return section
        .readSome(
            key, "a java.time pattern such as dd/MM/yyyy or yyyy-MM-dd HH:mm", Parse::datePattern)
        .orElse(otherwise);
  }

  private record Marks(String decimal, String thousands) {}

  private Marks marks(Section section) {
    String decimal =
        section.read("decimal-mark", "one character such as \",\"", Parse::mark).orElse(".");
    Optional<String> thousands =
        section.read(
            "thousands-mark", "one character such as \",\", or \"\" for none", Parse::markOrNone);
    if (thousands.equals(Optional.of(decimal))) {
      problems.add(
          "%s is \"%s\", expected another character than %s",
          section.at("thousands-mark"), decimal, section.path("decimal-mark"));
    }
    return new Marks(decimal, thousands.orElse(""));
  }

  private List<LookupSettings> lookups(Section section) {
    var lookups = new ArrayList<LookupSettings>();
    section
        .sections("lookups", KnownKeys.LOOKUP)
        .forEach(
            (name, lookup) -> {
              if (Parse.identifier(name).isEmpty() || name.equals("raw")) {
                problems.add(
                    "%s is not a name for a view, expected lower case letters, digits and _,"
                        + " and not raw",
                    lookup.here());
              }
              lookups.add(new LookupSettings(name, rawFiles(lookup)));
            });
    return lookups;
  }

  private RawFileSettings rawFiles(Section section) {
    section.requireKey("files", "a list of file patterns such as [\"crm/orders_*.csv\"]");
    Optional<List<String>> globs =
        section.readSome(
            "files", "a file pattern below the landing folder, without ..", Parse::glob);
    Optional<FileFormat> format =
        section.require("format", "csv, jsonl, parquet or delta", Parse.oneOf(FileFormat.class));
    format.ifPresent(given -> rejectKeysOfOtherFormats(section, given));
    String delimiter = section.read("delimiter", DELIMITER, SourceLoader::delimiter).orElse(",");
    return new RawFileSettings(
        globs.orElse(List.of()),
        format.orElse(FileFormat.CSV),
        delimiter,
        quote(section, delimiter),
        section
            .read("encoding", "the name of a character set such as UTF-8", Parse::charset)
            .orElse(StandardCharsets.UTF_8));
  }

  private static Optional<String> delimiter(String text) {
    return text.equals(WHITESPACE) ? Optional.of(text) : Parse.separator(text);
  }

  private String quote(Section section, String delimiter) {
    boolean isWhitespace = delimiter.equals(WHITESPACE);
    String quote =
        section.read("quote", QUOTE, Parse::separatorOrNone).orElse(isWhitespace ? "" : "\"");
    if (isWhitespace && !quote.isEmpty()) {
      problems.add(
          "%s is \"%s\", but nothing is quoted when %s is whitespace; remove it",
          section.at("quote"), quote, section.path("delimiter"));
    }
    if (quote.equals(delimiter)) {
      problems.add(
          "%s is \"%s\", expected another character than %s",
          section.at(section.has("quote") ? "quote" : "delimiter"),
          quote,
          section.path(section.has("quote") ? "delimiter" : "quote"));
    }
    return quote;
  }

  private void rejectKeysOfOtherFormats(Section section, FileFormat format) {
    for (String key : List.of("delimiter", "quote", "encoding")) {
      boolean applies = format == FileFormat.CSV || format.isText() && key.equals("encoding");
      if (section.has(key) && !applies) {
        problems.add("%s has no meaning for format %s; remove it", section.at(key), format.key());
      }
    }
  }

  private static Gates gates(Section section, Delivery delivery) {
    // A night may bring no changes at all, but never an empty company.
    int minimumRows = delivery == Delivery.SNAPSHOT ? 1 : 0;
    Optional<Section> gates = section.section("gates", KnownKeys.GATES);
    Optional<Integer> maxAgeDays =
        gates.flatMap(
            given ->
                given.read(
                    "max-age-days", "a whole number from 0 to 3650", Parse.wholeNumber(0, 3650)));
    return new Gates(
        gates
            .flatMap(given -> given.read("max-bad-share", "a number from 0 to 1", Parse::share))
            .orElse(MAX_BAD_SHARE),
        gates
            .flatMap(
                given ->
                    given.read(
                        "minimum-rows",
                        "a whole number from 0 to " + Integer.MAX_VALUE,
                        Parse.wholeNumber(0, Integer.MAX_VALUE)))
            .orElse(minimumRows),
        maxAgeDays.map(OptionalInt::of).orElse(OptionalInt.empty()));
  }
}
