package linkage.landing;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.apache.hadoop.conf.Configuration;

class CsvRoundTripTest {
  private static final Configuration HADOOP = new Configuration();
  private static final List<String> COLUMNS = List.of("a", "b", "c");

  private Path file;

  @BeforeProperty
  void createFile() throws IOException {
    file = Files.createTempFile("landing", ".csv");
  }

  @AfterProperty
  void deleteFile() throws IOException {
    Files.delete(file);
  }

  @Property(tries = 300, seed = "1")
  void readsBackWhatAnIndependentWriterWrote(
      @ForAll("rows") List<List<String>> rows, @ForAll long seed) throws IOException {
    Random random = new Random(seed);
    String lineEnd = List.of("\n", "\r\n", "\r").get(random.nextInt(3));
    StringBuilder text = new StringBuilder(random.nextBoolean() ? "\uFEFF" : "");
    text.append("a,b,c").append(lineEnd);
    for (List<String> row : rows) {
      text.append(line(row, random)).append(lineEnd);
      if (random.nextInt(5) == 0) {
        text.append(lineEnd);
      }
    }
    if (random.nextBoolean()) {
      text.setLength(text.toString().replaceAll("[\\r\\n]+$", "").length());
    }

    FileInspection inspection = inspect(text.toString());

    assertThat(inspection.failure()).isNull();
    assertThat(inspection.records()).isEqualTo(rows.size());
    List<RawRecord> records = read(inspection);
    assertThat(records).extracting(record -> List.of(record.values())).isEqualTo(rows);
    assertThat(records).allMatch(record -> record.problem() == null);
  }

  /** The count, the reader and FastCSV over the whole file agree on any text there is. */
  @Property(tries = 1000, seed = "2")
  void countsWhatItReadsWhateverTheText(@ForAll("soup") String soup) throws IOException {
    FileInspection inspection = inspect("a,b,c\n" + soup);

    if (inspection.isFailed()) {
      assertThat(inspection.failure()).contains("still open at the end of the file");
    } else {
      List<RawRecord> records = read(inspection);
      assertThat(records).hasSize((int) inspection.records());
      boolean isWellFormed = records.stream().allMatch(record -> record.problem() == null);
      if (isWellFormed) {
        assertThat(records)
            .extracting(record -> List.of(record.values()))
            .isEqualTo(readWhole("a,b,c\n" + soup));
      }
    }
  }

  @Provide
  Arbitrary<List<List<String>>> rows() {
    Arbitrary<String> values =
        Arbitraries.strings()
            .withChars('a', ' ', ',', ';', '"', '\n', '\r', '\t', '\\', 'ß', '€', '\u2028')
            .ofMaxLength(8);
    // One value is never blank, so that no row is a blank line.
    return Arbitraries.of("x", "😀", "\"")
        .flatMap(
            first -> values.list().ofSize(2).map(rest -> List.of(first, rest.get(0), rest.get(1))))
        .list()
        .ofMaxSize(20);
  }

  @Provide
  Arbitrary<String> soup() {
    return Arbitraries.of("a", "\"", "\"", ",", ",", "\n", "\r", "\r\n", " ", "\",\"", "1,2,3\n")
        .list()
        .ofMaxSize(40)
        .map(parts -> String.join("", parts));
  }

  /** Written from RFC 4180 alone; quotes where it must, and sometimes where it need not. */
  private static String line(List<String> row, Random random) {
    List<String> fields = new ArrayList<>();
    for (String value : row) {
      boolean mustQuote = value.chars().anyMatch(c -> ",\"\r\n".indexOf(c) >= 0);
      fields.add(
          mustQuote || random.nextInt(4) == 0 ? '"' + value.replace("\"", "\"\"") + '"' : value);
    }
    return String.join(",", fields);
  }

  private FileInspection inspect(String text) throws IOException {
    Files.writeString(file, text, StandardCharsets.UTF_8);
    return FileInspection.of(
        HADOOP,
        FileShape.csv(),
        new LandingFile(file.toUri().toString(), "file.csv", text.length(), Instant.EPOCH));
  }

  private List<RawRecord> read(FileInspection inspection) throws IOException {
    assertThat(inspection.columns()).isEqualTo(COLUMNS);
    List<RawRecord> records = new ArrayList<>();
    try (RawRecords open =
        RawRecords.open(HADOOP, FileShape.csv(), inspection.file().path(), COLUMNS)) {
      open.forEachRemaining(records::add);
    }
    return records;
  }

  private static List<List<String>> readWhole(String text) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    try (var records =
        CsvReader.builder()
            .allowExtraFields(true)
            .allowMissingFields(true)
            .allowExtraCharsAfterClosingQuote(false)
            .ofCsvRecord(text)) {
      records.forEach(record -> rows.add(record.getFields()));
    }
    rows.removeIf(row -> row.size() == 1 && row.get(0).isBlank());
    return rows.subList(1, rows.size());
  }
}
