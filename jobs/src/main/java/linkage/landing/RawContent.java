package linkage.landing;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The bytes of one text file, opened once: digested as stored, unzipped by what they are rather
 * than by the file's name, and decoded strictly.
 */
final class RawContent implements Closeable {
  private static final int BUFFER = 1 << 16;
  private static final int SNIFFED = 4096;
  private static final int GZIP_MAGIC = 0x1f8b;

  /** What a file of another kind starts with, by its name. */
  private static final Map<String, byte[]> OTHER_KINDS = new LinkedHashMap<>();

  static {
    OTHER_KINDS.put("a ZIP archive or an Excel workbook", bytes("504b0304"));
    OTHER_KINDS.put("an old Excel workbook", bytes("d0cf11e0a1b11ae1"));
    OTHER_KINDS.put("a Parquet file", "PAR1".getBytes(StandardCharsets.US_ASCII));
    OTHER_KINDS.put("a bzip2 file", bytes("425a6839314159265359"));
    OTHER_KINDS.put("a Zstandard file", bytes("28b52ffd"));
    OTHER_KINDS.put("an XZ file", bytes("fd377a585a00"));
    OTHER_KINDS.put("a PDF", "%PDF-".getBytes(StandardCharsets.US_ASCII));
  }

  private final String name;
  private final MessageDigest digest;
  private final InputStream stored;
  private final List<String> warnings = new ArrayList<>();
  private boolean empty;

  private RawContent(String name, MessageDigest digest, InputStream stored) {
    this.name = name;
    this.digest = digest;
    this.stored = stored;
  }

  static RawContent open(Configuration hadoop, String path) throws IOException {
    Path file = new Path(path);
    MessageDigest digest = sha256();
    InputStream bytes = file.getFileSystem(hadoop).open(file);
    return new RawContent(
        file.getName(), digest, new BufferedInputStream(new StoredBytes(bytes, digest), BUFFER));
  }

  /**
   * The decoded text without its byte order mark.
   *
   * @throws BadFileException here or from the reader, when the file fails as a whole
   */
  Reader text(FileShape shape) throws IOException {
    InputStream content = unzipped();
    byte[] start = peek(content, SNIFFED);
    empty = start.length == 0;
    Charset charset = Charset.forName(shape.charset());
    for (Map.Entry<String, byte[]> kind : OTHER_KINDS.entrySet()) {
      if (startsWith(start, kind.getValue())) {
        throw new BadFileException("looks like " + kind.getKey());
      }
    }
    checkWidth(start, charset);
    return new DecodedText(content, charset);
  }

  /** Whether nothing is stored; known once the text was asked for. */
  boolean isEmpty() {
    return empty;
  }

  List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** The digest of all stored bytes, of which the rest is read now. */
  String sha256OfStoredBytes() throws IOException {
    byte[] rest = new byte[BUFFER];
    while (stored.read(rest) >= 0) {
      continue;
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }

  @Override
  public void close() throws IOException {
    stored.close();
  }

  private InputStream unzipped() throws IOException {
    byte[] magic = peek(stored, 2);
    boolean isGzip = magic.length == 2 && ((magic[0] & 0xff) << 8 | magic[1] & 0xff) == GZIP_MAGIC;
    boolean isNamedGzip = name.toLowerCase(Locale.ROOT).endsWith(".gz");
    if (isNamedGzip && magic.length == 0) {
      throw new BadFileException("has zero bytes, expected gzip data");
    }
    if (isNamedGzip && !isGzip) {
      warnings.add("is named .gz and isn't compressed; read as it is");
    }
    if (!isGzip) {
      return stored;
    }
    if (!isNamedGzip) {
      warnings.add("is gzip data and isn't named .gz; read unzipped");
    }
    return new BufferedInputStream(new Unzipped(stored), BUFFER);
  }

  /** Refuses text whose characters are wider or narrower than the declared encoding's. */
  private static void checkWidth(byte[] start, Charset charset) throws BadFileException {
    boolean isWide = charset.name().startsWith("UTF-16") || charset.name().startsWith("UTF-32");
    boolean isLittle = startsWith(start, bytes("fffe"));
    boolean isBig = startsWith(start, bytes("feff"));
    int evenZeros = 0;
    int oddZeros = 0;
    for (int i = 0; i < start.length; i++) {
      if (start[i] == 0 && i % 2 == 0) {
        evenZeros++;
      } else if (start[i] == 0) {
        oddZeros++;
      }
    }
    if (!isWide && (isLittle || isBig)) {
      throw new BadFileException(
          "starts with the byte order mark of UTF-16%s, declared is %s"
              .formatted(isLittle ? "LE" : "BE", charset));
    }
    boolean isMostlyAscii = Math.max(evenZeros, oddZeros) * 4 > start.length;
    boolean isOneSided = Math.min(evenZeros, oddZeros) * 10 < Math.max(evenZeros, oddZeros);
    if (!isWide && isMostlyAscii && isOneSided) {
      throw new BadFileException(
          "looks like UTF-16%s without a byte order mark, declared is %s"
              .formatted(oddZeros > evenZeros ? "LE" : "BE", charset));
    }
    boolean hasZeros = evenZeros + oddZeros > 0;
    if (isWide && start.length > 0 && !hasZeros && !isLittle && !isBig) {
      throw new BadFileException(
          "doesn't look like %s: no zero byte in its first %d bytes"
              .formatted(charset, start.length));
    }
  }

  private static byte[] peek(InputStream in, int length) throws IOException {
    in.mark(length);
    byte[] start = in.readNBytes(length);
    in.reset();
    return start;
  }

  private static boolean startsWith(byte[] bytes, byte[] prefix) {
    return bytes.length >= prefix.length
        && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  /** Digests the bytes as they are read, and tells a disk's failure from a bad file. */
  private static final class StoredBytes extends FilterInputStream {
    private final MessageDigest digest;

    StoredBytes(InputStream in, MessageDigest digest) {
      super(in);
      this.digest = digest;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        int count = in.read(bytes, offset, length);
        if (count > 0) {
          digest.update(bytes, offset, count);
        }
        return count;
      } catch (IOException e) {
        throw new UnreadableException(e);
      }
    }

    @Override
    public long skip(long length) throws IOException {
      return readNBytes((int) Math.min(length, BUFFER)).length;
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }

  /** All members of a gzip file; what is wrong with them fails the file. */
  private static final class Unzipped extends InputStream {
    private final InputStream stored;
    private GzipCompressorInputStream members;

    Unzipped(InputStream stored) {
      this.stored = stored;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        if (members == null) {
          members =
              GzipCompressorInputStream.builder()
                  .setInputStream(stored)
                  .setDecompressConcatenated(true)
                  .get();
        }
        return members.read(bytes, offset, length);
      } catch (UnreadableException e) {
        throw e;
      } catch (EOFException e) {
        throw new BadFileException("is cut off: the gzip data ends early", e);
      } catch (IOException e) {
        throw new BadFileException("holds corrupt gzip data: " + e.getMessage(), e);
      }
    }
  }

  /** The file can't be read at all, whatever is in it. */
  static final class UnreadableException extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadableException(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }
}
