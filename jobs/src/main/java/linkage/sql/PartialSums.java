package linkage.sql;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Sums that every task makes of its own rows, brought together for the driver program.
 *
 * <p>They are merged in the order of partitions, wherever that happens, so the same partitions give
 * the same digits.
 *
 * <p><b>Cost:</b> one scan. The driver program gets one row per sum, and one per partition and sum
 * as long as these are few: else they are shuffled and merged in executors first.
 */
public final class PartialSums {
  /** More rows than this are merged before the driver program gets them. */
  public static final long MOST_BROUGHT_BACK = 200_000;

  /** Merges states that are plain sums: number by number. */
  public static final Merge ADD =
      (one, other) -> {
        for (int cell = 0; cell < one.length; cell++) {
          one[cell] += other[cell];
        }
        return one;
      };

  /** A sum of one partition. */
  private record Part(int partition, Sum sum) implements Serializable {}

  private PartialSums() {}

  /**
   * A sum.
   *
   * @param fit what it is of
   * @param part which part of that, such as a bucket or a fold
   * @param cells its state
   */
  public record Sum(int fit, int part, double[] cells) implements Serializable {}

  /** Sums up a partition's rows. */
  @FunctionalInterface
  public interface Pass extends Serializable {
    /** The sums of these rows, each fit and part at most once. */
    List<Sum> of(Iterator<Row> rows);
  }

  /** Merges two states of the same fit. */
  @FunctionalInterface
  public interface Merge extends Serializable {
    /** The state of both; may change the first. */
    double[] of(double[] one, double[] other);
  }

  /**
   * Sums up.
   *
   * @param perPartition how many sums a partition makes at most
   * @param mostBroughtBack usually {@link #MOST_BROUGHT_BACK}
   * @return by fit, then part; what no partition has is absent
   */
  public static List<Sum> of(
      Dataset<Row> rows, Pass pass, Merge merge, long perPartition, long mostBroughtBack) {
    // Plain tasks, since a query would be planned and compiled anew for each pass of a fit.
    JavaRDD<Row> partitions = rows.toJavaRDD();
    JavaRDD<Part> sums =
        partitions.mapPartitionsWithIndex(
            (partition, part) ->
                pass.of(part).stream().map(sum -> new Part(partition, sum)).iterator(),
            true);
    if (partitions.getNumPartitions() * perPartition <= mostBroughtBack) {
      return merged(sums.collect(), merge);
    }
    return sums
        .groupBy(part -> part.sum().fit())
        .flatMap(fit -> merged(ordered(fit._2()), merge).iterator())
        .collect()
        .stream()
        .sorted(Comparator.comparingInt(Sum::fit).thenComparingInt(Sum::part))
        .toList();
  }

  private static List<Part> ordered(Iterable<Part> parts) {
    List<Part> ordered = new ArrayList<>();
    parts.forEach(ordered::add);
    ordered.sort(Comparator.comparingInt(Part::partition));
    return ordered;
  }

  private static List<Sum> merged(List<Part> parts, Merge merge) {
    var fits = new TreeMap<Integer, TreeMap<Integer, double[]>>();
    for (Part part : parts) {
      fits.computeIfAbsent(part.sum().fit(), absent -> new TreeMap<>())
          .merge(part.sum().part(), part.sum().cells(), merge::of);
    }
    List<Sum> sums = new ArrayList<>();
    fits.forEach((fit, own) -> own.forEach((part, cells) -> sums.add(new Sum(fit, part, cells))));
    return sums;
  }
}
