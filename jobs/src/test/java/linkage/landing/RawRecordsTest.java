package linkage.landing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RawRecordsTest {
  private static final FileShape CSV = FileShape.csv();
  private static final FileShape JSONL = FileShape.jsonl();

  @TempDir Path landing;

  @Test
  void keepsTheExactTextOfARecord() throws IOException {
    List<RawRecord> records =
        read(CSV, "id,note\r\n 1 ,\"a\r\nb \"\"c\"\"\"\n\n2,\"\"\r3, x y \n4,\"z", "id", "note");

    assertThat(records)
        .extracting(RawRecord::text)
        .containsExactly(" 1 ,\"a\r\nb \"\"c\"\"\"", "2,\"\"", "3, x y ", "4,\"z");
    assertThat(records).extracting(RawRecord::number).containsExactly(1L, 2L, 3L, 4L);
    assertThat(records)
        .extracting(record -> Arrays.asList(record.values()))
        .containsExactly(
            List.of(" 1 ", "a\r\nb \"c\""),
            List.of("2", ""),
            List.of("3", " x y "),
            Arrays.asList(null, null));
    assertThat(records.get(3).problem())
        .isEqualTo("has a quote that is still open at the end of the file");
  }

  @Test
  void keepsQuotesInsideUnquotedFieldsAndBackslashes() throws IOException {
    List<RawRecord> records = read(CSV, "a,b\n5\" pipe,\"x\\\"\n,\n", "a", "b");

    assertThat(records.get(0).values()).containsExactly("5\" pipe", "x\\");
    assertThat(records.get(1).values()).containsExactly("", "");
  }

  @Test
  void leavesOutColumnsWithoutANameAtTheEnd() throws IOException {
    assertThat(read(CSV, "a,b,\n1,2,\n", "a", "b").get(0).values()).containsExactly("1", "2");
  }

  @Test
  void separatesRunsOfBlanks() throws IOException {
    List<RawRecord> records =
        read(
            CSV.withDelimiter(FileShape.WHITESPACE),
            " customer_id  date number_of_cds  dollar_value\r\n 00001 19970101  1   11.77\r\n",
            "customer_id",
            "date",
            "number_of_cds",
            "dollar_value");

    assertThat(records).hasSize(1);
    assertThat(records.get(0).values()).containsExactly("00001", "19970101", "1", "11.77");
    assertThat(records.get(0).text()).isEqualTo(" 00001 19970101  1   11.77");
  }

  @Test
  void readsJsonScalarsAsTheyAreWritten() throws IOException {
    List<RawRecord> records =
        read(
            JSONL,
            """
            {"a":0.10,"b":1e3,"c":12345678901234567890,"d":true,"e":null,"f":"x\\u0041\\n"}
            {"f":"","a":-0}
            """,
            "a",
            "b",
            "c",
            "d",
            "e",
            "f");

    assertThat(records.get(0).values())
        .containsExactly("0.10", "1e3", "12345678901234567890", "true", null, "xA\n");
    assertThat(records.get(1).values()).containsExactly("-0", null, null, null, null, "");
  }

  @Test
  void keepsNestedJsonWithItsRepeatedKeys() throws IOException {
    String answers = "{\"nps\": 9, \"nps\":3,\"t\":\"\\u00e4}\"}";
    String list = "[1e3,{\"q\":[ ]}]";
    String filler = "😀".repeat(20_000);
    String json = "{\"x\":\"%s\",\"answers\":%s,\"list\": %s}\n".formatted(filler, answers, list);

    assertThat(read(JSONL, json, "x", "answers", "list").get(0).values())
        .containsExactly(filler, answers, list);
  }

  @Test
  void alignsJsonKeysWhateverTheirCaseAndOrder() throws IOException {
    List<RawRecord> records = read(JSONL, "{\"B\":2,\"a\":1}\n{\" b \":3}\n", "a", "b");

    assertThat(records.get(0).values()).containsExactly("1", "2");
    assertThat(records.get(1).values()).containsExactly(null, "3");
  }

  @Test
  void saysHowABadRecordDiffers() throws IOException {
    assertThat(read(CSV, "a,b,c\n1,2\n1,2,3,4\n\"1\n2\"\n\"1\"2,3,4\n1,2", "a", "b", "c"))
        .extracting(RawRecord::problem)
        .containsExactly(
            "has too few fields: 2, the header has 3",
            "has too many fields: 4, the header has 3",
            "has too few fields: 1, the header has 3, the record spans 2 lines",
            "has text after the closing quote",
            "has too few fields: 2, the header has 3, and the file ends in it without a line end");
  }

  @Test
  void refusesAFileThatChangedAfterItsInspection() {
    assertThatThrownBy(() -> read(CSV, "a,b\n1,2\n", "a", "c"))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith(
            "changed after its inspection: its header is [a, b], expected [a, c]");
    assertThatThrownBy(() -> read(JSONL, "{\"a\":1}\n{\"b\":1}\n", "a"))
        .hasMessageEndingWith("changed after its inspection: record 2 has the new key 'b'");
  }

  private List<RawRecord> read(FileShape shape, String text, String... columns) throws IOException {
    Path file = landing.resolve("file");
    Files.writeString(file, text, StandardCharsets.UTF_8);
    List<RawRecord> records = new ArrayList<>();
    try (RawRecords open =
        RawRecords.open(new Configuration(), shape, file.toUri().toString(), List.of(columns))) {
      open.forEachRemaining(records::add);
    }
    return records;
  }
}
