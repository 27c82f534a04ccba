package linkage.job;

import static org.apache.spark.sql.functions.col;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import linkage.ConfigException;
import linkage.FenceException;
import linkage.config.Settings;
import linkage.publish.Generations;
import linkage.publish.Pointer;
import linkage.publish.RunLock;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Sends readers back to marts that were published before. Staging and official verdicts stay as
 * they are, and the next night publishes as usual.
 */
public final class Rollback {
  private static final Clock CLOCK = Clock.systemUTC();

  /** What the ledger says of where a rollback led, and how that is read again. */
  private static final String MESSAGE = "The marts come from run %s again.";

  private static final Pattern LED_TO = Pattern.compile(MESSAGE.formatted("(\\S+)"));

  private Rollback() {}

  /**
   * A run that moved the pointer, as the ledger tells of it.
   *
   * @param marts the run whose marts readers got: itself, or the one that it went back to
   * @param asOf the day that those marts speak of
   */
  record Move(String runId, String marts, LocalDate asOf) {
    private boolean isOfItsOwn() {
      return marts.equals(runId);
    }
  }

  /**
   * Moves the pointer to an earlier generation, and records it in the ledger.
   *
   * @param to the run to go back to; if none is given, the newest kept one before the current one,
   *     but for those that an earlier rollback left
   * @return where the pointer is now
   * @throws ConfigException naming the generations that are kept, if the run isn't one of them
   * @throws FenceException if another run holds the lock, or moved the pointer meanwhile
   */
  public static Pointer run(SparkSession spark, Settings settings, Optional<String> to) {
    var generations =
        new Generations(settings.warehouse(), spark.sparkContext().hadoopConfiguration());
    Optional<Pointer> before = generations.current();
    if (before.isEmpty()) {
      throw new ConfigException(
          "Cannot roll back: nothing has been published under %s yet. Nothing was changed."
              .formatted(generations.root()));
    }
    Instant now = CLOCK.instant();
    var ledger = new Ledger(spark, settings.warehouse());
    Begun begun = new RunRecord(settings, before.get().asOf(), now, "-rollback").begun();
    try (RunLock lock =
        RunLock.take(
            settings.warehouse(), begun.runId(), now, spark.sparkContext().hadoopConfiguration())) {
      var leftovers = new Leftovers(spark, settings.warehouse(), generations, ledger);
      leftovers.checkState();
      leftovers.openStaging();
      Move target =
          target(moves(ledger), generations::has, generations.current().orElseThrow(), to);
      var work = new Work(spark, settings.warehouse(), begun.runId());
      work.begin(begun);
      Pointer pointer =
          generations.move(
              new Pointer(target.runId(), target.asOf(), now, begun.runId()),
              generations.current());
      ledger.record(record(begun, pointer));
      work.delete();
      return pointer;
    }
  }

  /** The record of a rollback, as the ledger keeps it. */
  static Row record(Begun begun, Pointer pointer) {
    return begun.ended(
        pointer.asOf(),
        "rolled_back",
        0,
        MESSAGE.formatted(pointer.runId()),
        pointer.publishedAt(),
        List.of(0L, 0L, 0L, 0L));
  }

  /** The runs that moved the pointer, oldest first. */
  private static List<Move> moves(Ledger ledger) {
    return ledger
        .runs()
        .where(col("status").isin("published", "forgotten", "rolled_back"))
        .orderBy("run_id")
        .select("run_id", "as_of", "message")
        .collectAsList()
        .stream()
        .map(Rollback::move)
        .toList();
  }

  private static Move move(Row run) {
    Matcher message = LED_TO.matcher(run.isNullAt(2) ? "" : run.getString(2));
    String runId = run.getString(0);
    return new Move(
        runId, message.matches() ? message.group(1) : runId, run.getDate(1).toLocalDate());
  }

  /**
   * Where to go back to.
   *
   * @param moves the runs that moved the pointer, oldest first
   * @param isKept whether a run's generation is still there
   * @param to the run asked for, if any
   */
  static Move target(
      List<Move> moves, Predicate<String> isKept, Pointer current, Optional<String> to) {
    Set<String> left = left(moves);
    List<Move> kept =
        moves.stream()
            .filter(Move::isOfItsOwn)
            .filter(move -> isKept.test(move.runId()))
            .sorted(Comparator.comparing(Move::runId).reversed())
            .toList();
    Predicate<Move> isBefore =
        move -> move.runId().compareTo(current.runId()) < 0 && !left.contains(move.runId());
    return kept.stream()
        .filter(move -> to.map(move.runId()::equals).orElseGet(() -> isBefore.test(move)))
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigException(
                    "Cannot roll back to %s: there are no published marts of it. Kept are%n%s%nNothing was changed."
                        .formatted(
                            to.map("run "::concat).orElse("a run before " + current.runId()),
                            kept.stream()
                                .map(move -> line(move, current, left))
                                .collect(Collectors.joining(System.lineSeparator())))));
  }

  /**
   * The runs that readers were sent back from, and not to again since: what was found bad stays so,
   * whatever is published after it.
   */
  private static Set<String> left(List<Move> moves) {
    Set<String> left = new HashSet<>();
    NavigableSet<String> published = new TreeSet<>();
    for (Move move : moves) {
      if (move.isOfItsOwn()) {
        published.add(move.runId());
      } else {
        left.addAll(published.tailSet(move.marts(), false));
        left.remove(move.marts());
      }
    }
    return left;
  }

  private static String line(Move move, Pointer current, Set<String> left) {
    String note =
        move.runId().equals(current.runId())
            ? " (current)"
            : left.contains(move.runId()) ? " (left by a rollback, --to goes there)" : "";
    return "- %s, as of %s%s".formatted(move.runId(), move.asOf(), note);
  }
}
