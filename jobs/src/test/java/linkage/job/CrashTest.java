package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import linkage.UnfinishedException;
import linkage.job.DisturbedNights.Disturbance;
import linkage.job.DisturbedNights.Ended;
import linkage.job.DisturbedNights.Seen;
import linkage.testing.FaultyFileSystem.Fault;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nights that die at one of their changes to the warehouse, and are run again. Here they die at
 * some; {@link CrashStudy} has them die at each.
 */
class CrashTest {
  private static final String COMMIT = "close .*/staging/_committed[.]json";

  @TempDir static Path root;

  private static DisturbedNights nights;
  private static DisturbedNights tidyings;
  private static List<String> tidied;

  @BeforeAll
  static void runUndisturbed() {
    nights = DisturbedNights.onFaultyFiles(root, "Publishing");
    nights.undisturbed();
    tidyings = nights.tidyingUp();
    tidied = tidyings.undisturbed();
  }

  @AfterAll
  static void close() {
    nights.close();
  }

  /**
   * What decides whether rows are kept, whether they are published, and who says so: each night
   * dies at one, and the next takes it from there.
   */
  @Test
  void nightsThatDieInARowLeaveTheNextOneNothingToMend() {
    Seen seen =
        nights.disturbedAndPublished(
            Disturbance.at(1, COMMIT, Fault.DISK_FULL),
            Disturbance.at(1, "close .*/marts/_current[.]json", Fault.FOR_GOOD),
            Disturbance.at(1, "/ledger/runs/", Fault.ONCE));

    assertThat(seen.wrong()).isEmpty();
    assertThat(failed(seen, 0)).matches(COMMIT);
    assertThat(failed(seen, 1)).endsWith("/marts/_current.json");
    assertThat(failed(seen, 2)).contains("/ledger/runs/");
    assertThat(seen.ended().get(2).failure().orElseThrow()).isInstanceOf(UnfinishedException.class);
    // Of the first two the next night says what became of them, and that the third published.
    assertThat(nights.endings())
        .containsExactly("published", "died", "died", "published", "published");
  }

  /** What they bring together and delete is never what is committed. */
  @Test
  void nightsThatDieWhileTheyTidyUpLeaveTheNextOneNothingToMend() {
    String ledger = "rename .*/ledger/runs/_delta_log/.*[.]json";
    Seen seen =
        tidyings.disturbed(
            Disturbance.at(1, "delete .*/_delta_log/", Fault.FOR_GOOD),
            Disturbance.at(count(COMMIT), COMMIT, Fault.DISK_FULL),
            Disturbance.at(count(ledger), ledger, Fault.FOR_GOOD),
            Disturbance.at(1, "delete .*/work/", Fault.ONCE));

    assertThat(seen.wrong()).isEmpty();
    assertThat(failed(seen, 0)).contains("delete ").contains("/_delta_log/");
    assertThat(failed(seen, 1)).matches(COMMIT);
    assertThat(failed(seen, 2)).matches(ledger);
    // What is left of the last is the next one's to delete.
    assertThat(seen.ended().get(3).failed().orElseThrow()).contains("/work/");
    assertThat(seen.ended().get(3).failure()).isEmpty();
  }

  /** The change that failed, which the night didn't survive. */
  private static String failed(Seen seen, int night) {
    Ended ended = seen.ended().get(night);
    assertThat(ended.failure()).as(ended.toString()).isPresent();
    return ended.failed().orElseThrow();
  }

  /** How many changes of the tidying there are of a kind: the last one's number. */
  private static int count(String kind) {
    return (int) tidied.stream().filter(Pattern.compile(kind).asPredicate()).count();
  }
}
