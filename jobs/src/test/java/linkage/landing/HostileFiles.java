package linkage.landing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

/** Files as they really arrive, each with what must become of it. */
public final class HostileFiles {
  private static final FileShape CSV = FileShape.csv();
  private static final FileShape SEMICOLON = CSV.withDelimiter(";");
  private static final FileShape JSONL = FileShape.jsonl();
  private static final String HEADER = "id,day,note\n";

  private HostileFiles() {}

  /**
   * One file and its expectation.
   *
   * @param about what is wrong with it, in words; also tells the files apart
   * @param name the file's name
   * @param shape how its source is declared
   * @param failure part of the reason the file fails with, or null when it must be read
   * @param records records it holds, if it is read
   * @param problems parts of the problems of its bad records, in their order
   */
  public record HostileFile(
      String about,
      String name,
      FileShape shape,
      byte[] bytes,
      String failure,
      long records,
      List<String> problems) {

    /** Writes the file into a directory. */
    public Path writeTo(Path directory) {
      try {
        return Files.write(directory.resolve(name), bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public String toString() {
      return about;
    }
  }

  /** All of them. */
  public static List<HostileFile> all() {
    return List.of(
        fails(
            "unclosed quote in the first record",
            CSV,
            HEADER + "1,\"a,b\n2,c,d\n3,e,f\n",
            "a quote opened in record 1 (line 2) is still open"),
        fails(
            "unclosed quote in the middle",
            CSV,
            HEADER + "1,a,b\n2,\"c,d\n3,e,f\n",
            "a quote opened in record 2 (line 3) is still open"),
        fails(
            "unclosed quote in the last record",
            CSV,
            HEADER + "1,a,b\n2,c,\"d\n",
            "a quote opened in record 2 (line 3) is still open"),
        fails(
            "unclosed quote in the header",
            CSV,
            "id,\"day,note\n1,a,b\n",
            "a quote opened in the header (line 1) is still open"),
        reads(
            "unclosed quote that a later quote closes",
            CSV,
            HEADER + "1,\"a,b\n2,\"c\",d\n3,e,f\n",
            2,
            "text after the closing quote: the record spans 2 lines"),
        reads(
            "unclosed quote that closes cleanly",
            CSV,
            HEADER + "1,2026-01-01,\"a\n2,2026-01-02,b\n3,2026-01-03,c\"\n4,2026-01-04,d\n",
            2),
        reads("swapped columns", CSV, "note,id,day\nb,1,a\n", 1),
        reads("missing column", CSV, "id,note\n1,b\n", 1),
        reads("extra column", CSV, "id,day,note,more\n1,a,b,c\n", 1),
        reads(
            "extra field in one record",
            CSV,
            HEADER + "1,a,b\n2,c,d,e\n3,f,g\n",
            3,
            "has too many fields: 4, the header has 3"),
        reads(
            "missing field in one record",
            CSV,
            HEADER + "1,a,b\n2,c\n3,f,g\n",
            3,
            "has too few fields: 2, the header has 3"),
        fails(
            "wrong delimiter",
            CSV,
            "id;day;note\n1;a;b\n",
            "the header is one column that holds ';': is that the delimiter?"),
        fails(
            "wrong delimiter, a tab",
            SEMICOLON,
            "id\tday\n1\ta\n",
            "the header is one column that holds a tab"),
        fails(
            "wrong delimiter with decimal commas",
            CSV,
            "id;amount\n1;19,99\n2;5,00\n",
            "the header is one column that holds ';'"),
        fails(
            "wrong delimiter, blanks declared",
            CSV.withDelimiter(FileShape.WHITESPACE),
            "id,day\n1,2\n",
            "the header is one column that holds ','"),
        fails(
            "UTF-16LE with a byte order mark",
            CSV,
            join(bytes(0xff, 0xfe), (HEADER + "1,a,b\n").getBytes(StandardCharsets.UTF_16LE)),
            "starts with the byte order mark of UTF-16LE, declared is UTF-8"),
        fails(
            "UTF-16BE with a byte order mark",
            CSV,
            join(bytes(0xfe, 0xff), (HEADER + "1,a,b\n").getBytes(StandardCharsets.UTF_16BE)),
            "starts with the byte order mark of UTF-16BE, declared is UTF-8"),
        fails(
            "UTF-16LE without a byte order mark",
            CSV,
            (HEADER + "1,a,b\n").getBytes(StandardCharsets.UTF_16LE),
            "looks like UTF-16LE without a byte order mark"),
        fails(
            "UTF-16BE without a byte order mark",
            CSV,
            (HEADER + "1,a,b\n").getBytes(StandardCharsets.UTF_16BE),
            "looks like UTF-16BE without a byte order mark"),
        reads(
            "UTF-16LE as declared",
            CSV.withCharset("UTF-16LE"),
            join(bytes(0xff, 0xfe), (HEADER + "1,ä,😀\n").getBytes(StandardCharsets.UTF_16LE)),
            1),
        reads(
            "UTF-16 as declared",
            CSV.withCharset("UTF-16"),
            (HEADER + "1,ä,😀\n").getBytes(StandardCharsets.UTF_16),
            1),
        fails(
            "UTF-8 read as UTF-16",
            CSV.withCharset("UTF-16LE"),
            HEADER + "1,a,b\n",
            "doesn't look like UTF-16LE"),
        fails(
            "Latin-1 read as UTF-8",
            CSV,
            encoded(HEADER + "1,a,Grüße\n", StandardCharsets.ISO_8859_1),
            "byte 0xFC at offset 18 isn't UTF-8"),
        reads(
            "Latin-1 as declared",
            CSV.withCharset("ISO-8859-1"),
            encoded(HEADER + "1,a,Grüße\n", StandardCharsets.ISO_8859_1),
            1),
        fails(
            "cut off inside a character",
            CSV,
            Arrays.copyOf(encoded(HEADER + "1,a,€", StandardCharsets.UTF_8), 18),
            "byte 0xE2 at offset 16 isn't UTF-8"),
        fails(
            "overlong UTF-8",
            CSV,
            join(HEADER.getBytes(StandardCharsets.UTF_8), bytes(0xc0, 0xaf)),
            "byte 0xC0 at offset 12 isn't UTF-8"),
        reads("UTF-8 with a byte order mark", CSV, "\uFEFF" + HEADER + "1,a,b\n", 1),
        reads(
            "byte order mark and a quoted header",
            CSV,
            "\uFEFF\"id\",\"day\",\"note\"\n1,a,b\n",
            1),
        reads(
            "truncated last line",
            CSV,
            HEADER + "1,a,b\n2,c",
            2,
            "has too few fields: 2, the header has 3, and the file ends in it without a line end"),
        reads("no line end at the end", CSV, HEADER + "1,a,b\n2,c,d", 2),
        reads("CR only", CSV, "id,day,note\r1,a,b\r2,c,d\r", 2),
        reads("CR LF", CSV, "id,day,note\r\n1,a,b\r\n2,c,d\r\n", 2),
        reads("mixed line ends", CSV, "id,day,note\r\n1,a,b\n2,c,d\r3,e,f\r\n", 3),
        reads("CR CR LF", CSV, "id,day,note\r\r\n1,a,b\r\r\n2,c,d\r\r\n", 2),
        reads(
            "CR LF inside quotes, LF between records",
            CSV,
            HEADER + "1,a,\"one\r\ntwo\r\n\r\nthree\"\n2,c,d\n",
            2),
        reads("blank lines inside quotes", CSV, HEADER + "1,a,\"\n\n\n\"\n\n\n2,c,d\n", 2),
        reads("doubled quotes", CSV, HEADER + "1,a,\"he said \"\"yes\"\"\"\n2,\"\"\"\"\"\",d\n", 2),
        reads("backslash before a quote", CSV, HEADER + "1,a,\"5\\\"\n2,b,\"6\"\n", 2),
        reads("quote inside an unquoted field", CSV, HEADER + "1,a,5\" pipe\n2,b,6\" pipe\n", 2),
        reads(
            "text after the closing quote",
            CSV,
            HEADER + "1,\"a\"x,b\n2,\"c\" ,d\n3,e,f\n",
            3,
            "has text after the closing quote",
            "has text after the closing quote"),
        reads("blank before the quote", CSV, HEADER + "1, \"a\",b\n", 1),
        reads("quotes that mean nothing", CSV.withQuote(""), HEADER + "1,\"a,b\n2,c\",d\n", 2),
        fails(
            "truncated gzip",
            "truncated.csv.gz",
            CSV,
            Arrays.copyOf(zip(HEADER + "1,a,b\n".repeat(5000)), 60),
            "is cut off: the gzip data ends early"),
        fails(
            "gzip cut in its trailer",
            "trailer.csv.gz",
            CSV,
            cut(zip(HEADER + "1,a,b\n"), 3),
            "is cut off: the gzip data ends early"),
        fails(
            "gzip with a flipped bit",
            "flipped.csv.gz",
            CSV,
            flip(zip(HEADER + "1,a,b\n"), 14),
            "holds corrupt gzip data"),
        fails(
            "gzip with a wrong checksum",
            "checksum.csv.gz",
            CSV,
            flip(zip(HEADER + "1,a,b\n"), zip(HEADER + "1,a,b\n").length - 6),
            "holds corrupt gzip data"),
        fails(
            "gzip followed by something else",
            "tail.csv.gz",
            CSV,
            join(zip(HEADER + "1,a,b\n"), "2,c,d\n".getBytes(StandardCharsets.UTF_8)),
            "holds corrupt gzip data: Unexpected data after a valid .gz"),
        fails(
            "gzip of zero bytes",
            "zero.csv.gz",
            CSV,
            new byte[0],
            "has zero bytes, expected gzip data"),
        fails("gzip of nothing", "nothing.csv.gz", CSV, zip(""), "is empty: it has no header"),
        reads("gzip", "good.csv.gz", CSV, zip(HEADER + "1,a,b\n"), 1),
        reads(
            "concatenated gzip members",
            "members.csv.gz",
            CSV,
            join(zip(HEADER + "1,a,b\n2,"), zip(""), zip("c,d\n3,e,f\n")),
            3),
        reads(
            "named .gz with plain content",
            "plain.csv.gz",
            CSV,
            (HEADER + "1,a,b\n").getBytes(StandardCharsets.UTF_8),
            1),
        reads("gzip content with a plain name", "hidden.csv", CSV, zip(HEADER + "1,a,b\n"), 1),
        reads("gzipped JSON lines", "good.jsonl.gz", JSONL, zip("{\"id\":1}\n{\"id\":2}\n"), 2),
        fails(
            "ZIP archive",
            CSV,
            join(bytes(0x50, 0x4b, 3, 4), new byte[30]),
            "looks like a ZIP archive"),
        fails("Parquet declared as CSV", CSV, "PAR1xxxx", "looks like a Parquet file"),
        fails("zero bytes", CSV, "", "is empty: it has no header"),
        fails("only a byte order mark", CSV, "\uFEFF", "has only blank lines"),
        reads("header only", CSV, HEADER, 0),
        reads("header only without a line end", CSV, HEADER.trim(), 0),
        reads(
            "blank lines between and at both ends",
            CSV,
            "\n \n" + HEADER + "\n1,a,b\n\r\n   \n\t\n2,c,d\n\n\n",
            2),
        fails("only blank lines", CSV, "\n\r\n  \n\n", "has only blank lines"),
        fails(
            "NUL in the middle",
            CSV,
            HEADER + "1,a,b\n2,\0,d\n",
            "holds a NUL character in record 2 (line 3)"),
        fails("NULs after a crash", CSV, HEADER + "1,a,b\n" + "\0".repeat(5000), "NUL"),
        fails(
            "field of 10 MB",
            CSV,
            HEADER + "1,a," + "x".repeat(10_000_000) + "\n",
            "a field of record 1 (line 2) has more than 1,000,000 characters"),
        fails(
            "quoted field of 10 MB",
            CSV,
            HEADER + "1,a,\"" + "x\n".repeat(5_000_000) + "\"\n",
            "a field of record 1 (line 2) has more than 1,000,000 characters"),
        fails(
            "JSON value of 10 MB",
            JSONL,
            "{\"a\":1}\n{\"a\":\"" + "x".repeat(10_000_000) + "\"}\n",
            "the value of 'a' in record 2 has more than 1,000,000 characters"),
        fails(
            "record of 20 MB",
            CSV,
            "a,b\n" + (",".repeat(20_000_000)) + "\n",
            "record 1 (line 2) has more than"),
        fails(
            "a hundred thousand columns",
            CSV,
            IntStream.range(0, 100_000).mapToObj(i -> "c" + i).collect(Collectors.joining(","))
                + "\n",
            "has 100,000 columns, at most 10,000 are read"),
        reads(
            "a thousand columns",
            CSV,
            IntStream.range(0, 1000).mapToObj(i -> "c" + i).collect(Collectors.joining(","))
                + "\n"
                + ",".repeat(999)
                + "\n",
            1),
        reads(
            "half a million fields in one record",
            CSV,
            HEADER + ",".repeat(500_000) + "\n1,a,b\n",
            2,
            "isn't CSV"),
        reads("decimal commas", SEMICOLON, "id;amount\n1;19,99\n2;1.000,5\n", 2),
        reads(
            "decimal commas under a comma",
            CSV,
            "id,amount\n1,19,99\n2,5\n",
            2,
            "has too many fields: 3, the header has 2"),
        reads("thousands marks", CSV, "id,amount\n1,\"1,234.50\"\n2,\"1 234.50\"\n", 2),
        reads("31 February", CSV, HEADER + "1,2026-02-31,b\n", 1),
        reads(
            "question answered twice in an object",
            JSONL,
            "{\"id\":\"r1\",\"answers\":{\"nps\":9,\"nps\":3}}\n",
            1),
        reads(
            "question answered twice in an array",
            JSONL,
            "{\"id\":\"r1\",\"answers\":[{\"question\":\"nps\",\"score\":9},{\"question\":\"nps\",\"score\":3}]}\n",
            1),
        reads(
            "key twice in an object",
            JSONL,
            "{\"id\":1,\"id\":2}\n{\"id\":3}\n",
            2,
            "has a key twice: 'id'"),
        reads(
            "keys that differ by case",
            JSONL,
            "{\"id\":1,\"ID\":2}\n{\"Id\":3}\n",
            2,
            "has keys that differ only by case: 'id' and 'ID'"),
        reads(
            "reserved key",
            JSONL,
            "{\"_record\":1}\n{\"id\":3}\n",
            2,
            "has the key _record, which is reserved"),
        reads("repeated records", CSV, HEADER + "1,a,b\n1,a,b\n1,c,d\n", 3),
        fails("header name twice", CSV, "id,day,id\n1,a,2\n", "column 'id' is twice in the header"),
        fails(
            "header names that differ by case",
            CSV,
            "id,day,ID\n1,a,2\n",
            "columns 'id' and 'ID' differ only by case"),
        fails("empty header name", CSV, "id,,note\n1,a,b\n", "column 2 of the header has no name"),
        fails(
            "Excel's separator mark",
            SEMICOLON,
            "sep=;\nid;day\n1;a\n",
            "the first line is 'sep=;', Excel's mark, and no header"),
        fails(
            "reserved header name",
            CSV,
            "id,_record\n1,a\n",
            "a column is named _record, which is reserved"),
        fails(
            "header with text after a quote",
            CSV,
            "\"id\"x,day\n1,a\n",
            "the header has text after the closing quote"),
        reads("header with blanks around names", CSV, " id ,\tday\t,\u00A0note\n1,a,b\n", 1),
        reads("header over two lines", CSV, "id,\"day\n(local)\",note\n1,a,b\n", 1),
        reads("missing header", CSV, "1,2026-01-01,a\n2,2026-01-02,b\n", 1),
        reads(
            "delimiter at the end of each line",
            CSV,
            "id,day,note,\n1,a,b,\n2,c,d,e\n3,f,g\n",
            3,
            "has a value in a column without a name: 'e' in column 4",
            "has too few fields: 3, the header has 4"),
        reads(
            "delimiter at the end of each record only",
            CSV,
            HEADER + "1,a,b,\n",
            1,
            "has too many fields: 4, the header has 3"),
        reads("tabs", CSV.withDelimiter("\t"), "id\tday\tnote\n1\ta\tb\n\t\t\n", 2),
        reads(
            "runs of blanks",
            CSV.withDelimiter(FileShape.WHITESPACE),
            " id  day number   amount\r\n 00001 19970101  1   11.77\r\n 00002 19970112  1   12.00\r\n 00003 1\r\n",
            3,
            "has too few fields: 2, the header has 4"),
        reads(
            "blanks as a delimiter",
            CSV.withDelimiter(" "),
            "id day\n1 a\n  \n",
            2,
            "has too many fields: 3, the header has 2"),
        reads("truncated JSON", JSONL, "{\"id\":1}\n{\"id\":2,\"no", 2, "isn't JSON"),
        reads(
            "JSON array for an object",
            JSONL,
            "{\"id\":1}\n[1,2]\n\"x\"\n5\nnull\n",
            5,
            "is a JSON array, expected a JSON object",
            "is a JSON string",
            "is a number",
            "is JSON null"),
        fails(
            "JSON array as a file",
            JSONL,
            "[\n{\"id\":1},\n{\"id\":2}\n]\n",
            "is a JSON array, expected one JSON object per line"),
        fails(
            "JSON array in one line",
            JSONL,
            "[{\"id\":1},{\"id\":2}]\n",
            "is a JSON array, expected one JSON object per line"),
        fails(
            "JSON over many lines",
            JSONL,
            "{\n  \"id\": 1\n}\n",
            "none of its 3 lines is a JSON object"),
        reads(
            "JSON with trailing commas",
            JSONL,
            "{\"id\":1,}\n{\"id\":2},\n{\"id\":3}\n",
            3,
            "isn't JSON",
            "JSON"),
        reads(
            "two JSON objects in a line",
            JSONL,
            "{\"id\":1}{\"id\":2}\n{\"id\":3}\n",
            2,
            "has text after the JSON object"),
        reads(
            "JSON numbers",
            JSONL,
            "{\"a\":0.1,\"b\":1e3,\"c\":12345678901234567890,\"d\":-0.0,\"e\":1.10}\n",
            1),
        reads(
            "numbers that aren't JSON",
            JSONL,
            "{\"a\":NaN}\n{\"a\":01}\n{\"a\":.5}\n{\"a\":1}\n",
            4,
            "isn't JSON",
            "isn't JSON",
            "isn't JSON"),
        reads(
            "control character in JSON",
            JSONL,
            "{\"a\":\"x\ty\"}\n{\"a\":\"x\\ty\"}\n",
            2,
            "isn't JSON"),
        reads(
            "half an emoji in JSON",
            JSONL,
            "{\"a\":\"\\ud83d\"}\n{\"a\":\"\\ud83d\\ude00\"}\n",
            2,
            "half of a surrogate pair"),
        reads(
            "deep JSON",
            JSONL,
            "{\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}\n{\"a\":1}\n",
            2,
            "isn't JSON"),
        reads("blank lines in JSON lines", JSONL, "\uFEFF\n{\"a\":1}\n \n\r\n{\"a\":2}\r\n\n", 2),
        reads("JSON with CR only", JSONL, "{\"a\":1}\r{\"a\":2}\r", 2),
        reads("empty JSON lines file", JSONL, "", 0),
        reads("empty JSON objects", JSONL, "{}\n{}\n", 2),
        fails(
            "too many different JSON keys",
            JSONL,
            IntStream.range(0, 10_001)
                .mapToObj(i -> "{\"k" + i + "\":1}\n")
                .collect(Collectors.joining()),
            "has more than 10,000 different keys by record 10001"),
        reads(
            "control characters in CSV",
            CSV,
            HEADER + "1,\u0007\u001b[31m,\u0085\u2028\u001a\n",
            1),
        reads(
            "emoji at every buffer boundary",
            CSV,
            HEADER + "1,a,x" + "😀".repeat(100_000) + "\n2,a,xyz" + "€".repeat(100_000) + "\n",
            2),
        reads("very many tiny records", CSV, "a\n" + "1\n".repeat(300_000), 300_000));
  }

  private static HostileFile fails(String about, FileShape shape, String text, String reason) {
    return fails(about, shape, encoded(text, StandardCharsets.UTF_8), reason);
  }

  private static HostileFile fails(String about, FileShape shape, byte[] bytes, String reason) {
    return fails(about, name(about, shape), shape, bytes, reason);
  }

  private static HostileFile fails(
      String about, String name, FileShape shape, byte[] bytes, String reason) {
    return new HostileFile(about, name, shape, bytes, reason, 0, List.of());
  }

  private static HostileFile reads(
      String about, FileShape shape, String text, long records, String... problems) {
    return reads(about, shape, encoded(text, StandardCharsets.UTF_8), records, problems);
  }

  private static HostileFile reads(
      String about, FileShape shape, byte[] bytes, long records, String... problems) {
    return reads(about, name(about, shape), shape, bytes, records, problems);
  }

  private static HostileFile reads(
      String about, String name, FileShape shape, byte[] bytes, long records, String... problems) {
    return new HostileFile(about, name, shape, bytes, null, records, List.of(problems));
  }

  private static String name(String about, FileShape shape) {
    String extension = shape.format() == FileShape.Format.CSV ? ".csv" : ".jsonl";
    return about.replaceAll("[^A-Za-z0-9]+", "_") + extension;
  }

  private static byte[] encoded(String text, Charset charset) {
    return text.getBytes(charset);
  }

  static byte[] zip(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zipped = new GZIPOutputStream(bytes)) {
      zipped.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }

  private static byte[] cut(byte[] bytes, int fromTheEnd) {
    return Arrays.copyOf(bytes, bytes.length - fromTheEnd);
  }

  private static byte[] flip(byte[] bytes, int at) {
    byte[] flipped = bytes.clone();
    flipped[at] ^= 0x10;
    return flipped;
  }
}
