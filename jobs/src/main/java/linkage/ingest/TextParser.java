package linkage.ingest;

import java.io.Serializable;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import linkage.config.DateFormats;
import linkage.config.SourceSettings;

/**
 * Reads raw text as the types of a contract, in the way one source writes them.
 *
 * <p>Nothing is guessed: text that doesn't fit is absent from the answer, and the caller makes it a
 * reason. Days that don't exist (31 February) don't fit. Values already typed (from Parquet or
 * Delta) are taken as they are.
 */
final class TextParser implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int MOST_KNOWN_DAYS = 10_000;

  private static final int LONGEST_KNOWN_DAY = 40;
  private static final Set<String> TRUE = Set.of("true", "t", "yes", "y", "1");
  private static final Set<String> FALSE = Set.of("false", "f", "no", "n", "0");

  private final ZoneId zone;
  private final List<String> datePatterns;
  private final List<String> timestampPatterns;
  private final Set<String> nullTokens;
  private final int longestNullToken;
  private final String decimalMark;
  private final String thousandsMark;
  private final Pattern number;
  // Formatters don't serialise, so each task makes its own.
  private transient List<DateTimeFormatter> dates;
  private transient List<DateTimeFormatter> timestamps;
  private transient Map<String, Optional<LocalDate>> knownDays;

  TextParser(SourceSettings source, ZoneId zone) {
    this.zone = zone;
    this.datePatterns = source.datePatterns();
    this.timestampPatterns = source.timestampPatterns();
    this.nullTokens = Set.copyOf(source.nullTokens());
    this.longestNullToken = nullTokens.stream().mapToInt(String::length).max().orElse(-1);
    this.decimalMark = source.decimalMark();
    this.thousandsMark = source.thousandsMark();
    String whole =
        thousandsMark.isEmpty()
            ? "\\d+"
            : "(?:\\d+|\\d{1,3}(?:" + Pattern.quote(thousandsMark) + "\\d{3})+)";
    String fraction = "(?:" + Pattern.quote(decimalMark) + "\\d+)?";
    this.number =
        Pattern.compile(
            "[+-]?" + whole + fraction + "|[+-]?" + Pattern.quote(decimalMark) + "\\d+");
  }

  /** The text without surrounding blanks, or null if it means "absent". */
  String text(Object raw) {
    if (raw == null) {
      return null;
    }
    String text = raw.toString();
    String stripped = text.strip();
    return stripped.isEmpty() || isNullToken(stripped) || isNullToken(text) ? null : stripped;
  }

  /** Most texts are longer than any token, and are told from them without a look at them. */
  private boolean isNullToken(String text) {
    return text.length() <= longestNullToken && nullTokens.contains(text);
  }

  /** A local business day. An instant becomes the day it falls on in the deployment's time zone. */
  Optional<LocalDate> date(Object raw) {
    if (raw instanceof java.sql.Date day) {
      return Optional.of(day.toLocalDate());
    }
    if (raw instanceof LocalDate day) {
      return Optional.of(day);
    }
    if (raw instanceof LocalDateTime local) {
      return Optional.of(local.toLocalDate());
    }
    if (raw instanceof java.sql.Timestamp || raw instanceof Instant) {
      return timestamp(raw).map(instant -> instant.atZone(zone).toLocalDate());
    }
    if (knownDays == null) {
      knownDays = new HashMap<>();
    }
    String text = raw.toString();
    Optional<LocalDate> known = knownDays.get(text);
    if (known == null) {
      known = parsedDay(text);
      // A file has few different days, and many rows of each. What is longer than any day is no
      // day, and would only fill the memory.
      if (knownDays.size() < MOST_KNOWN_DAYS && text.length() <= LONGEST_KNOWN_DAY) {
        knownDays.put(text, known);
      }
    }
    return known;
  }

  private Optional<LocalDate> parsedDay(String text) {
    return parse(text, dates())
        .map(
            found ->
                found instanceof ZonedDateTime zoned
                    ? zoned.withZoneSameInstant(zone).toLocalDate()
                    : LocalDate.from(found));
  }

  /** An instant. Text without an offset is local to the deployment's time zone. */
  Optional<Instant> timestamp(Object raw) {
    if (raw instanceof java.sql.Timestamp at) {
      return Optional.of(at.toInstant());
    }
    if (raw instanceof Instant at) {
      return Optional.of(at);
    }
    if (raw instanceof LocalDateTime local) {
      return Optional.of(local.atZone(zone).toInstant());
    }
    if (raw instanceof java.sql.Date || raw instanceof LocalDate) {
      return date(raw).map(day -> day.atStartOfDay(zone).toInstant());
    }
    return parse(raw.toString(), timestamps())
        .map(
            found -> {
              if (found instanceof ZonedDateTime zoned) {
                return zoned.toInstant();
              }
              if (found instanceof LocalDateTime local) {
                return local.atZone(zone).toInstant();
              }
              return LocalDate.from(found).atStartOfDay(zone).toInstant();
            });
  }

  /** A number as written; the caller decides how many decimal places it may have. */
  Optional<BigDecimal> decimal(Object raw) {
    if (raw instanceof BigDecimal value) {
      return Optional.of(value);
    }
    if (raw instanceof Double || raw instanceof Float) {
      double value = ((Number) raw).doubleValue();
      return Double.isFinite(value)
          ? Optional.of(new BigDecimal(raw.toString()))
          : Optional.empty();
    }
    if (raw instanceof Number value) {
      return Optional.of(BigDecimal.valueOf(value.longValue()));
    }
    String text = raw.toString().strip();
    // A longer text can't be an amount, and must not cost time to be refused.
    if (text.length() > 60 || !number.matcher(text).matches()) {
      return Optional.empty();
    }
    String plain = thousandsMark.isEmpty() ? text : text.replace(thousandsMark, "");
    return Optional.of(new BigDecimal(plain.replace(decimalMark, ".")));
  }

  /** A whole number; {@code 7.0} is one, {@code 7.5} isn't. */
  Optional<Long> whole(Object raw) {
    if (raw instanceof Long
        || raw instanceof Integer
        || raw instanceof Short
        || raw instanceof Byte) {
      return Optional.of(((Number) raw).longValue());
    }
    try {
      return decimal(raw).map(BigDecimal::longValueExact);
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
  }

  /** A yes or no, in the usual spellings. */
  Optional<Boolean> flag(Object raw) {
    if (raw instanceof Boolean value) {
      return Optional.of(value);
    }
    String text = raw.toString().strip().toLowerCase(Locale.ROOT);
    return TRUE.contains(text)
        ? Optional.of(true)
        : FALSE.contains(text) ? Optional.of(false) : Optional.empty();
  }

  private static Optional<TemporalAccessor> parse(String text, List<DateTimeFormatter> formatters) {
    String stripped = text.strip();
    for (DateTimeFormatter formatter : formatters) {
      try {
        return Optional.of(DateFormats.read(stripped, formatter));
      } catch (DateTimeException notThisPattern) {
        continue;
      }
    }
    return Optional.empty();
  }

  private List<DateTimeFormatter> dates() {
    if (dates == null) {
      dates = datePatterns.stream().map(DateFormats::of).toList();
    }
    return dates;
  }

  private List<DateTimeFormatter> timestamps() {
    if (timestamps == null) {
      timestamps = timestampPatterns.stream().map(DateFormats::of).toList();
    }
    return timestamps;
  }
}
