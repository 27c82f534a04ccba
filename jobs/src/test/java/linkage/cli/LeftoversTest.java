package linkage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import linkage.FenceException;
import linkage.job.SparkSessions;
import linkage.publish.RunLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftoversTest {
  @TempDir private Path warehouse;

  @Test
  void deletesWhatWasMadeUpAndNothingElse() throws IOException {
    Path mine = Files.writeString(warehouse.resolve("notes.txt"), "mine");
    Path made = warehouse.resolve("landing/customers.csv");
    for (int time = 0; time < 2; time++) {
      Files.createDirectories(made.getParent());
      Files.writeString(made, "made up");

      Leftovers.delete(warehouse);

      assertThat(made.getParent()).doesNotExist();
      assertThat(mine).hasContent("mine");
      // What was made up may be made up again.
      Leftovers.checkMadeUp(warehouse);
    }
  }

  @Test
  void acceptsAFolderThatIsEmptyOrNotThere() {
    Leftovers.checkMadeUp(warehouse);
    Leftovers.checkMadeUp(warehouse.resolve("not/there"));
  }

  @Test
  void deletesNothingWhereARunGoesOn() throws IOException {
    Path staged = Files.createDirectories(warehouse.resolve("staging/customers"));
    RunLock held = RunLock.take(warehouse.toString(), "r1", Instant.EPOCH, SparkSessions.hadoop());
    try (held) {
      assertThatThrownBy(() -> Leftovers.delete(warehouse))
          .isInstanceOf(FenceException.class)
          .hasMessageStartingWith("Cannot start: run r1 (process ");
    }
    assertThat(staged).exists();
  }
}
