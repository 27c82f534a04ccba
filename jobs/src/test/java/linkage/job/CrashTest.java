package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import linkage.testing.FaultyFileSystem.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nights that die at one of their changes to the warehouse, and are run again. Here they die at
 * some; {@link CrashStudy} has them die at each.
 */
class CrashTest {
  private static final int SPREAD = 6;

  @TempDir Path root;

  @Test
  void whateverChangeANightDiesAtTheNextOneComesToTheSame() throws Exception {
    try (var nights = new DisturbedNights(root)) {
      List<String> changes = nights.undisturbed();
      var sample = new TreeSet<Integer>();
      for (int i = 0; i < SPREAD; i++) {
        sample.add(1 + i * (changes.size() - 1) / SPREAD);
      }
      // What decides: the lock, the commit, the verdicts, the pointer, the record, clearing up.
      for (String decisive :
          List.of("_lock.json", "_begun.json", "_committed.json", "_current.json", "verdicts/_delta_log")) {
        sample.add(last(changes, decisive));
      }
      sample.add(last(changes, "runs/_delta_log"));
      List<String> wrong = new ArrayList<>();
      int turn = 0;
      for (int change : sample) {
        Fault fault = Fault.values()[turn++ % Fault.values().length];
        wrong.addAll(nights.disturbed(change, fault));
      }
      assertThat(wrong).isEmpty();
      assertThat(nights.polls()).isPositive();
      assertThat(nights.seenBroken()).isEmpty();
    }
  }

  private static int last(List<String> changes, String path) {
    for (int i = changes.size(); i > 0; i--) {
      if (changes.get(i - 1).startsWith("close") && changes.get(i - 1).contains(path)) {
        return i;
      }
    }
    throw new AssertionError("No change of " + path + " in " + changes);
  }
}
