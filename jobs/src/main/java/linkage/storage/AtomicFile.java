package linkage.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options.CreateOpts;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;

/**
 * A small text file that is written as a whole: a reader sees the old text or the new one, never a
 * part and, once there is one, never nothing.
 *
 * <p>How depends on the file system: a local disk takes a temporary file and an atomic move, both
 * forced to the disk, so that a power cut leaves one text or the other, too; HDFS an atomic rename;
 * an object store makes a single PUT visible at once when the stream closes.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** Replaces the text of the file at {@code path}, creating it and its folders if absent. */
  public static void replace(Path path, String text, Configuration hadoop) {
    try {
      FileSystem files = path.getFileSystem(hadoop);
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      switch (files.getScheme()) {
        case "file" -> replaceLocally(java.nio.file.Path.of(path.toUri().getPath()), bytes);
        case "hdfs", "viewfs" -> rename(path, bytes, hadoop, Rename.OVERWRITE);
        default -> {
          try (var out = files.create(path, true)) {
            out.write(bytes);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + path + ": " + e.getMessage(), e);
    }
  }

  /**
   * Creates the file with its text, unless there is one.
   *
   * <p>On a local disk and on HDFS only one of several writers succeeds, whatever their timing. An
   * object store may let two of them through that come within the time of one request.
   *
   * @return whether this call created it
   */
  public static boolean create(Path path, String text, Configuration hadoop) {
    try {
      FileSystem files = path.getFileSystem(hadoop);
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      switch (files.getScheme()) {
        case "file" -> createLocally(java.nio.file.Path.of(path.toUri().getPath()), bytes);
        case "hdfs", "viewfs" -> rename(path, bytes, hadoop, Rename.NONE);
        default -> {
          try (var out = files.create(path, false)) {
            out.write(bytes);
          }
        }
      }
      return true;
    } catch (FileAlreadyExistsException | org.apache.hadoop.fs.FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + path + ": " + e.getMessage(), e);
    }
  }

  /**
   * The text of the file, or nothing if there is no such file.
   *
   * @throws UncheckedIOException if it can't be read, or can't be told whether it is there
   */
  public static Optional<String> read(Path path, Configuration hadoop) {
    try {
      FileSystem files = path.getFileSystem(hadoop);
      if ("file".equals(files.getScheme())) {
        return Optional.of(Files.readString(java.nio.file.Path.of(path.toUri().getPath())));
      }
      try (var in = files.open(path)) {
        return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    } catch (NoSuchFileException | FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  private static void replaceLocally(java.nio.file.Path path, byte[] bytes) throws IOException {
    Files.createDirectories(path.getParent());
    var temporary = path.resolveSibling("." + path.getFileName() + "." + UUID.randomUUID());
    try {
      writeForGood(temporary, bytes);
      Files.move(
          temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      keep(path.getParent());
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Else the name may survive a power cut, and the text not. */
  private static void writeForGood(java.nio.file.Path path, byte[] bytes) throws IOException {
    try (var file =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (var left = ByteBuffer.wrap(bytes); left.hasRemaining(); ) {
        file.write(left);
      }
      file.force(true);
    }
  }

  /** Has a folder's names survive a power cut. */
  private static void keep(java.nio.file.Path folder) throws IOException {
    try (var names = FileChannel.open(folder, StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  /** A move would replace the file of another; a link to what is already written doesn't. */
  private static void createLocally(java.nio.file.Path path, byte[] bytes) throws IOException {
    Files.createDirectories(path.getParent());
    var temporary = path.resolveSibling("." + path.getFileName() + "." + UUID.randomUUID());
    try {
      writeForGood(temporary, bytes);
      Files.createLink(path, temporary);
      keep(path.getParent());
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void rename(Path path, byte[] bytes, Configuration hadoop, Rename how)
      throws IOException {
    var context = FileContext.getFileContext(path.toUri(), hadoop);
    var temporary = new Path(path.getParent(), "." + path.getName() + "." + UUID.randomUUID());
    try {
      try (var out =
          context.create(
              temporary,
              EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE),
              CreateOpts.createParent())) {
        out.write(bytes);
        out.hsync();
      }
      context.rename(temporary, path, how);
    } catch (IOException e) {
      delete(temporary, context, e);
      throw e;
    }
  }

  /** What isn't needed any more; that it can't be deleted is told beside why it isn't. */
  private static void delete(Path temporary, FileContext context, IOException reason) {
    try {
      context.delete(temporary, false);
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }
}
