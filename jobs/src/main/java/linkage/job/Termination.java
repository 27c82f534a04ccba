package linkage.job;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import linkage.TerminatedException;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.sql.SparkSession;

/**
 * Ends a run when the process is asked to end (SIGTERM, Ctrl-C): no stage begins any more, running
 * jobs are cancelled until the run notices, and it then has a few seconds to clean up and to say so
 * in the ledger. What a reader sees doesn't change.
 */
final class Termination implements AutoCloseable {
  /** Before Spark, which stops on its own at 50 and below. */
  private static final int BEFORE_SPARK = 100;

  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final Duration BETWEEN_CANCELLATIONS = Duration.ofMillis(100);

  private final SparkSession spark;
  private final Stages stages;
  private final Runnable hook = this::terminate;
  private final CountDownLatch noticed = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  /**
   * Watches until it is closed.
   *
   * @throws TerminatedException if the process was asked to end before
   */
  Termination(SparkSession spark, Stages stages) {
    this.spark = spark;
    this.stages = stages;
    try {
      ShutdownHookManager.get()
          .addShutdownHook(
              hook, BEFORE_SPARK, PATIENCE.plusSeconds(1).toMillis(), TimeUnit.MILLISECONDS);
    } catch (IllegalStateException e) {
      throw new TerminatedException(
          "Ended before the run began, since the process was asked to end. Nothing was read or"
              + " changed. Run again.");
    }
  }

  /**
   * The run failed, for whatever reason, and cleans up, or it publishes, which takes less time than
   * ending it would: nothing is cancelled any more.
   */
  void letBe() {
    noticed.countDown();
  }

  @Override
  public void close() {
    noticed.countDown();
    ended.countDown();
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(hook);
    }
  }

  private void terminate() {
    stages.refuse();
    try {
      while (!noticed.await(BETWEEN_CANCELLATIONS.toMillis(), TimeUnit.MILLISECONDS)) {
        spark.sparkContext().cancelAllJobs();
      }
      ended.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
