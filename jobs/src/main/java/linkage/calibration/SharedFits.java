package linkage.calibration;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import linkage.sql.PartialSums;
import linkage.stats.Logistic;
import linkage.stats.LogisticSums;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Several logistic regressions over the same rows, fitted together: one scan is one iteration of
 * all of them.
 *
 * <p><b>Nulls and edges:</b> a fit without any observation has coefficients of 0. Sums are those of
 * {@link PartialSums}: the same partitions give the same digits.
 *
 * <p><b>Cost:</b> 4 to 7 scans, never more than {@value #MOST_PASSES}, with a sum per fit and
 * bucket. A typed pass, since the sums are an algorithm.
 */
public final class SharedFits {
  /**
   * Newton's steps double the digits each time, so what takes longer is no fit worth waiting for.
   */
  static final int MOST_PASSES = 12;

  private SharedFits() {}

  /** Reads the cases of a row: those of any of the fits, or none. */
  public interface Cases extends Serializable {
    /** Hands the row's cases to the sink. */
    void read(Row row, Sink sink);
  }

  /** Takes cases. */
  public interface Sink {
    /** Takes one case of one of the fits. */
    default void add(int fit, int bucket, double[] columns, boolean positive) {
      add(fit, bucket, columns, positive, 1);
    }

    /** Takes one case, which counts as so many. */
    void add(int fit, int bucket, double[] columns, boolean positive, double weight);
  }

  /**
   * A finished fit.
   *
   * @param fit the fit
   * @param buckets the sums of the pass at {@link Logistic#evaluatedAt}, by bucket; none if no step
   *     led up, which leaves the fit without cases
   */
  public record Fitted(Logistic fit, List<LogisticSums> buckets) {

    /** The number of cases that have the outcome. */
    public double positive() {
      return buckets.stream().mapToDouble(LogisticSums::positive).sum();
    }

    /** The number of cases that don't. */
    public double negative() {
      return buckets.stream().mapToDouble(LogisticSums::negative).sum();
    }
  }

  /**
   * Fits.
   *
   * @param rows scanned once per pass: hold them if they are dear to compute
   * @param columns the number of columns of each fit
   * @param buckets the number of buckets
   */
  public static List<Fitted> of(Dataset<Row> rows, int[] columns, int buckets, Cases cases) {
    return of(rows, columns, buckets, cases, PartialSums.MOST_BROUGHT_BACK);
  }

  static List<Fitted> of(
      Dataset<Row> rows, int[] columns, int buckets, Cases cases, long mostBroughtBack) {
    int count = columns.length;
    Fitted[] fitted = new Fitted[count];
    for (int fit = 0; fit < count; fit++) {
      fitted[fit] = new Fitted(Logistic.start(columns[fit]), List.of());
    }
    for (int pass = 0; pass < MOST_PASSES && isOpen(fitted); pass++) {
      double[][] at = new double[count][];
      for (int fit = 0; fit < count; fit++) {
        at[fit] = fitted[fit].fit().isFinished() ? null : fitted[fit].fit().coefficients();
      }
      LogisticSums[][] sums = pass(rows, at, buckets, cases, mostBroughtBack);
      for (int fit = 0; fit < count; fit++) {
        if (at[fit] != null) {
          var total = new LogisticSums(at[fit]);
          List.of(sums[fit]).forEach(total::merge);
          Logistic next = fitted[fit].fit().next(total);
          boolean ledUp = Arrays.equals(next.evaluatedAt(), at[fit]);
          fitted[fit] = new Fitted(next, ledUp ? List.of(sums[fit]) : fitted[fit].buckets());
        }
      }
    }
    return List.of(fitted);
  }

  private static boolean isOpen(Fitted[] fitted) {
    return Arrays.stream(fitted).anyMatch(state -> !state.fit().isFinished());
  }

  private static LogisticSums[][] pass(
      Dataset<Row> rows, double[][] at, int buckets, Cases cases, long mostBroughtBack) {
    LogisticSums[][] sums = new LogisticSums[at.length][];
    for (int fit = 0; fit < at.length; fit++) {
      sums[fit] = at[fit] == null ? null : zero(at[fit], buckets);
    }
    long perPartition = (long) at.length * buckets;
    for (PartialSums.Sum sum :
        PartialSums.of(
            rows,
            part -> sums(part, at, buckets, cases),
            PartialSums.ADD,
            perPartition,
            mostBroughtBack)) {
      sums[sum.fit()][sum.part()] = LogisticSums.of(at[sum.fit()], sum.cells());
    }
    return sums;
  }

  private static List<PartialSums.Sum> sums(
      Iterator<Row> rows, double[][] at, int buckets, Cases cases) {
    LogisticSums[][] sums = new LogisticSums[at.length][buckets];
    Sink sink =
        (fit, bucket, columns, positive, weight) -> {
          if (at[fit] != null) {
            if (sums[fit][bucket] == null) {
              sums[fit][bucket] = new LogisticSums(at[fit]);
            }
            sums[fit][bucket].add(columns, positive ? weight : 0, positive ? 0 : weight);
          }
        };
    rows.forEachRemaining(row -> cases.read(row, sink));

    List<PartialSums.Sum> parts = new ArrayList<>();
    for (int fit = 0; fit < at.length; fit++) {
      for (int bucket = 0; bucket < buckets; bucket++) {
        if (sums[fit][bucket] != null) {
          parts.add(new PartialSums.Sum(fit, bucket, sums[fit][bucket].cells()));
        }
      }
    }
    return parts;
  }

  private static LogisticSums[] zero(double[] at, int buckets) {
    LogisticSums[] zero = new LogisticSums[buckets];
    for (int bucket = 0; bucket < buckets; bucket++) {
      zero[bucket] = new LogisticSums(at);
    }
    return zero;
  }
}
