package linkage.job;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import linkage.FenceException;
import linkage.GateException;
import linkage.LinkageException;
import linkage.TerminatedException;
import linkage.UnfinishedException;
import linkage.config.Settings;
import linkage.publish.Generations;
import linkage.publish.Pointer;
import linkage.publish.RunLock;
import linkage.staging.Staging;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How a run ends: it becomes what readers see, or leaves nothing but its record.
 *
 * <p><b>Order:</b> staging commits, then verdicts are written, then the pointer moves, then the
 * ledger says so. Whatever step a run dies at, the next one brings the others in line: rows that
 * were committed stay, and are in its own marts; verdicts count once their run is on record; the
 * pointer decides whether a run has published.
 */
final class Publication {
  private static final Logger LOG = LogManager.getLogger(Publication.class);

  private static final String KEPT = "backfilled";

  private final Settings settings;
  private final Clock clock;
  private final Generations generations;
  private final Ledger ledger;
  private final RunRecord run;
  private final Stages stages;
  private final Work work;

  /** What this run has committed to, once it has. */
  private Staging committed;

  /** The pointer as it was when the run began. */
  private Optional<Pointer> before = Optional.empty();

  /** What became of the run's marts, once it has ended well, whatever goes wrong after that. */
  private Optional<String> ending = Optional.empty();

  private boolean isRecorded;

  Publication(
      Settings settings,
      Clock clock,
      Generations generations,
      Ledger ledger,
      RunRecord run,
      Stages stages,
      Work work) {
    this.settings = settings;
    this.clock = clock;
    this.generations = generations;
    this.ledger = ledger;
    this.run = run;
    this.stages = stages;
    this.work = work;
  }

  /** The record of this run, should it end well. */
  Row audit(String status) {
    return run.ended(status, 0, null, stages.seconds(), clock.instant());
  }

  /**
   * Publishes the run's generation.
   *
   * @param before the pointer as it was when the run began
   * @throws FenceException if the pointer or staging moved since
   */
  Pointer publish(Staging staging, Optional<Dataset<Row>> official, Optional<Pointer> before) {
    this.before = before;
    generations.checkUnmoved(run.id(), before);
    commit(staging);
    official.ifPresent(ledger::fix);
    Pointer pointer = generations.publish(run.id(), run.asOf(), clock.instant(), before);
    ending = Optional.of("published");
    record("published", 0, null);
    return pointer;
  }

  /** Keeps the run's generation beside the published one, which speaks of a later day. */
  Pointer keep(Staging staging, Optional<Dataset<Row>> official, Pointer current) {
    this.before = Optional.of(current);
    generations.checkUnmoved(run.id(), before);
    commit(staging);
    official.ifPresent(ledger::fix);
    record(KEPT, 0, null);
    return current;
  }

  private void commit(Staging staging) {
    staging.commit(run.id(), run.asOf());
    committed = staging;
  }

  /**
   * Whether the run has ended well: what it made stays, and {@link #clearUp} and {@link #compact}
   * are due, though something may have gone wrong since.
   */
  boolean isOver() {
    return ending.isPresent();
  }

  /** What is told of something that went wrong after the run had ended well. */
  UnfinishedException tooLate(Throwable failure) {
    return new UnfinishedException(
        ("The marts of run %s are %s, but not all that is told of it could be written: %s. The next"
                + " run completes the ledger; mend what is in its way.")
            .formatted(run.id(), ending.orElseThrow(), LinkageException.told(failure)),
        failure);
  }

  /** Removes what needn't be kept; what can't be removed now is left to the next run. */
  void clearUp() {
    try {
      generations.removeOld(
          settings.keepGenerations(),
          Duration.ofHours(settings.keepGenerationsHours()),
          clock.instant(),
          before);
      if (isRecorded) {
        work.delete();
      }
    } catch (Exception e) {
      warn(e);
    }
  }

  /**
   * Keeps staging and the ledger at few files, and at what is to be kept, night after night. The
   * run has ended well by then.
   *
   * @param lock the run's; where another run holds it by now, files are left to that one
   * @throws UnfinishedException if it fails; what was published stays, and the next night tries
   *     again
   */
  void compact(RunLock lock) {
    try {
      stages.run(
          "Compacting",
          () -> {
            lock.checkHeld();
            return retention().apply(run.id()) + committed.compact(run.id()) + ledger.compact();
          },
          compacted -> compacted == 0 ? "nothing to do" : "%d table(s)".formatted(compacted));
    } catch (TerminatedException | FenceException e) {
      // The run has ended well; its small files are left to the next one.
      LOG.info("Run {} is published; its small files are left to the next run", run.id(), e);
    } catch (Exception e) {
      throw new UnfinishedException(
          ("Run %s is published, but the small files of staging or the ledger could not be brought"
                  + " together: %s. The next run tries again; mend what is in its way.")
              .formatted(run.id(), LinkageException.told(e)),
          e);
    }
  }

  private Retention retention() {
    return new Retention(
        committed, settings.sources(), settings.keepStagingDays(), settings.keepQuarantineDays());
  }

  /** Gives the lock back; one that stays is taken over once this process has ended. */
  void release(RunLock lock) {
    try {
      lock.close();
    } catch (Exception e) {
      warn(e);
    }
  }

  private void warn(Exception e) {
    LOG.warn("Run {} has ended, but didn't clear up after itself", run.id(), e);
  }

  /** Tells whoever watches of a run that may not write to the warehouse. */
  void refused(Throwable failure) {
    try {
      stages.over(
          run.report(
              status(failure),
              exitCode(failure),
              LinkageException.told(failure),
              stages.seconds(),
              clock.instant()));
    } catch (Exception e) {
      failure.addSuppressed(e);
    }
  }

  /** Records how a run failed, and removes what it made, unless it {@link #isOver} already. */
  void failed(Throwable failure) {
    try {
      // A store may have moved the pointer and failed to say so.
      if (generations.current().map(Pointer::movedBy).filter(run.id()::equals).isPresent()) {
        ending = Optional.of("published");
      }
      if (isOver()) {
        return;
      }
      generations.discard(run.id());
      record(status(failure), exitCode(failure), LinkageException.told(failure));
      work.delete();
    } catch (Exception e) {
      // What went wrong first is what matters; the next run says in the ledger that this one died.
      failure.addSuppressed(e);
    }
  }

  /** Says in the ledger, and to whoever watches, how the run ended. */
  private void record(String status, int exitCode, String message) {
    Instant now = clock.instant();
    try {
      ledger.record(run.ended(status, exitCode, message, stages.seconds(), now));
      isRecorded = true;
      if (status.equals(KEPT)) {
        ending = Optional.of("kept beside those of a later day");
      }
    } finally {
      // Who watches is told even where the ledger can't be, but marts that it doesn't have are not
      // kept.
      if (isRecorded || !status.equals(KEPT)) {
        stages.over(run.report(status, exitCode, message, stages.seconds(), now));
      }
    }
  }

  private static int exitCode(Throwable failure) {
    return failure instanceof LinkageException linkage ? linkage.exitCode() : 1;
  }

  private static String status(Throwable failure) {
    if (failure instanceof GateException) {
      return "stopped_by_gate";
    }
    if (failure instanceof TerminatedException) {
      return "terminated";
    }
    return failure instanceof FenceException ? "fenced" : "failed";
  }
}
