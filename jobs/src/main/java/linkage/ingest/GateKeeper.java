package linkage.ingest;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linkage.GateException;
import linkage.config.JdbcSettings;
import linkage.config.SourceSettings;

/** Decides whether the night may go on with what it read. */
public final class GateKeeper {
  private GateKeeper() {}

  /**
   * What one source brought in a night.
   *
   * @param files the new files
   * @param reasons how many rows were refused for each reason, by file id
   * @param newestDay the newest event day known of the source, new rows included; looked for only
   *     if its age has a limit
   */
  public record Delivery(
      SourceSettings source,
      List<IngestedFile> files,
      Map<String, Map<String, Long>> reasons,
      Optional<LocalDate> newestDay) {

    /** The same, with whatever age: nothing is asked of its newest day. */
    public Delivery ofAnyAge() {
      return new Delivery(source, files, reasons, Optional.of(LocalDate.MAX));
    }
  }

  /**
   * Stops the run if any source fails a gate; names each file, its reasons and their counts.
   *
   * @throws GateException with every gate that failed
   */
  public static void check(List<Delivery> deliveries, LocalDate asOf) {
    List<String> problems = new ArrayList<>();
    for (Delivery delivery : deliveries) {
      checkFailedFiles(delivery, problems);
      checkBadShare(delivery, problems);
      checkRows(delivery, problems);
      checkAge(delivery, asOf, problems);
    }
    if (!problems.isEmpty()) {
      throw new GateException(
          ("Cannot go on: the data failed %d gate(s).%n%s%nNothing was staged and the published"
                  + " marts are unchanged. Mend the files, or set the gates of the source in"
                  + " linkage.yaml, then run again.")
              .formatted(
                  problems.size(),
                  String.join(
                      System.lineSeparator(), problems.stream().map(p -> "- " + p).toList())));
    }
  }

  private static void checkFailedFiles(Delivery delivery, List<String> problems) {
    // A deployment that tolerates any share of bad rows tolerates a bad file, too.
    if (delivery.source().gates().maxBadShare() >= 1) {
      return;
    }
    for (IngestedFile file : delivery.files()) {
      if (file.failure() != null) {
        problems.add(
            "%s: file %s %s; its %,d record(s) can't be trusted"
                .formatted(file.source(), file.file(), file.failure(), file.read()));
      }
    }
  }

  private static void checkBadShare(Delivery delivery, List<String> problems) {
    long rows =
        IngestedFile.total(
            delivery.files(), file -> file.accepted() + file.duplicate() + file.quarantined());
    long bad = IngestedFile.total(delivery.files(), IngestedFile::quarantined);
    double limit = delivery.source().gates().maxBadShare();
    if (rows == 0 || (double) bad / rows <= limit) {
      return;
    }
    var message =
        new StringBuilder(
            "%s: %,d of %,d row(s) are bad (%.1f %%), expected at most %.1f %%"
                .formatted(delivery.source().name(), bad, rows, 100.0 * bad / rows, 100 * limit));
    for (IngestedFile file : delivery.files()) {
      if (file.quarantined() > 0 && file.failure() == null) {
        delivery.reasons().getOrDefault(file.fileId(), Map.of()).entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(5)
            .forEach(
                reason ->
                    message.append(
                        "%n    file %s: %s in %,d row(s)"
                            .formatted(file.file(), reason.getKey(), reason.getValue())));
      }
    }
    problems.add(message.toString());
  }

  private static void checkRows(Delivery delivery, List<String> problems) {
    // A database that has nothing new has been asked all the same.
    List<IngestedFile> files =
        delivery.files().stream()
            .filter(file -> !file.file().endsWith(JdbcSettings.UNCHANGED))
            .toList();
    long read = IngestedFile.total(files, IngestedFile::read);
    long least = delivery.source().gates().minimumRows();
    if (!files.isEmpty() && read < least) {
      problems.add(
          "%s: %,d record(s) in %s, expected at least %,d"
              .formatted(
                  delivery.source().name(),
                  read,
                  String.join(", ", files.stream().map(IngestedFile::file).toList()),
                  least));
    }
  }

  private static void checkAge(Delivery delivery, LocalDate asOf, List<String> problems) {
    delivery
        .source()
        .gates()
        .maxAgeDays()
        .ifPresent(
            limit -> {
              long age =
                  delivery
                      .newestDay()
                      .map(day -> ChronoUnit.DAYS.between(day, asOf))
                      .orElse(Long.MAX_VALUE);
              if (age > limit) {
                problems.add(
                    "%s: its newest day is %s, expected at most %d day(s) before %s"
                        .formatted(
                            delivery.source().name(),
                            delivery.newestDay().map(LocalDate::toString).orElse("none"),
                            limit,
                            asOf));
              }
            });
  }
}
