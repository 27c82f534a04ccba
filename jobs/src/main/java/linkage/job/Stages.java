package linkage.job;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import linkage.TerminatedException;

/**
 * The stages of a run: times each, and tells a listener, so that a person can watch. Stages may run
 * side by side.
 */
public final class Stages {
  /** Someone who watches the stages go by. */
  public interface Listener {
    /** A stage began. */
    default void started(String stage) {}

    /**
     * A stage ended well.
     *
     * @param note what it did, such as row counts; may be empty
     */
    default void ended(String stage, Duration time, String note) {}

    /** A stage failed. */
    default void failed(String stage, Duration time, Throwable failure) {}

    /** The run is over, well or not; a run that didn't get the lock says nothing. */
    default void over(RunReport report) {}
  }

  /** Watches nothing. */
  public static final Listener SILENT = new Listener() {};

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  /** For work that is cancelled to clear up after itself. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final Listener listener;
  private volatile boolean isRefusing;
  private final Map<String, Double> seconds = Collections.synchronizedMap(new LinkedHashMap<>());

  /** Stages that are told to a listener. */
  public Stages(Listener listener) {
    this.listener = listener;
  }

  /**
   * Runs a stage; the note, which is part of it, says what it did, given its result.
   *
   * @throws TerminatedException if no stage may begin any more
   */
  public <T> T run(String stage, Supplier<T> work, Function<T, String> note) {
    if (isRefusing) {
      throw new TerminatedException(
          "Ended before stage \"%s\", since the process was asked to end. The published marts are unchanged. Run again."
              .formatted(stage));
    }
    listener.started(stage);
    long start = System.nanoTime();
    T result;
    String done;
    try {
      result = work.get();
      done = note.apply(result);
    } catch (Throwable e) {
      listener.failed(stage, Duration.ofNanos(System.nanoTime() - start), e);
      throw e;
    }
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    seconds.merge(stage, time.toMillis() / 1000.0, Double::sum);
    listener.ended(stage, time, done);
    return result;
  }

  /** Runs a stage that gives nothing back. */
  public void run(String stage, Runnable work) {
    run(
        stage,
        () -> {
          work.run();
          return "";
        },
        nothing -> "");
  }

  /**
   * Does work that may wait for another machine for as long as that says nothing, and that nobody
   * can cancel then. If the process is asked to end, the work has a moment to end, too, and is then
   * left to end with the process.
   *
   * @throws TerminatedException if the work was left
   */
  <T> T unlessEnding(Supplier<T> work) {
    var result = new FutureTask<>(work::get);
    var thread = new Thread(result, "linkage-waiting");
    thread.setDaemon(true);
    thread.start();
    try {
      while (!isRefusing) {
        try {
          return result.get(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          // It goes on.
        }
      }
      return result.get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new TerminatedException(
          "Ended while waiting for another machine, since the process was asked to end. The"
              + " published marts are unchanged. Run again.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** From now on no stage begins. */
  void refuse() {
    isRefusing = true;
  }

  /** Whether the process was asked to end. */
  boolean isRefusing() {
    return isRefusing;
  }

  /** Tells of the run's end. */
  void over(RunReport report) {
    listener.over(report);
  }

  /** Seconds by stage so far, in the order in which they ran. */
  public Map<String, Double> seconds() {
    synchronized (seconds) {
      return new LinkedHashMap<>(seconds);
    }
  }
}
