package linkage.counts;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import linkage.config.Settings;
import linkage.stats.drivers.Winsor;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The caps of revenue, for each horizon the same in all segments: a few very large customers must
 * not decide what a driver is worth.
 *
 * <p><b>Formula:</b> the {@link Winsor} caps at {@value #SHARE} from either end, over the revenue
 * of all counted observations, read to the boundary of the {@link RevenueBins} beyond it: at most
 * that share is capped.
 *
 * <p><b>Cost:</b> one scan of a few columns, without a shuffle; each task hands back its bins.
 */
public final class RevenueCaps {
  /** So much of the observations, at most, is capped at either end. */
  public static final double SHARE = 0.005;

  private static final StructType BINS =
      new StructType()
          .add("horizon", DataTypes.IntegerType, false)
          .add("bin", DataTypes.IntegerType, false)
          .add("observations_count", DataTypes.LongType, false);

  private RevenueCaps() {}

  /** The caps of each of the settings' horizons, in units of currency. */
  public static List<Winsor> of(Dataset<Row> linked, Settings settings) {
    List<Integer> horizons = settings.horizonsDays();
    List<Column> columns = new ArrayList<>();
    for (int days : horizons) {
      columns.add(
          functions.when(
              functions.col("mature_" + days), functions.col("revenue_next_cents_" + days)));
    }
    List<Row> counted =
        linked
            .where("is_primary and in_window and eligibility = 'eligible'")
            .select(columns.toArray(Column[]::new))
            .mapPartitions(
                (MapPartitionsFunction<Row, Row>)
                    rows -> {
                      List<TreeMap<Integer, Long>> bins = new ArrayList<>();
                      horizons.forEach(days -> bins.add(new TreeMap<>()));
                      rows.forEachRemaining(
                          row -> {
                            for (int h = 0; h < bins.size(); h++) {
                              if (!row.isNullAt(h)) {
                                bins.get(h).merge(RevenueBins.of(row.getLong(h)), 1L, Long::sum);
                              }
                            }
                          });
                      List<Row> counts = new ArrayList<>();
                      for (int h = 0; h < bins.size(); h++) {
                        int horizon = h;
                        bins.get(h)
                            .forEach(
                                (bin, count) -> counts.add(RowFactory.create(horizon, bin, count)));
                      }
                      return counts.iterator();
                    },
                Encoders.row(BINS))
            .collectAsList();
    List<Winsor> caps = new ArrayList<>();
    for (int h = 0; h < horizons.size(); h++) {
      caps.add(caps(counted, h));
    }
    return List.copyOf(caps);
  }

  private static Winsor caps(List<Row> counted, int horizon) {
    List<Row> own = counted.stream().filter(row -> row.getInt(0) == horizon).toList();
    double[] values =
        own.stream().mapToDouble(row -> RevenueBins.farEnd(row.getInt(1)) / 100.0).toArray();
    double[] weights = own.stream().mapToDouble(row -> row.getLong(2)).toArray();
    return Winsor.of(values, weights, SHARE);
  }
}
