package linkage.landing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import linkage.ConfigException;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LandingFilesTest {
  private static final Instant MORNING = Instant.parse("2026-01-31T06:00:00Z");

  @TempDir Path landing;

  @Test
  void listsMatchesOnceSortedByName() throws IOException {
    write("crm/b 2.csv");
    write("crm/a%20.csv");
    write("crm/c.txt");
    write("z.csv");

    List<LandingFile> files = list("crm/*.csv", "crm/b*", "*.csv", "none/*.csv");

    assertThat(files)
        .extracting(LandingFile::name)
        .containsExactly("crm/a%20.csv", "crm/b 2.csv", "z.csv");
    assertThat(files.get(0).bytes()).isEqualTo(4);
    assertThat(files.get(0).modifiedAt()).isEqualTo(MORNING);
    assertThat(FileInspection.of(new Configuration(), FileShape.csv(), files.get(0)).columns())
        .containsExactly("a");
  }

  @Test
  void ignoresHiddenFilesAndFolders() throws IOException {
    write("_SUCCESS");
    write(".a.csv.crc");
    write("_old/a.csv");
    write("new/_a.csv");

    assertThat(list("*", "*/*")).isEmpty();
  }

  @Test
  void countsATableAsOneFile() throws IOException {
    write("delta/_delta_log/00000000000000000000.json");
    write("orders/part-0.parquet");
    write("orders/year=2026/part-1.parquet");
    write("orders/_SUCCESS");
    write("folder/a.csv");

    List<LandingFile> files = list("*");

    assertThat(files).extracting(LandingFile::name).containsExactly("delta", "orders");
    assertThat(files.get(1).bytes()).isEqualTo(8);
    assertThat(files.get(1).modifiedAt()).isEqualTo(MORNING);
  }

  @Test
  void refusesAFolderNamedWithoutAWildcard() throws IOException {
    write("folder/a.csv");

    assertThatThrownBy(() -> list("folder"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "Cannot list landing files 'folder' in %s: it is a directory without a table,"
                    .formatted(landing)
                + " expected files, as in 'folder/*'. Nothing was read."
                + " Correct the source's setting files.");
  }

  @Test
  void refusesGlobsThatLeaveTheLandingDirectory() {
    for (String glob : List.of("/etc/*", "../*.csv", "a/../../b", " ")) {
      assertThatThrownBy(() -> list(glob))
          .isInstanceOf(ConfigException.class)
          .hasMessage(
              "Cannot list landing files '%s' in %s: expected a path below this directory."
                      .formatted(glob, landing)
                  + " Nothing was read. Correct the source's setting files.");
    }
  }

  @Test
  void refusesAGlobThatIsNoPattern() {
    assertThatThrownBy(() -> list("a[.csv"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("Cannot list landing files 'a[.csv' in " + landing);
  }

  @Test
  void saysThatTheLandingDirectoryIsMissing() throws IOException {
    Path missing = landing.resolve("none");

    assertThatThrownBy(
            () -> LandingFiles.list(new Configuration(), missing.toString(), List.of("*")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            ("Cannot list landing files: there is no directory %s. Nothing was read."
                    + " Create it or correct the setting landing.")
                .formatted(missing));
  }

  @Test
  void saysWhyTheLandingDirectoryCannotBeListed() {
    assertThatThrownBy(() -> LandingFiles.list(new Configuration(), "ftps://host/x", List.of("*")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "Cannot list landing files in ftps://host/x: No FileSystem for scheme \"ftps\"."
                + " Nothing was read."
                + " Let this user read the directory, or correct the setting landing.");
  }

  @Test
  void reportsAFileThatCannotBeReadAsFailed() {
    LandingFile gone =
        new LandingFile(landing.resolve("gone.csv").toUri().toString(), "gone.csv", 1, MORNING);

    for (FileShape shape : List.of(FileShape.csv(), FileShape.parquet())) {
      FileInspection inspection = FileInspection.of(new Configuration(), shape, gone);

      assertThat(inspection.failure()).startsWith("can't be read: ").contains("gone.csv");
      assertThat(inspection.sha256()).isNull();
    }
  }

  @Test
  void reportsAFileWhoseChecksumIsWrongAsFailed() throws IOException {
    write("a.csv");
    Files.write(
        landing.resolve(".a.csv.crc"), new byte[] {'c', 'r', 'c', 0, 0, 0, 2, 0, 1, 2, 3, 4});

    FileInspection inspection =
        FileInspection.of(new Configuration(), FileShape.csv(), list("a.csv").get(0));

    assertThat(inspection.failure()).startsWith("can't be read: ").contains("Checksum error");
  }

  private List<LandingFile> list(String... globs) {
    return LandingFiles.list(new Configuration(), landing.toString(), List.of(globs));
  }

  private void write(String name) throws IOException {
    Path file = landing.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "a\n1\n");
    Files.setLastModifiedTime(file, FileTime.from(MORNING));
  }
}
