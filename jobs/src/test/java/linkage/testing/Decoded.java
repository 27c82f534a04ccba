package linkage.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** What files say once they are unpacked, so that a search finds what compression hides. */
public final class Decoded {
  private Decoded() {}

  /** The files below a folder, at any depth, that hold a text: as they are or unpacked. */
  public static List<Path> filesHolding(Path folder, String text) {
    List<Path> holding = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder);
        Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (holds(file, text, duck)) {
          holding.add(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return holding;
  }

  private static boolean holds(Path file, String text, Connection duck)
      throws IOException, SQLException {
    byte[] bytes = Files.readAllBytes(file);
    if (new String(bytes, StandardCharsets.UTF_8).contains(text)) {
      return true;
    }
    if (startsWith(bytes, 'P', 'A', 'R', '1')) {
      return hasRowWith(file, text, duck);
    }
    if (startsWith(bytes, 0x1f, 0x8b)) {
      try (var unpacked = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
        return new String(unpacked.readAllBytes(), StandardCharsets.UTF_8).contains(text);
      }
    }
    return false;
  }

  private static boolean hasRowWith(Path file, String text, Connection duck) throws SQLException {
    String rows = "select count(*) from read_parquet('%s') as found where contains(found::text, ?)";
    try (var query = duck.prepareStatement(rows.formatted(file.toString().replace("'", "''")))) {
      query.setString(1, text);
      var count = query.executeQuery();
      count.next();
      return count.getLong(1) > 0;
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
