package linkage.ingest;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import linkage.config.SourceSettings;

/**
 * Finds the columns that new files have lost: those that an earlier file of the source had. A
 * column that came later isn't lost in the files before it, which are read without it.
 *
 * <p>Earlier is a file with an earlier date; where dates are equal, or files have none, one that
 * was read before, and then one before it by name. A column is one that the mapping may use; of
 * JSON lines, a key that any record of the file has. A file without records has nothing to lose,
 * and one that was read before has lost nothing by now.
 */
final class LostColumns {
  /** A file that had a column first. */
  private record Holder(LocalDate date, boolean isNew, String file) {
    static final Comparator<Holder> EARLIEST_FIRST =
        Comparator.comparing(Holder::date, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(Holder::isNew)
            .thenComparing(Holder::file);
  }

  private final SourceSettings source;
  private final Map<List<String>, KnownFile> readBefore;
  private final Map<String, Holder> first = new HashMap<>();

  /** Looks at what is known of the source's files that were read before. */
  LostColumns(SourceSettings source, Map<List<String>, KnownFile> readBefore) {
    this.source = source;
    this.readBefore = readBefore;
    readBefore.forEach(
        (name, file) -> {
          if (name.get(0).equals(source.name())) {
            add(new Holder(file.date(), false, name.get(1)), file.columns());
          }
        });
  }

  /** The files, each with what it lost. */
  List<Ingest.NewFile> marked(List<Ingest.NewFile> files) {
    files.stream()
        .filter(file -> !file.inspection().isFailed())
        .forEach(file -> add(holder(file), file.inspection().columnKeys()));
    return files.stream().map(file -> file.lacking(lost(file))).toList();
  }

  private void add(Holder holder, Iterable<String> columns) {
    for (String column : columns) {
      if (source.mayUse(column) && !source.optionalColumns().contains(column)) {
        first.merge(
            column,
            holder,
            (one, other) -> Holder.EARLIEST_FIRST.compare(one, other) <= 0 ? one : other);
      }
    }
  }

  private Map<String, String> lost(Ingest.NewFile file) {
    Map<String, String> lost = new TreeMap<>();
    Holder place = holder(file);
    if (file.inspection().isFailed() || file.inspection().records() == 0 || !place.isNew()) {
      return lost;
    }
    Set<String> held = new HashSet<>(file.inspection().columnKeys());
    first.forEach(
        (column, holder) -> {
          if (!held.contains(column) && Holder.EARLIEST_FIRST.compare(holder, place) < 0) {
            lost.put(column, holder.file());
          }
        });
    return lost;
  }

  private Holder holder(Ingest.NewFile file) {
    String name = file.inspection().file().name();
    KnownFile before = readBefore.get(List.of(source.name(), name));
    boolean isNew =
        before == null
            || !before.isUntouched(file.inspection().file()) && !before.isSame(file.inspection());
    return new Holder(FileDates.of(source, name), isNew, name);
  }
}
