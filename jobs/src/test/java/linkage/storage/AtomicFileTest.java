package linkage.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  private static final Configuration HADOOP = new Configuration(false);

  @TempDir java.nio.file.Path folder;

  @Test
  void readsWhatWasWrittenLastAndLeavesNothingBesideIt() {
    Path file = path("some/pointer.json");
    AtomicFile.replace(file, "one", HADOOP);
    AtomicFile.replace(file, "two", HADOOP);

    assertThat(AtomicFile.create(file, "three", HADOOP)).isFalse();
    assertThat(AtomicFile.read(file, HADOOP)).contains("two");
    assertThat(folder.resolve("some")).isDirectoryNotContaining("glob:**.*-*");
  }

  /** As on HDFS, whose names are views of, too; the folder behind this one is local. */
  @Test
  void whoFindsAFileWhereItWantsToCreateOneLeavesNothingBesideIt() {
    var views = new Configuration();
    views.set("fs.viewfs.mounttable.test.link./data", folder.toUri().toString());
    var file = new Path("viewfs://test/data/_lock.json");

    assertThat(AtomicFile.create(file, "one", views)).isTrue();
    assertThat(AtomicFile.create(file, "two", views)).isFalse();
    AtomicFile.replace(file, "three", views);

    assertThat(AtomicFile.read(file, views)).contains("three");
    assertThat(folder).isDirectoryNotContaining("glob:**_lock.json.*-*");
  }

  @Test
  void aFileThatIsNotThereHasNoText() {
    assertThat(AtomicFile.read(path("nothing.json"), HADOOP)).isEmpty();
    assertThat(AtomicFile.read(path("nowhere/nothing.json"), HADOOP)).isEmpty();
  }

  /** Whoever takes it for one that isn't there deletes what it speaks of. */
  @Test
  void aFileThatCannotBeReadIsNotTakenForOneThatIsNotThere() throws IOException {
    Files.writeString(folder.resolve("disk"), "no folder");

    assertThatThrownBy(() -> AtomicFile.read(path("disk/pointer.json"), HADOOP))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("Cannot read ");
    assertThatThrownBy(() -> AtomicFile.read(new Path(folder.toUri()), HADOOP))
        .isInstanceOf(UncheckedIOException.class);
  }

  private Path path(String name) {
    return new Path(folder.resolve(name).toUri());
  }
}
