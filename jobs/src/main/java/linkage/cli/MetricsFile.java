package linkage.cli;

import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import linkage.ConfigException;
import linkage.job.RunReport;
import linkage.job.Stages;
import linkage.storage.AtomicFile;
import org.apache.hadoop.conf.Configuration;

/**
 * The figures of the last run in Prometheus's text format, in a file that is replaced as a whole,
 * such as one that node_exporter's textfile collector reads.
 *
 * <p>{@code linkage_last_published_timestamp_seconds} outlives runs that fail, so an alert on its
 * age tells that the marts are old, whatever the reason.
 */
final class MetricsFile implements Stages.Listener {
  private static final String LAST_PUBLISHED = "linkage_last_published_timestamp_seconds";
  private static final Pattern LAST_PUBLISHED_VALUE =
      Pattern.compile("(?m)^" + LAST_PUBLISHED + "\\{[^}]*\\} (\\S+)$");
  private static final double MILLIS = 1000;

  private final Path path;

  /**
   * Tries the file out, which is written when the run is over and its marts are published.
   *
   * @throws ConfigException if it can't be written there
   */
  MetricsFile(Path path) {
    this.path = path.toAbsolutePath();
    try {
      Path folder = Files.createDirectories(this.path.getParent());
      Files.delete(Files.createTempFile(folder, ".", ".metrics"));
      if (Files.isDirectory(this.path)) {
        throw new FileSystemException(path.toString(), null, "is a folder");
      }
      lastPublished();
    } catch (IOException | UncheckedIOException e) {
      throw new ConfigException(
          "Cannot write the metrics to %s: %s. Nothing was read or changed. Correct --metrics."
              .formatted(path, e.getMessage()),
          e);
    }
  }

  @Override
  public void over(RunReport report) {
    var registry = new PrometheusRegistry();
    String deployment = report.deployment();
    gauge(registry, "linkage_run_published", "1 if the last run published its marts, else 0.")
        .labelValues(deployment)
        .set(report.isPublished() ? 1 : 0);
    gauge(registry, "linkage_run_exit_code", "The exit code of the last run.")
        .labelValues(deployment)
        .set(report.exitCode());
    gauge(registry, "linkage_run_finished_timestamp_seconds", "When the last run ended.")
        .labelValues(deployment)
        .set(seconds(report.finishedAt()));
    gauge(registry, "linkage_run_seconds", "How long the last run took.")
        .labelValues(deployment)
        .set(Duration.between(report.startedAt(), report.finishedAt()).toMillis() / MILLIS);
    Optional<Double> published =
        report.isPublished() ? Optional.of(seconds(report.finishedAt())) : lastPublished();
    published.ifPresent(
        when ->
            gauge(registry, LAST_PUBLISHED, "When marts were last published.")
                .labelValues(deployment)
                .set(when));

    Gauge stages = gauge(registry, "linkage_stage_seconds", "Seconds of each stage.", "stage");
    report.stageSeconds().forEach((name, time) -> stages.labelValues(deployment, name).set(time));
    Gauge records =
        gauge(registry, "linkage_records", "Records by what became of them.", "outcome");
    report.records().forEach((name, count) -> records.labelValues(deployment, name).set(count));
    Gauge counts = gauge(registry, "linkage_count", "What else was counted.", "name");
    report.counts().forEach((name, count) -> counts.labelValues(deployment, name).set(count));
    AtomicFile.replace(
        new org.apache.hadoop.fs.Path(path.toUri()), text(registry), new Configuration(false));
  }

  private Optional<Double> lastPublished() {
    try {
      if (!Files.exists(path)) {
        return Optional.empty();
      }
      Matcher value = LAST_PUBLISHED_VALUE.matcher(Files.readString(path));
      return value.find() ? Optional.of(Double.valueOf(value.group(1))) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Gauge gauge(
      PrometheusRegistry registry, String name, String help, String... labels) {
    String[] names = new String[labels.length + 1];
    names[0] = "deployment";
    System.arraycopy(labels, 0, names, 1, labels.length);
    return Gauge.builder().name(name).help(help).labelNames(names).register(registry);
  }

  private static String text(PrometheusRegistry registry) {
    try {
      var text = new ByteArrayOutputStream();
      PrometheusTextFormatWriter.create().write(text, registry.scrape());
      return text.toString(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double seconds(Instant when) {
    return when.toEpochMilli() / MILLIS;
  }
}
