package linkage.landing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import linkage.landing.HostileFiles.HostileFile;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HostileFilesTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path landing;

  @ParameterizedTest(name = "{0}")
  @MethodSource("linkage.landing.HostileFiles#all")
  void failsWithItsReasonOrHandsOnEveryRecord(HostileFile hostile) throws IOException {
    FileInspection inspection = inspect(hostile);

    if (hostile.failure() != null) {
      assertThat(inspection.failure()).contains(hostile.failure());
    } else {
      assertThat(inspection.failure()).isNull();
      assertThat(inspection.records()).isEqualTo(hostile.records());
      List<RawRecord> bad = new ArrayList<>();
      long read = 0;
      try (RawRecords records =
          RawRecords.open(
              HADOOP, hostile.shape(), inspection.file().path(), inspection.columns())) {
        while (records.hasNext()) {
          RawRecord record = records.next();
          assertThat(record.number()).isEqualTo(++read);
          assertThat(record.values()).hasSize(inspection.columns().size());
          if (record.problem() != null) {
            bad.add(record);
            assertThat(record.values()).containsOnlyNulls();
          }
        }
      }
      assertThat(read).isEqualTo(inspection.records());
      assertThat(bad).hasSameSizeAs(hostile.problems());
      for (int i = 0; i < bad.size(); i++) {
        assertThat(bad.get(i).problem()).contains(hostile.problems().get(i));
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("linkage.landing.HostileFiles#all")
  void digestsTheStoredBytesWhateverIsWrong(HostileFile hostile) {
    byte[] digest = RawContent.sha256().digest(hostile.bytes());

    assertThat(inspect(hostile).sha256()).isEqualTo(HexFormat.of().formatHex(digest));
  }

  @Test
  void areAllDifferentFiles() {
    Set<String> names = new HashSet<>();
    HostileFiles.all().forEach(hostile -> assertThat(names.add(hostile.name())).isTrue());
    assertThat(names).hasSizeGreaterThan(100);
  }

  private FileInspection inspect(HostileFile hostile) {
    Path written = hostile.writeTo(landing);
    LandingFile file =
        new LandingFile(
            written.toUri().toString(), hostile.name(), hostile.bytes().length, Instant.EPOCH);
    return FileInspection.of(HADOOP, hostile.shape(), file);
  }
}
