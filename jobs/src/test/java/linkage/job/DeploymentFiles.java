package linkage.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;

/**
 * The files of a deployment that a test makes up.
 *
 * @param root holds {@code conf}, {@code landing} and {@code warehouse}
 */
record DeploymentFiles(Path root) {
  /** When a file arrives that nothing else is said of: long after all that is in it. */
  static final Instant ARRIVAL = Instant.parse("2025-06-01T12:00:00Z");

  /** Writes a file anywhere in the deployment. */
  void write(String file, String text) {
    try {
      Path path = root.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, text);
      Files.setLastModifiedTime(path, FileTime.from(ARRIVAL));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a file of records into landing that arrives at the given time. */
  void deliver(String file, String header, List<String> records, Instant arrival) {
    write("landing/" + file, header + "\n" + String.join("\n", records) + "\n");
    arrive(file, arrival);
  }

  /** Lets a file that is in landing have arrived at the given time. */
  void arrive(String file, Instant arrival) {
    try {
      Files.setLastModifiedTime(root.resolve("landing/" + file), FileTime.from(arrival));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
