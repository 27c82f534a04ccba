package linkage.ingest;

import java.sql.Timestamp;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import linkage.landing.FileInspection;
import linkage.landing.LandingFile;
import linkage.staging.Staging;
import org.apache.spark.sql.Row;

/**
 * The newest edition of a file that was read before.
 *
 * @param times when it had been changed last, each time it was looked into
 * @param duplicates how many of its rows aren't kept, since they repeat the version before
 * @param date the date in its name, or null
 * @param columns those that a mapping may use, in lower case; none of a file that an earlier
 *     version of Linkage read, which didn't write them down
 */
record KnownFile(
    String id,
    String sha256,
    int edition,
    long bytes,
    Set<Timestamp> times,
    long duplicates,
    LocalDate date,
    List<String> columns) {

  /** The newest edition of each file, by source and name. */
  static Map<List<String>, KnownFile> all(Staging staging) {
    Map<List<String>, KnownFile> known = new HashMap<>();
    if (!staging.has(IngestedFile.TABLE)) {
      return known;
    }
    // One small row per file ever read.
    for (Row file :
        staging
            .readOrEmpty(IngestedFile.TABLE, IngestedFile.schema())
            .select(
                "source",
                "file",
                "file_id",
                "sha256",
                "file_edition",
                "bytes",
                "modified_at",
                "duplicate_count",
                "file_date",
                "columns")
            .collectAsList()) {
      known.merge(
          List.of(file.getString(0), file.getString(1)),
          new KnownFile(
              file.getString(2),
              file.getString(3),
              file.isNullAt(4) ? 1 : file.getInt(4),
              file.getLong(5),
              Set.of(file.getTimestamp(6)),
              file.getLong(7),
              file.isNullAt(8) ? null : file.getDate(8).toLocalDate(),
              file.isNullAt(9) ? List.of() : file.getList(9)),
          KnownFile::plus);
    }
    return known;
  }

  /** What two accounts of the file, or of two editions of it, tell together. */
  KnownFile plus(KnownFile other) {
    if (!id.equals(other.id)) {
      return other.edition > edition ? other : this;
    }
    Set<Timestamp> all = new HashSet<>(times);
    all.addAll(other.times);
    // Which a mapping may use, and so which were written down, differs with the night.
    List<String> ofAnyNight =
        Stream.concat(columns.stream(), other.columns.stream()).distinct().sorted().toList();
    return new KnownFile(
        id, sha256, edition, bytes, all, duplicates + other.duplicates, date, ofAnyNight);
  }

  /** Whether a file is taken for this one without being looked into. */
  boolean isUntouched(LandingFile file) {
    return bytes == file.bytes() && times.contains(Timestamp.from(file.modifiedAt()));
  }

  /** Whether a file that was looked into is this one. */
  boolean isSame(FileInspection inspection) {
    return Objects.equals(sha256, inspection.sha256());
  }
}
