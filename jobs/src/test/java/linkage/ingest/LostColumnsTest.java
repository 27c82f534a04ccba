package linkage.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.landing.FileInspection;
import linkage.landing.LandingFile;
import linkage.testing.Rows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which file counts as earlier, and what it can't have lost. */
class LostColumnsTest {
  @TempDir Path root;

  @Test
  void ofDatedFilesTheDateDecidesWhateverWasReadBefore() throws IOException {
    SourceSettings source = source("file-date: \"_(\\\\d{8})\"");
    KnownFile read = known(LocalDate.of(2025, 2, 3), "id", "tier");

    assertThat(lost(source, Map.of("c_20250203", read), file("c_20250202", "id")))
        .as("late, from before the column came")
        .containsExactly(Map.of());
    assertThat(lost(source, Map.of("c_20250203", read), file("c_20250203", "id")))
        .as("another content, or the other file of the day")
        .containsExactly(Map.of("tier", "c_20250203"));
    assertThat(lost(source, Map.of(), file("c_20250202", "ID"), file("c_20250201", "Id", "Tier")))
        .containsExactly(Map.of("tier", "c_20250201"), Map.of());
  }

  @Test
  void ofFilesWithoutDatesThoseReadBeforeAreEarlierThenThoseBeforeByName() throws IOException {
    SourceSettings source = source("order: record");

    assertThat(lost(source, Map.of("z", known(null, "tier")), file("a", "id")))
        .containsExactly(Map.of("tier", "z"));
    assertThat(lost(source, Map.of(), file("a", "id"), file("b", "tier"), file("c", "id")))
        .containsExactly(Map.of(), Map.of("id", "a"), Map.of("tier", "b"));
  }

  @Test
  void columnsThatTheMappingDoesNotNameOrThatAreOptionalAreNotLost() throws IOException {
    Map<String, KnownFile> before = Map.of("a", known(null, "tier", "fax"));

    assertThat(lost(source("order: record"), before, file("b", "id")))
        .containsExactly(Map.of("tier", "a"));
    assertThat(lost(source("optional-columns: [Tier]"), before, file("b", "id")))
        .containsExactly(Map.of());
  }

  /** As when all files are looked at, known ones too, to tell whether a night could run. */
  @Test
  void aFileThatWasReadBeforeHasLostNothingAndIsEarlierThanNewOnes() throws IOException {
    SourceSettings source = source("order: record");
    Map<String, KnownFile> before = Map.of("b", known(null, "id"), "w", known(null, "id", "tier"));

    assertThat(
            lost(
                source,
                before,
                file("a", "id", "tier"),
                again("b", "id"),
                again("w", "id", "tier")))
        .containsOnly(Map.of());
    assertThat(lost(source, before, file("s", "id"), again("w", "id", "tier")))
        .containsExactly(Map.of("tier", "w"), Map.of());
    assertThat(lost(source, Map.of("w", known(null)), file("s", "id"), again("w", "id", "tier")))
        .as("read by a Linkage that wrote no columns down")
        .containsExactly(Map.of("tier", "w"), Map.of());
  }

  /** What a file without a header has in its place may be somebody's. */
  @Test
  void writesDownNoColumnThatTheMappingDoesNotNameNorAnyOfAFileWithoutAGoodRow()
      throws IOException {
    SourceSettings source = source("order: record");
    Ingest.NewFile file = file("a", "ID", "c17", "Tier");
    Map<String, FileTotals> good =
        FileTotals.byFile(
            Rows.given(
                "file_id string, is_duplicate boolean, reasons array<string>,"
                    + " control_amount decimal(18,2), event_day date",
                "{'file_id':'a','is_duplicate':false,'reasons':[]}"),
            true);

    assertThat(new Accounts(source, true, good, Map.of(), Map.of()).of(file).columns())
        .containsExactly("id", "tier");
    assertThat(Accounts.none(source).of(file).columns()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          select *, _record from raw                           | true
          SELECT DISTINCT * FROM raw                           | true
          select id, raw.* from raw                            | true
          select id, /* all */ * from raw                      | true
          select id, to_json(struct(*)) as answers from raw    | true
          select '--', * from raw                              | true
          select amount * -1 as amount from raw                | false
          select count(*) as n, count( * ) over () as m from x | false
          select id /* not , * */ from raw -- nor , * here     | false
          select ', *' as text, "select *" as more from raw    | false
          """)
  void aStarIsOfColumnsOnlyWhereTheyAreSelected(String mapping, boolean isOfColumns)
      throws IOException {
    assertThat(source("order: record", mapping).mayUse("fax")).isEqualTo(isOfColumns);
  }

  @Test
  void whatIsKnownOfAFileIsWhatAnyOfItsAccountsWroteDown() {
    KnownFile older = known(null);
    KnownFile newer = known(null, "tier", "id");

    assertThat(older.plus(newer).columns()).containsExactly("id", "tier");
    assertThat(newer.plus(older).columns()).containsExactly("id", "tier");
  }

  private static List<Map<String, String>> lost(
      SourceSettings source, Map<String, KnownFile> before, Ingest.NewFile... files) {
    Map<List<String>, KnownFile> known = new HashMap<>();
    before.forEach((name, file) -> known.put(List.of("customers", name), file));
    return new LostColumns(source, known)
        .marked(List.of(files)).stream().map(Ingest.NewFile::lost).toList();
  }

  private static KnownFile known(LocalDate date, String... columns) {
    return new KnownFile("id", "sha256", 1, 1, Set.of(), 0, date, List.of(columns));
  }

  private static Ingest.NewFile file(String name, String... columns) {
    return file(name, "another sha256", columns);
  }

  /** A file that was read before. */
  private static Ingest.NewFile again(String name, String... columns) {
    return file(name, "sha256", columns);
  }

  private static Ingest.NewFile file(String name, String sha256, String[] columns) {
    var landed = new LandingFile("/landing/" + name, name, 1, Instant.EPOCH);
    var inspection =
        new FileInspection(landed, sha256, 1, List.of(columns), null, List.of(), null, null);
    return new Ingest.NewFile(name, 1, inspection, Optional.empty(), Map.of());
  }

  private SourceSettings source(String setting) throws IOException {
    return source(setting, "select id, `Tier`, _record from raw");
  }

  private SourceSettings source(String setting, String mapping) throws IOException {
    Path folder = Files.createDirectories(root.resolve("conf/shop"));
    Files.writeString(folder.resolve("customers.sql"), mapping);
    Files.writeString(
        folder.resolve("linkage.yaml"),
        """
        landing: exports
        warehouse: warehouse
        reporting-currency: EUR
        time-zone: UTC
        demo: true
        sources:
          customers: {files: ["c*"], format: csv, %s}
        """
            .formatted(setting));
    return Settings.load(Path.of("conf/shop"), root, Overrides.NONE, Map.of())
        .source("customers")
        .orElseThrow();
  }
}
