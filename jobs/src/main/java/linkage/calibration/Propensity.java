package linkage.calibration;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import linkage.stats.AddedValue;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Who answers an invitation, by history and segment attributes.
 *
 * <p>Each customer is predicted by coefficients that were fitted without the customer's fold
 * (bucket mod {@value AddedValue#FOLDS}).
 *
 * <p><b>Cost:</b> 4 to 7 scans of the invited, held in memory or on disk meanwhile.
 *
 * @param rate the share of the invited that answered; {@code NaN} if that tells nothing
 * @param flags the categories with a coefficient of their own, by attribute
 * @param coefficients as [fold][coefficient], the intercept first, then the columns of {@link
 *     linkage.stats.History}, then the flags; empty if nothing was fitted
 */
public record Propensity(double rate, Map<String, List<String>> flags, double[][] coefficients)
    implements Serializable {

  /** An attribute with more categories would make the sums too wide. */
  static final int MOST_FLAGS = 20;

  /** Nothing is known of who answers. */
  static final Propensity UNKNOWN = new Propensity(Double.NaN, Map.of(), new double[0][]);

  /** Whether anything was fitted. */
  public boolean isKnown() {
    return coefficients.length > 0;
  }

  /**
   * Fits; unknown with fewer than {@value RiskModel#MINIMUM} invitations answered, or as few
   * unanswered.
   *
   * @param invited with the columns of {@code linkage.link.Everybody}'s invitations
   * @param categories the categories of each attribute, in the order of attributes
   */
  static Propensity fit(
      Dataset<Row> invited, int horizonDays, LinkedHashMap<String, List<String>> categories) {
    var flags = new LinkedHashMap<String, List<String>>();
    categories.forEach(
        (attribute, names) -> {
          if (names.size() <= MOST_FLAGS) {
            // The first category is what the others are compared with.
            flags.put(attribute, names.stream().skip(1).toList());
          }
        });
    var columns = new PropensityColumns(invited.schema(), horizonDays, flags);
    int bucket = invited.schema().fieldIndex("bucket");
    int answered = invited.schema().fieldIndex("is_answered");
    // Folds are all that is left out, so sums needn't be kept by bucket.
    SharedFits.Cases cases =
        (row, sink) ->
            sink.add(
                0,
                row.getInt(bucket) % AddedValue.FOLDS,
                columns.read(row),
                row.getBoolean(answered));
    Dataset<Row> held = invited.persist(StorageLevel.MEMORY_AND_DISK());
    SharedFits.Fitted fitted;
    try {
      fitted = SharedFits.of(held, new int[] {columns.count()}, AddedValue.FOLDS, cases).get(0);
    } finally {
      held.unpersist();
    }
    double all = fitted.positive() + fitted.negative();
    return Math.min(fitted.positive(), fitted.negative()) < RiskModel.MINIMUM
        ? UNKNOWN
        : new Propensity(fitted.positive() / all, flags, RiskModel.coefficients(fitted));
  }
}
