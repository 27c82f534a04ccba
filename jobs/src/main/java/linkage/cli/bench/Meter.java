package linkage.cli.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import linkage.job.Stages;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * What each stage costs: the process's wall and CPU time, what Spark read and wrote, and the most
 * memory that was held. Stages that run side by side are one.
 */
public final class Meter extends SparkListener implements Stages.Listener, AutoCloseable {
  private static final double NANOS = 1e9;
  private static final String SIDE_BY_SIDE = ", ";

  private final OperatingSystemMXBean process =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private final AtomicLong rows = new AtomicLong();
  private final AtomicLong bytesRead = new AtomicLong();
  private final AtomicLong bytesWritten = new AtomicLong();
  private final AtomicLong bytesShuffled = new AtomicLong();
  private final MemoryPeaks memory = new MemoryPeaks();
  private final List<Stage> stages = new ArrayList<>();
  private int running;
  private Stage start;
  private String names = "";

  /**
   * What a stage cost, or the counters when it began.
   *
   * @param rows that tasks read, from files or from shuffles
   * @param heapBytes the most that lay on the heap, as {@link MemoryPeaks} says
   * @param processBytes the most of the process that was in memory
   */
  public record Stage(
      String name,
      double wall,
      double cpu,
      long rows,
      long bytesRead,
      long bytesWritten,
      long bytesShuffled,
      long heapBytes,
      long processBytes) {

    private Stage since(Stage start, String stage, MemoryPeaks memory) {
      return new Stage(
          stage,
          wall - start.wall,
          cpu - start.cpu,
          rows - start.rows,
          bytesRead - start.bytesRead,
          bytesWritten - start.bytesWritten,
          bytesShuffled - start.bytesShuffled,
          memory.heapBytes(),
          memory.processBytes());
    }

    /** The stages that ran, by their names: one, or several that ran side by side. */
    public List<String> names() {
      return List.of(name.split(SIDE_BY_SIDE));
    }
  }

  public List<Stage> stages() {
    return List.copyOf(stages);
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd task) {
    TaskMetrics metrics = task.taskMetrics();
    if (metrics == null) {
      return;
    }
    rows.addAndGet(
        metrics.inputMetrics().recordsRead() + metrics.shuffleReadMetrics().recordsRead());
    bytesRead.addAndGet(metrics.inputMetrics().bytesRead());
    bytesWritten.addAndGet(metrics.outputMetrics().bytesWritten());
    bytesShuffled.addAndGet(metrics.shuffleWriteMetrics().bytesWritten());
  }

  @Override
  public synchronized void started(String stage) {
    if (running == 0) {
      memory.begin();
      start = now();
      names = stage;
    } else {
      names = names + SIDE_BY_SIDE + stage;
    }
    running++;
  }

  @Override
  public synchronized void ended(String stage, Duration time, String note) {
    running--;
    if (running == 0) {
      stages.add(now().since(start, names, memory));
    }
  }

  private Stage now() {
    return new Stage(
        "",
        System.nanoTime() / NANOS,
        process.getProcessCpuTime() / NANOS,
        rows.get(),
        bytesRead.get(),
        bytesWritten.get(),
        bytesShuffled.get(),
        0,
        0);
  }

  @Override
  public void close() {
    memory.close();
  }
}
