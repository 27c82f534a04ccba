package linkage.stats.drivers;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import linkage.stats.Jackknife;

/**
 * The moments of each bucket of a segment, and from them how sure any statistic of the moments is.
 *
 * <p><b>Formula:</b> the delete-one-bucket {@link Jackknife}. The moments without bucket g are the
 * total less the bucket's; where one bucket holds most of the money, so that subtracting would lose
 * digits, they are those before it merged with those after it.
 *
 * <p><b>Nulls and edges:</b> a bucket without rows is a replicate like any other, and must be in
 * the list.
 *
 * <p><b>Cost:</b> O(buckets · columns²), and for each bucket and in all what is made of moments.
 *
 * @param buckets moments of the same columns, one per bucket
 */
public record BucketedMoments(List<Moments> buckets) {

  /**
   * Takes the buckets as they are.
   *
   * @throws IllegalArgumentException if there are none
   */
  public BucketedMoments {
    buckets = List.copyOf(buckets);
    if (buckets.isEmpty()) {
      throw new IllegalArgumentException("Cannot do statistics of moments: there are no buckets.");
    }
  }

  /** All buckets together; a new object. */
  public Moments total() {
    return merged(buckets);
  }

  /** One less than the buckets that hold rows: the degrees of freedom of a jackknifed variance. */
  public int degreesOfFreedom() {
    return (int) buckets.stream().filter(bucket -> bucket.rows() > 0).count() - 1;
  }

  /**
   * What is made of all buckets, and of all but each.
   *
   * @param made from moments; it must not keep or change its argument
   */
  public <T> Replicates<T> replicates(Function<Moments, T> made) {
    var total = total();
    List<T> without = new ArrayList<>(buckets.size());
    Moments[] others = null;
    for (int bucket = 0; bucket < buckets.size(); bucket++) {
      var left = total.without(buckets.get(bucket));
      if (left.isEmpty() && others == null) {
        others = merged();
      }
      without.add(made.apply(left.isPresent() ? left.get() : others[bucket]));
    }
    return new Replicates<>(made.apply(total), without);
  }

  /** All buckets but each, merged from those before and those after. */
  private Moments[] merged() {
    int size = buckets.size();
    Moments[] after = new Moments[size + 1];
    after[size] = empty();
    for (int bucket = size - 1; bucket >= 0; bucket--) {
      after[bucket] = merged(List.of(buckets.get(bucket), after[bucket + 1]));
    }
    var before = empty();
    Moments[] others = new Moments[size];
    for (int bucket = 0; bucket < size; bucket++) {
      others[bucket] = merged(List.of(before, after[bucket + 1]));
      before.merge(buckets.get(bucket));
    }
    return others;
  }

  private Moments empty() {
    return new Moments(buckets.get(0).columns());
  }

  private Moments merged(List<Moments> parts) {
    var sum = empty();
    parts.forEach(sum::merge);
    return sum;
  }
}
