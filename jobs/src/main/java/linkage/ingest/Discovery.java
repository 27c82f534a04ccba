package linkage.ingest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import linkage.config.RowOrder;
import linkage.config.SourceSettings;
import linkage.landing.FileInspection;
import linkage.landing.LandingFile;

/**
 * Decides which files of one source are read: new ones, those that are replayed, and those behind
 * either in the source's order, whose duplicates may be versions after all.
 */
final class Discovery {
  private final SourceSettings source;
  private final Scope scope;
  private final Function<List<LandingFile>, List<FileInspection>> inspect;

  /** Files that are, in content, as they were when they were last read. */
  private final Map<String, LandingFile> unchanged = new LinkedHashMap<>();

  private final Map<String, FileInspection> inspected = new HashMap<>();
  private final List<Ingest.NewFile> found = new ArrayList<>();

  /**
   * What is asked for.
   *
   * @param known the newest edition of each file, by source and name; empty to find all anew
   * @param readBefore the same of all files that were read, to judge new ones by what these had
   * @param until the day after which a file mustn't be dated to be new, if there is one
   * @param refused what is to be replayed, by file id
   * @param left where files that can't be replayed are added, each with the reason
   */
  record Scope(
      Map<List<String>, KnownFile> known,
      Map<List<String>, KnownFile> readBefore,
      Optional<LocalDate> until,
      Map<String, Refusals> refused,
      List<String> left) {

    /** Whether a file would be read if it is new. */
    boolean isWanted(SourceSettings source, LandingFile file) {
      LocalDate date = until.isEmpty() ? null : FileDates.of(source, file.name());
      return date == null || !date.isAfter(until.get());
    }
  }

  private Discovery(
      SourceSettings source,
      Scope scope,
      Function<List<LandingFile>, List<FileInspection>> inspect) {
    this.source = source;
    this.scope = scope;
    this.inspect = inspect;
  }

  /**
   * Looks through a source's files.
   *
   * <p><b>Cost:</b> reads those that aren't known by size and time, and those that are read again.
   *
   * @param inspect looks into files, in their order
   */
  static List<Ingest.NewFile> of(
      SourceSettings source,
      List<LandingFile> files,
      Scope scope,
      Function<List<LandingFile>, List<FileInspection>> inspect) {
    var discovery = new Discovery(source, scope, inspect);
    discovery.findNew(files);
    discovery.findLostColumns();
    discovery.findReplayed();
    discovery.findBehind();
    discovery.findSeen();
    return discovery.found;
  }

  /** Files whose newest edition isn't known by size and time, nor, once inspected, by content. */
  private void findNew(List<LandingFile> files) {
    List<LandingFile> toInspect = new ArrayList<>();
    for (LandingFile file : files) {
      KnownFile before = known(file.name());
      if (before != null && before.isUntouched(file)) {
        unchanged.put(file.name(), file);
      } else if (before != null || scope.isWanted(source, file)) {
        toInspect.add(file);
      }
    }
    for (FileInspection inspection : inspect.apply(toInspect)) {
      LandingFile file = inspection.file();
      KnownFile before = known(file.name());
      if (before != null && before.isSame(inspection)) {
        unchanged.put(file.name(), file);
        inspected.put(file.name(), inspection);
      } else if (scope.isWanted(source, file)) {
        int edition = before == null ? 1 : before.edition() + 1;
        String id = fileId(source.name(), file.name(), inspection.sha256(), edition);
        found.add(new Ingest.NewFile(id, edition, inspection, Optional.empty(), Map.of()));
      }
    }
  }

  /** What the new files lack that earlier ones had. */
  private void findLostColumns() {
    List<Ingest.NewFile> marked = new LostColumns(source, scope.readBefore()).marked(found);
    found.clear();
    found.addAll(marked);
  }

  /** Files of which something was put aside, if they are at hand and can be read. */
  private void findReplayed() {
    List<Refusals> ofSource =
        scope.refused().values().stream()
            .filter(refused -> refused.source().equals(source.name()))
            .sorted(Comparator.comparing(Refusals::file))
            .toList();
    Map<String, FileInspection> atHand =
        unchanged(
            ofSource.stream()
                .map(Refusals::file)
                .filter(unchanged::containsKey)
                .distinct()
                .toList());
    for (Refusals refused : ofSource) {
      FileInspection inspection = atHand.get(refused.file());
      if (inspection == null || !known(refused.file()).id().equals(refused.fileId())) {
        scope
            .left()
            .add(
                "%s: file %s isn't in landing as it was read; put it back, or deliver its %,d row(s) anew"
                    .formatted(source.name(), refused.file(), refused.rows()));
      } else if (inspection.isFailed()) {
        scope
            .left()
            .add(
                "%s: file %s still %s"
                    .formatted(source.name(), refused.file(), inspection.failure()));
      } else {
        found.add(known(inspection, true, Optional.of(refused)));
        unchanged.remove(refused.file());
      }
    }
  }

  /**
   * Known files that stand behind those found in the source's order, and of which some rows weren't
   * kept as duplicates: with others between, they may be versions after all.
   */
  private void findBehind() {
    Comparator<String> position =
        source.order() == RowOrder.FILE_DATE
            ? Comparator.comparing((String name) -> FileDates.of(source, name))
                .thenComparing(Comparator.naturalOrder())
            : Comparator.naturalOrder();
    Optional<String> earliest =
        found.stream()
            .filter(file -> !file.inspection().isFailed())
            .map(file -> file.inspection().file().name())
            .min(position);
    // Where versions order rows, they know their own place, and each version of a row is kept.
    if (earliest.isEmpty() || source.order() == RowOrder.VERSION) {
      return;
    }
    List<String> behind =
        unchanged.keySet().stream()
            .filter(name -> known(name).duplicates() > 0)
            .filter(name -> position.compare(name, earliest.get()) > 0)
            .toList();
    unchanged(behind).values().stream()
        .filter(inspection -> !inspection.isFailed())
        .forEach(
            inspection -> {
              found.add(known(inspection, true, Optional.empty()));
              unchanged.remove(inspection.file().name());
            });
  }

  /** Files that turned out to be the same at another time, which is to be remembered. */
  private void findSeen() {
    unchanged.forEach(
        (name, file) -> {
          if (!known(name).isUntouched(file)) {
            found.add(known(inspected.get(name), false, Optional.empty()));
          }
        });
  }

  private KnownFile known(String name) {
    return scope.known().get(List.of(source.name(), name));
  }

  private Ingest.NewFile known(
      FileInspection inspection, boolean isRead, Optional<Refusals> replayed) {
    KnownFile before = known(inspection.file().name());
    return new Ingest.NewFile(
        before.id(),
        before.edition(),
        inspection,
        Optional.of(new ReadBefore(isRead, before.duplicates(), replayed)),
        Map.of());
  }

  /** Unchanged files looked into, by name; without those that only seemed to be unchanged. */
  private Map<String, FileInspection> unchanged(List<String> names) {
    List<LandingFile> toInspect =
        names.stream().filter(name -> !inspected.containsKey(name)).map(unchanged::get).toList();
    inspect
        .apply(toInspect)
        .forEach(inspection -> inspected.put(inspection.file().name(), inspection));
    Map<String, FileInspection> same = new LinkedHashMap<>();
    for (String name : names) {
      if (known(name).isSame(inspected.get(name))) {
        same.put(name, inspected.get(name));
      }
    }
    return same;
  }

  private static String fileId(String source, String name, String sha256, int edition) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(
                  String.join("|", source, name, sha256, String.valueOf(edition))
                      .getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
