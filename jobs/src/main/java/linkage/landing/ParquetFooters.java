package linkage.landing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/** What the footers of a Parquet file, or of a directory of them, say. */
final class ParquetFooters {
  private ParquetFooters() {}

  static FileInspection inspect(Configuration hadoop, LandingFile file) {
    Path path = new Path(file.path());
    String sha256 = null;
    try {
      FileSystem files = path.getFileSystem(hadoop);
      FileStatus status = files.getFileStatus(path);
      List<FileStatus> parts =
          status.isDirectory() ? LandingFiles.parts(files, path) : List.of(status);
      sha256 = sha256(files, path, parts);
      return read(hadoop, file, path, parts, sha256);
    } catch (IOException e) {
      return FileInspection.failed(file, sha256, "can't be read: " + e.getMessage());
    }
  }

  private static FileInspection read(
      Configuration hadoop, LandingFile file, Path path, List<FileStatus> parts, String sha256)
      throws IOException {
    long records = 0;
    Set<String> columns = new LinkedHashSet<>();
    MessageType schema = null;
    for (FileStatus part : parts) {
      try (ParquetFileReader footer =
          ParquetFileReader.open(HadoopInputFile.fromStatus(part, hadoop))) {
        records += footer.getRecordCount();
        MessageType found = footer.getFileMetaData().getSchema();
        if (schema != null && !found.getFields().equals(schema.getFields())) {
          return FileInspection.failed(
              file, sha256, "has parts with different schemas, first " + part.getPath().getName());
        }
        schema = found;
      } catch (RuntimeException e) {
        return FileInspection.failed(file, sha256, "isn't Parquet: " + e.getMessage());
      }
    }
    if (schema == null) {
      return FileInspection.failed(file, sha256, "is a directory without Parquet files");
    }
    for (Type column : schema.getFields()) {
      columns.add(column.getName());
    }
    columns.addAll(partitionColumns(path, parts));
    List<String> names = List.copyOf(columns);
    List<String> failures = ColumnNames.failures(names);
    return new FileInspection(
        file,
        sha256,
        records,
        names,
        failures.isEmpty() ? null : String.join("; ", failures),
        List.of(),
        parts.get(0).getPath().equals(path) ? schema.toString() : null,
        null);
  }

  /** Columns that stand in the names of folders, as in {@code year=2026}. */
  private static List<String> partitionColumns(Path directory, List<FileStatus> parts) {
    List<String> columns = new ArrayList<>();
    for (FileStatus part : parts) {
      Path folder = part.getPath().getParent();
      if (!part.getPath().equals(directory) && !folder.equals(directory)) {
        for (String name : LandingFiles.relative(directory, folder).split("/")) {
          int equals = name.indexOf('=');
          if (equals > 0 && !columns.contains(name.substring(0, equals))) {
            columns.add(name.substring(0, equals));
          }
        }
      }
    }
    return columns;
  }

  private static String sha256(FileSystem files, Path path, List<FileStatus> parts)
      throws IOException {
    MessageDigest digest = RawContent.sha256();
    byte[] buffer = new byte[1 << 16];
    for (FileStatus part : parts) {
      if (!part.getPath().equals(path)) {
        String name = LandingFiles.relative(path, part.getPath());
        digest.update((name + "\n").getBytes(StandardCharsets.UTF_8));
      }
      try (InputStream bytes = new DigestInputStream(files.open(part.getPath()), digest)) {
        while (bytes.read(buffer) >= 0) {
          continue;
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
