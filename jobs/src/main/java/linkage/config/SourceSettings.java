package linkage.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One source: its raw files, how its rows are ordered, how its text is parsed, and its mapping.
 *
 * @param name the canonical table it feeds, such as {@code customers}
 * @param raw its files
 * @param jdbc the database that its files are pulled from; empty if they are delivered
 * @param delivery what a new file holds
 * @param order which row of a key is the newest
 * @param fileDate finds the date in a file's name by its one group; present if the order is {@link
 *     RowOrder#FILE_DATE}
 * @param datePatterns java.time patterns of days, tried in order
 * @param timestampPatterns java.time patterns of instants, tried in order; without an offset in the
 *     deployment's time zone
 * @param decimalMark one character
 * @param thousandsMark one character, or empty for none
 * @param nullTokens texts that mean "absent"
 * @param optionalColumns raw columns, in lower case, that a file may lack; they are null then
 * @param reportingLagDays days until the source's events have all been reported
 * @param mappingMayFilter whether a record that the mapping leaves out is counted as filtered
 *     rather than quarantined
 * @param lookups further views the mapping may join, in declared order
 * @param gates what must hold before any mart may change
 * @param mappingSql the text of the mapping, not blank
 */
public record SourceSettings(
    String name,
    RawFileSettings raw,
    Optional<JdbcSettings> jdbc,
    Delivery delivery,
    RowOrder order,
    Optional<Pattern> fileDate,
    List<String> datePatterns,
    List<String> timestampPatterns,
    String decimalMark,
    String thousandsMark,
    List<String> nullTokens,
    List<String> optionalColumns,
    int reportingLagDays,
    boolean mappingMayFilter,
    List<LookupSettings> lookups,
    Gates gates,
    String mappingSql) {
  private static final Pattern NO_CODE =
      Pattern.compile(
          "'(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\"|/[*].*?[*]/|--[^\n]*", Pattern.DOTALL);

  private static final Pattern STAR =
      Pattern.compile(
          "(?i)(?:\\bselect(?:\\s+(?:distinct|all))?|,|[.]|(?<!\\bcount)(?<!\\bcount\\s)[(])\\s*[*]");

  public SourceSettings {
    datePatterns = List.copyOf(datePatterns);
    timestampPatterns = List.copyOf(timestampPatterns);
    nullTokens = List.copyOf(nullTokens);
    optionalColumns = List.copyOf(optionalColumns);
    lookups = List.copyOf(lookups);
  }

  /** Whether the mapping may use a raw column: it has its name in it, or selects {@code *}. */
  public boolean mayUse(String column) {
    return selectsAll()
        || mappingSql.toLowerCase(Locale.ROOT).contains(column.toLowerCase(Locale.ROOT));
  }

  /** A product, a count and a comment have a {@code *}, too. */
  private boolean selectsAll() {
    return STAR.matcher(NO_CODE.matcher(mappingSql).replaceAll(" ")).find();
  }

  /**
   * Whether files of several feeds, each of which grows, are ordered by name alone: then a new file
   * of one stands before old ones of another.
   */
  boolean isOrderedAcrossFeeds() {
    return order == RowOrder.RECORD
        && raw.globs().stream().filter(glob -> glob.contains("*")).count() > 1;
  }
}
