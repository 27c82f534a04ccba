package linkage.marts;

import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import linkage.config.SegmentSet;
import linkage.config.Settings;
import linkage.stats.Holm;
import linkage.stats.StudentT;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What is known of segments when a single customer is judged: how each band of scores ends, which
 * metric tells most, and what each driver does.
 *
 * <p>Of everyone and of the first declared segment set, for the first horizon. What a segment has
 * too little for is that of everyone.
 *
 * <p><b>Cost:</b> three small queries; its answers are held, a few kB per segment.
 */
public final class RiskLookup implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final double POINTS = 100;
  private static final double LARGEST_P = 0.05;
  private static final String ALL = "all";

  /**
   * How a band ends.
   *
   * @param lossRate the share lost by the horizon
   * @param shift what is added to the baseline's log odds; {@code NaN} without a baseline
   * @param takenAlong the share of the horizon's revenue that is gone with who is lost
   * @param takenFrom where it was found if not in the customer's segment, else null
   */
  record Band(double lossRate, double shift, double takenAlong, String takenFrom)
      implements Serializable {}

  private record Key(String segment, String of, String band) implements Serializable {}

  private final HashMap<Key, Band> bands = new HashMap<>();
  private final HashMap<Key, Double> aucs = new HashMap<>();
  private final HashMap<Key, Double> effects = new HashMap<>();

  private RiskLookup() {}

  /**
   * Reads it.
   *
   * @param statistics of all segments
   * @param drivers the statistics of drivers
   */
  public static RiskLookup of(Dataset<Row> statistics, Dataset<Row> drivers, Settings settings) {
    var lookup = new RiskLookup();
    List<String> sets = List.of(SegmentSet.ALL.name(), ownSet(settings).name());
    var isWanted =
        col("segment_set")
            .isin(sets.toArray())
            .and(col("horizon_days").equalTo(settings.horizonsDays().get(0)));
    for (Row row :
        SegmentStatistics.rows(statistics, RiskBands.TABLE)
            .where(isWanted.and(col("status").equalTo("ok")))
            .collectAsList()) {
      lookup.bands.put(
          lookup.key(row, row.getAs("metric"), row.getAs("score_band")), lookup.band(row));
    }
    for (Row row :
        SegmentStatistics.rows(statistics, SegmentStatistics.PREDICTIVENESS)
            .where(
                isWanted.and(col("outcome").equalTo("retained").and(col("status").equalTo("ok"))))
            .select("segment", "metric", "auc")
            .collectAsList()) {
      if (!row.isNullAt(2)) {
        lookup.aucs.put(lookup.key(row, row.getString(1), null), row.getDouble(2));
      }
    }
    Map<String, List<Row>> effects =
        DriverStatistics.rows(drivers, ImpactRows.MART)
            .where(
                isWanted.and(
                    col("rung")
                        .equalTo(ImpactRows.ADJUSTED)
                        .and(col("scenario").equalTo(DriverScenarios.LOWS_TO_MIDDLE))
                        .and(col("status").equalTo("ok"))))
            .select(
                "segment",
                "driver",
                "retention_change_points",
                "retention_change_points_lower",
                "moved_share",
                "degrees_of_freedom",
                "low_raters_loss_rate")
            .collectAsList()
            .stream()
            .collect(Collectors.groupingBy(row -> row.getString(0)));
    effects.values().forEach(lookup::addEffects);
    return lookup;
  }

  /** The first set that parts customers, or everyone. */
  static SegmentSet ownSet(Settings settings) {
    return settings.segmentSets().get(Math.min(1, settings.segmentSets().size() - 1));
  }

  /** Of many drivers one seems to matter by chance, so a segment's are judged together. */
  private void addEffects(List<Row> drivers) {
    double[] adjusted = Holm.adjust(drivers.stream().mapToDouble(RiskLookup::pValue).toArray());
    for (int i = 0; i < adjusted.length; i++) {
      Row row = drivers.get(i);
      boolean helps = adjusted[i] <= LARGEST_P && row.getDouble(2) > 0;
      effects.put(
          key(row, row.getString(1), null),
          helps ? avertable(row.getDouble(2) / POINTS / row.getDouble(4), row.getDouble(6)) : 0);
    }
  }

  /** Of those who rated low and were lost, the share that would have stayed. */
  private static double avertable(double effect, double lossRate) {
    return lossRate > 0 ? Math.min(1, effect / lossRate) : 0;
  }

  private static double pValue(Row row) {
    if (row.isNullAt(2) || row.isNullAt(3)) {
      return Double.NaN;
    }
    int degrees = row.getInt(5);
    double error = (row.getDouble(2) - row.getDouble(3)) / StudentT.critical(degrees);
    return StudentT.twoSidedP(row.getDouble(2) / error, degrees);
  }

  private Key key(Row row, String of, String band) {
    return new Key(row.getAs("segment"), of, band);
  }

  private Band band(Row row) {
    BigDecimal stays = row.getAs("revenue_if_retained_amount");
    BigDecimal leaves = row.getAs("revenue_if_lost_amount");
    double left =
        stays == null || leaves == null || stays.signum() <= 0
            ? 0
            : Math.max(0, Math.min(1, leaves.doubleValue() / stays.doubleValue()));
    Double shift = row.getAs(RiskBands.SHIFT);
    return new Band(
        1 - row.<Double>getAs("retention_rate"),
        shift == null ? Double.NaN : shift,
        1 - left,
        null);
  }

  /** How a band of a metric ends. */
  Optional<Band> band(String segment, String metric, String band) {
    Band own = bands.get(new Key(segment, metric, band));
    if (own != null) {
      return Optional.of(own);
    }
    return Optional.ofNullable(bands.get(new Key(ALL, metric, band)))
        .map(found -> new Band(found.lossRate(), found.shift(), found.takenAlong(), ALL));
  }

  /** How well a metric tells who stays; 0 where that isn't known. */
  double auc(String segment, String metric) {
    Double own = aucs.get(new Key(segment, metric, null));
    return own != null ? own : aucs.getOrDefault(new Key(ALL, metric, null), 0.0);
  }

  /**
   * Of the losses of customers who rate low the share that comes of the rating, between 0 and 1; 0
   * if that can't be told from nothing.
   */
  double avertable(String segment, String driver) {
    Double own = effects.get(new Key(segment, driver, null));
    return own != null ? own : effects.getOrDefault(new Key(ALL, driver, null), 0.0);
  }
}
