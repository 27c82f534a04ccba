package linkage.sql;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

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

  private static final StructType SCHEMA =
      new StructType()
          .add("partition", DataTypes.IntegerType, false)
          .add("fit", DataTypes.IntegerType, false)
          .add("part", DataTypes.IntegerType, false)
          .add("cells", DataTypes.BinaryType, false);

  private PartialSums() {}

  /**
   * A sum.
   *
   * @param fit what it is of
   * @param part which part of that, such as a bucket or a fold
   * @param cells its state
   */
  public record Sum(int fit, int part, double[] cells) {}

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
    Dataset<Row> sums =
        rows.mapPartitions(
            (MapPartitionsFunction<Row, Row>) part -> rows(pass.of(part)), Encoders.row(SCHEMA));
    if (rows.rdd().getNumPartitions() * perPartition > mostBroughtBack) {
      sums =
          Groups.by(sums, "fit")
              .flatMapGroups(
                  (FlatMapGroupsFunction<Row, Row, Row>)
                      (key, own) -> {
                        List<Row> ordered = new ArrayList<>();
                        own.forEachRemaining(ordered::add);
                        ordered.sort(Comparator.comparingInt(row -> row.getInt(0)));
                        return rows(merged(ordered, merge));
                      },
                  Encoders.row(SCHEMA));
    }
    return merged(sums.collectAsList(), merge);
  }

  private static List<Sum> merged(List<Row> rows, Merge merge) {
    var fits = new TreeMap<Integer, TreeMap<Integer, double[]>>();
    for (Row row : rows) {
      fits.computeIfAbsent(row.getInt(1), absent -> new TreeMap<>())
          .merge(row.getInt(2), Doubles.unpack(row.getAs(3)), merge::of);
    }
    List<Sum> sums = new ArrayList<>();
    fits.forEach(
        (fit, parts) -> parts.forEach((part, cells) -> sums.add(new Sum(fit, part, cells))));
    return sums;
  }

  private static Iterator<Row> rows(List<Sum> sums) {
    int partition = TaskContext.getPartitionId();
    return sums.stream()
        .map(sum -> RowFactory.create(partition, sum.fit(), sum.part(), Doubles.pack(sum.cells())))
        .iterator();
  }
}
