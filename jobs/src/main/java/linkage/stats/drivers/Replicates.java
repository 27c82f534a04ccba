package linkage.stats.drivers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import linkage.stats.Jackknife;

/**
 * What is known of a segment as a whole, and of the segment without each of its buckets: made once,
 * and read by every statistic that wants an interval.
 *
 * @param total of all buckets together
 * @param without one element per bucket, of all others
 * @param <T> what is known, such as {@link CrossProducts}
 */
public record Replicates<T>(T total, List<T> without) {

  /** Keeps a copy of the list. */
  public Replicates {
    without = List.copyOf(without);
  }

  /**
   * Replicates a statistic.
   *
   * @param statistic to a vector of statistics, always of one length; it must not change its
   *     argument
   */
  public Jackknife jackknife(Function<T, double[]> statistic) {
    return Jackknife.ofReplicates(statistic.apply(total), vectors(statistic));
  }

  /** The same of what is made from it. */
  public <R> Replicates<R> map(Function<T, R> made) {
    List<R> others = new ArrayList<>(without.size());
    without.forEach(replicate -> others.add(made.apply(replicate)));
    return new Replicates<>(made.apply(total), others);
  }

  /** The statistic without each bucket, as [bucket][statistic]. */
  double[][] vectors(Function<T, double[]> statistic) {
    double[][] vectors = new double[without.size()][];
    Arrays.setAll(vectors, bucket -> statistic.apply(without.get(bucket)));
    return vectors;
  }
}
