package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import linkage.testing.FaultyFileSystem.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nights that die at one of their changes to the warehouse, and are run again. Here they die at
 * some; {@link CrashStudy} has them die at each.
 */
class CrashTest {
  @TempDir Path root;

  @Test
  void whateverChangeANightDiesAtTheNextOneComesToTheSame() {
    try (var nights = DisturbedNights.onFaultyFiles(root)) {
      List<String> changes = nights.undisturbed();
      // What decides whether rows are kept, whether they are published, and who says so.
      List<String> wrong =
          new ArrayList<>(nights.disturbed(last(changes, "_committed.json"), Fault.DISK_FULL));
      wrong.addAll(nights.disturbed(last(changes, "_current.json"), Fault.FOR_GOOD));
      wrong.addAll(nights.disturbed(last(changes, "ledger/runs/_delta_log"), Fault.FOR_GOOD));
      assertThat(wrong).isEmpty();
      assertThat(nights.polls()).isPositive();
      assertThat(nights.seenBroken()).isEmpty();
    }
  }

  private static int last(List<String> changes, String path) {
    for (int i = changes.size(); i > 0; i--) {
      if (changes.get(i - 1).contains(path)) {
        return i;
      }
    }
    throw new AssertionError("No change of " + path + " in " + changes);
  }
}
