package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import linkage.ConfigException;
import linkage.publish.Pointer;
import org.junit.jupiter.api.Test;

/** Runs are r1, r2 and so on, of as many days of January. */
class RollbackTest {
  @Test
  void goesToTheRunBefore() {
    assertThat(target("r3", "r1", "r2", "r3")).isEqualTo("r2");
  }

  @Test
  void goesPastARunThatWasLeftBefore() {
    assertThat(target("r4", "r1", "r2", "r3 to r1", "r4")).isEqualTo("r1");
    assertThat(target("r6", "r1", "r2", "r3", "r4 to r1", "r5", "r6")).isEqualTo("r5");
    assertThat(target("r5", "r1", "r2", "r3", "r4 to r1", "r5")).isEqualTo("r1");
  }

  @Test
  void goesFurtherBackFromWhereItWent() {
    assertThat(target("r2", "r1", "r2", "r3", "r4 to r2")).isEqualTo("r1");
  }

  @Test
  void goesToARunThatWasLeftAndGoneBackToSince() {
    assertThat(target("r5", "r1", "r2", "r3 to r1", "r4 to r2", "r5")).isEqualTo("r2");
    assertThat(target("r6", "r1", "r2", "r3", "r4 to r1", "r5 to r3", "r6")).isEqualTo("r3");
    assertThat(target("r3", "r1", "r2", "r3", "r4 to r1", "r5 to r3")).isEqualTo("r1");
  }

  @Test
  void goesWhereverItIsTold() {
    List<Rollback.Move> moves = moves("r1", "r2", "r3 to r1", "r4");
    assertThat(Rollback.target(moves, run -> true, pointer("r4"), Optional.of("r2")).runId())
        .isEqualTo("r2");
  }

  @Test
  void namesWhatIsKeptWhereNothingIsLeftToGoTo() {
    List<Rollback.Move> moves = moves("r1", "r2", "r3", "r4 to r2", "r5");
    Set<String> kept = Set.of("r3", "r5");
    assertThatThrownBy(
            () -> Rollback.target(moves, kept::contains, pointer("r5"), Optional.empty()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            """
            Cannot roll back to a run before r5: there are no published marts of it. Kept are
            - r5, as of 2025-01-05 (current)
            - r3, as of 2025-01-03 (left by a rollback, --to goes there)
            Nothing was changed.""");
  }

  private static String target(String current, String... moves) {
    return Rollback.target(moves(moves), run -> true, pointer(current), Optional.empty()).runId();
  }

  private static Pointer pointer(String run) {
    return new Pointer(run, day(run), Instant.EPOCH);
  }

  /** Each a run that published, such as {@code r1}, or that went back, such as {@code r2 to r1}. */
  private static List<Rollback.Move> moves(String... moves) {
    return Arrays.stream(moves)
        .map(move -> move.split(" to "))
        .map(
            names ->
                new Rollback.Move(names[0], names[names.length - 1], day(names[names.length - 1])))
        .toList();
  }

  private static LocalDate day(String run) {
    return LocalDate.of(2025, 1, Integer.parseInt(run.substring(1)));
  }
}
