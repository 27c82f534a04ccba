package linkage.publish;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;

/** What runs are called: by their start in UTC and their process, so that names sort by time. */
public final class RunName {
  private static final String START = "yyyyMMdd'T'HHmmss.SSS'Z'";
  private static final int START_LENGTH = START.replace("'", "").length();
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern(START, Locale.ROOT).withZone(ZoneOffset.UTC);

  private RunName() {}

  /** The name of a run that starts at an instant in this process. */
  public static String of(Instant startedAt) {
    return FORMAT.format(startedAt) + "-" + ProcessHandle.current().pid();
  }

  /** When a run started, by its name; nothing for a name that is none of a run. */
  static Optional<Instant> start(String name) {
    try {
      return name.length() < START_LENGTH
          ? Optional.empty()
          : Optional.of(FORMAT.parse(name.substring(0, START_LENGTH), Instant::from));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
