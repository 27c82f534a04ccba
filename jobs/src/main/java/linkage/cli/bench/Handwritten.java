package linkage.cli.bench;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;

/** Link and counts written by hand for DuckDB, on the same files. */
public final class Handwritten {
  private static final double NANOS = 1e9;

  private Handwritten() {}

  /**
   * What it took.
   *
   * @param linkSeconds to make a row per observation
   * @param countSeconds to count
   * @param cells what was counted
   */
  public record Result(double linkSeconds, double countSeconds, long cells) {
    public double seconds() {
      return linkSeconds + countSeconds;
    }
  }

  public static Result run(Duck duck, Path landing, LocalDate asOf) {
    Map<String, Object> values = Map.of("landing", landing, "as_of", asOf);
    long start = System.nanoTime();
    duck.run(Duck.sql("link", values));
    long linked = System.nanoTime();
    duck.run(Duck.sql("counts", values));
    long counted = System.nanoTime();
    long cells = duck.numbers("select 'cells', count(*) from counted").get("cells");
    return new Result((linked - start) / NANOS, (counted - linked) / NANOS, cells);
  }

  /**
   * Observations, losses and revenue by segment, metric and score, as text and number, to be held
   * against a mart.
   */
  public static Map<String, Long> totals(Duck duck) {
    return duck.numbers(
        """
        select segment || ' ' || metric || ' ' || score || ' ' || measure, sum(value)::bigint
        from (
            unpivot (
                select segment, metric, score, observations, lost, revenue_cents from counted
                where part = 'outcomes'
            ) on observations, lost, revenue_cents into name measure value value
        )
        group by all
        """);
  }
}
