package linkage.cli;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import linkage.job.RunReport;
import linkage.job.Stages;

/**
 * Who watches a run: the terminal always; a log for programs and a file of metrics if asked for.
 * Who can't write ends the run: a scheduler that was promised a log must not wait for it in vain.
 */
final class Watchers implements Stages.Listener, AutoCloseable {
  private final List<Stages.Listener> all = new ArrayList<>();

  /**
   * @param stageLog where lines of JSON go; null for nowhere
   * @param metrics where the last run's figures go; null for nowhere
   * @param lineage tells of what the marts were made; null for nobody
   */
  Watchers(Path stageLog, Path metrics, LineageEvents lineage) {
    all.add(new Progress());
    if (stageLog != null) {
      all.add(new StageLog(stageLog, Clock.systemUTC()));
    }
    if (metrics != null) {
      all.add(new MetricsFile(metrics));
    }
    if (lineage != null) {
      all.add(lineage);
    }
  }

  @Override
  public void started(String stage) {
    each(listener -> listener.started(stage));
  }

  @Override
  public void ended(String stage, Duration time, String note) {
    each(listener -> listener.ended(stage, time, note));
  }

  @Override
  public void failed(String stage, Duration time, Throwable failure) {
    each(listener -> listener.failed(stage, time, failure));
  }

  @Override
  public void over(RunReport report) {
    each(listener -> listener.over(report));
  }

  @Override
  public void close() {
    for (Stages.Listener listener : all) {
      if (listener instanceof Progress progress) {
        progress.close();
      } else if (listener instanceof StageLog log) {
        log.close();
      }
    }
  }

  private void each(Consumer<Stages.Listener> told) {
    all.forEach(told);
  }
}
