package linkage.landing;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.GlobFilter;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** Finds the files that were delivered. */
public final class LandingFiles {
  private LandingFiles() {}

  /**
   * The files under a landing directory that match at least one glob, sorted by name, each once.
   *
   * <p>A matching directory counts as one file when it is a Delta table or holds Parquet files; any
   * other directory is left out, or refused where the glob names it without a wildcard. Names of
   * which a part starts with {@code .} or {@code _} are ignored.
   *
   * @param globs Hadoop globs relative to the landing directory
   * @throws linkage.ConfigException when the landing directory is missing or can't be listed, or a
   *     glob can't be used
   */
  public static List<LandingFile> list(
      Configuration hadoop, String root, Collection<String> globs) {
    try {
      Path given = new Path(root);
      FileSystem files = given.getFileSystem(hadoop);
      Path landing = files.makeQualified(given);
      if (!isDirectory(files, landing)) {
        throw LandingErrors.missingRoot(display(landing));
      }
      Map<String, LandingFile> found = new TreeMap<>();
      for (String glob : globs) {
        collect(files, landing, glob, found);
      }
      return List.copyOf(found.values());
    } catch (IOException e) {
      throw LandingErrors.unlistable(root, e);
    }
  }

  private static void collect(
      FileSystem files, Path landing, String glob, Map<String, LandingFile> found) {
    if (glob.isBlank() || glob.startsWith("/") || List.of(glob.split("/")).contains("..")) {
      throw LandingErrors.glob(display(landing), glob, "expected a path below this directory");
    }
    checkPattern(landing, glob);
    try {
      FileStatus[] matches = files.globStatus(new Path(landing, glob));
      for (FileStatus match : matches == null ? new FileStatus[0] : matches) {
        String name = relative(landing, match.getPath());
        if (!isHidden(name) && !found.containsKey(name)) {
          if (match.isFile()) {
            found.put(name, file(match, name));
          } else {
            addTable(files, landing, glob, match, name, found);
          }
        }
      }
    } catch (IllegalArgumentException e) {
      throw LandingErrors.glob(display(landing), glob, e.getMessage());
    } catch (IOException e) {
      throw LandingErrors.unlistable(display(landing), e);
    }
  }

  private static void checkPattern(Path landing, String glob) {
    try {
      new GlobFilter(glob);
    } catch (IOException e) {
      throw LandingErrors.glob(display(landing), glob, e.getMessage());
    }
  }

  private static void addTable(
      FileSystem files,
      Path landing,
      String glob,
      FileStatus directory,
      String name,
      Map<String, LandingFile> found)
      throws IOException {
    List<FileStatus> parts = parts(files, directory.getPath());
    boolean isDelta = isDirectory(files, new Path(directory.getPath(), "_delta_log"));
    if (isDelta || !parts.isEmpty()) {
      long bytes = parts.stream().mapToLong(FileStatus::getLen).sum();
      long newest =
          parts.stream()
              .mapToLong(FileStatus::getModificationTime)
              .max()
              .orElse(directory.getModificationTime());
      found.put(
          name,
          new LandingFile(
              directory.getPath().toString(), name, bytes, Instant.ofEpochMilli(newest)));
    } else if (name.equals(glob)) {
      throw LandingErrors.glob(
          display(landing),
          glob,
          "it is a directory without a table, expected files, as in '%s/*'".formatted(glob));
    }
  }

  /** The Parquet files in a directory and its partitions, sorted by path. */
  static List<FileStatus> parts(FileSystem files, Path directory) throws IOException {
    List<FileStatus> parts = new ArrayList<>();
    RemoteIterator<LocatedFileStatus> all = files.listFiles(directory, true);
    while (all.hasNext()) {
      LocatedFileStatus part = all.next();
      String name = relative(directory, part.getPath());
      if (name.endsWith(".parquet") && !isHidden(name)) {
        parts.add(part);
      }
    }
    parts.sort((left, right) -> left.getPath().compareTo(right.getPath()));
    return parts;
  }

  static String relative(Path directory, Path file) {
    String parent = directory.toUri().getPath();
    String prefix = parent.endsWith("/") ? parent : parent + "/";
    return file.toUri().getPath().substring(prefix.length());
  }

  private static boolean isHidden(String name) {
    for (String part : name.split("/")) {
      boolean isPartition = part.indexOf('=') > 0;
      if (part.startsWith(".") || part.startsWith("_") && !isPartition) {
        return true;
      }
    }
    return false;
  }

  private static boolean isDirectory(FileSystem files, Path path) throws IOException {
    try {
      return files.getFileStatus(path).isDirectory();
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  private static LandingFile file(FileStatus status, String name) {
    return new LandingFile(
        status.getPath().toString(),
        name,
        status.getLen(),
        Instant.ofEpochMilli(status.getModificationTime()));
  }

  /** A path as a user writes it: without the scheme of the local disk. */
  private static String display(Path path) {
    return "file".equals(path.toUri().getScheme()) ? path.toUri().getPath() : path.toString();
  }
}
