package linkage.config;

import java.nio.charset.Charset;
import java.util.List;

/**
 * Where raw files lie and how they are written.
 *
 * @param globs patterns of paths relative to the landing folder, such as {@code crm/orders_*.csv}
 * @param format how the files are written
 * @param delimiter between two fields of a CSV record: one character, or {@code whitespace}
 * @param quote one character around a CSV field, doubled within one; empty if nothing is quoted
 * @param encoding of CSV and JSON lines; a byte order mark is understood
 */
public record RawFileSettings(
    List<String> globs, FileFormat format, String delimiter, String quote, Charset encoding) {
  public RawFileSettings {
    globs = List.copyOf(globs);
  }
}
