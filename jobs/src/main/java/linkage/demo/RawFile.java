package linkage.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPOutputStream;

/**
 * A raw file that appears whole or not at all: written under another name, renamed when published.
 * A repeated or speculative attempt writes the same bytes, so it does no harm.
 */
final class RawFile implements Closeable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path path;
  private final Path unfinished;
  private final Writer writer;

  /**
   * Starts a file; compressed if its name ends in {@code .gz}.
   *
   * @param attempt tells concurrent writers of the same file apart
   */
  RawFile(Path path, long attempt) throws IOException {
    this.path = path;
    unfinished = path.resolveSibling("." + path.getFileName() + "." + attempt + ".unfinished");
    Files.createDirectories(path.getParent());
    OutputStream bytes = Files.newOutputStream(unfinished);
    boolean isCompressed = path.toString().endsWith(".gz");
    writer =
        new BufferedWriter(
            new OutputStreamWriter(
                isCompressed ? new GZIPOutputStream(bytes, BUFFER_BYTES) : bytes, UTF_8),
            BUFFER_BYTES);
  }

  /** Writes a record and the end of its line. */
  void write(String row) throws IOException {
    writer.write(row);
    writer.write('\n');
  }

  /** Ends the file and gives it its name. */
  void publish() throws IOException {
    writer.close();
    Files.move(unfinished, path, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Drops the file unless it was published. */
  @Override
  public void close() throws IOException {
    writer.close();
    Files.deleteIfExists(unfinished);
  }
}
