package linkage.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.spark.sql.functions;

/** What files say once they are unpacked, so that a search finds what compression hides. */
public final class Decoded {
  private Decoded() {}

  /** The files below a folder, at any depth, that hold a text: as they are or unpacked. */
  public static List<Path> filesHolding(Path folder, String text) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).filter(file -> holds(file, text)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean holds(Path file, String text) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      if (new String(bytes, StandardCharsets.UTF_8).contains(text)) {
        return true;
      }
      if (startsWith(bytes, 'P', 'A', 'R', '1')) {
        // The file alone: in a folder of Delta's, Spark would read the table.
        Path alone = Files.createTempFile("alone", ".parquet");
        Files.write(alone, bytes);
        return !SparkTest.session()
            .read()
            .parquet(alone.toString())
            .toJSON()
            .filter(functions.col("value").contains(text))
            .isEmpty();
      }
      if (startsWith(bytes, 0x1f, 0x8b)) {
        try (var unpacked = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
          return new String(unpacked.readAllBytes(), StandardCharsets.UTF_8).contains(text);
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean startsWith(byte[] bytes, int... beginning) {
    for (int i = 0; i < beginning.length; i++) {
      if (bytes.length <= i || (bytes[i] & 0xff) != beginning[i]) {
        return false;
      }
    }
    return true;
  }
}
