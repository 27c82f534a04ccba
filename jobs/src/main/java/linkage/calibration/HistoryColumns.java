package linkage.calibration;

import java.io.Serializable;
import java.util.List;
import linkage.stats.History;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Where a linked row keeps what {@link History} is made of, for one horizon. */
public final class HistoryColumns implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final double CENTS = 100;

  private final int pastRevenue;
  private final int priorRevenue;
  private final int pastPurchases;
  private final int tenure;
  private final int recency;

  /** The names of the columns. */
  public static List<String> names(int horizonDays) {
    return List.of(
        "past_revenue_cents_" + horizonDays,
        "prior_revenue_cents_" + horizonDays,
        "past_purchases_count_" + horizonDays,
        "tenure_days",
        "recency_days");
  }

  /** Finds the columns. */
  public HistoryColumns(StructType linked, int horizonDays) {
    this.pastRevenue = linked.fieldIndex("past_revenue_cents_" + horizonDays);
    this.priorRevenue = linked.fieldIndex("prior_revenue_cents_" + horizonDays);
    this.pastPurchases = linked.fieldIndex("past_purchases_count_" + horizonDays);
    this.tenure = linked.fieldIndex("tenure_days");
    this.recency = linked.fieldIndex("recency_days");
  }

  /** The row's history, in the order of {@link History#COLUMNS}. */
  public double[] read(Row row) {
    return History.row(
        row.getLong(pastRevenue) / CENTS,
        row.getLong(priorRevenue) / CENTS,
        row.getLong(pastPurchases),
        row.getInt(tenure),
        row.isNullAt(recency) ? Double.NaN : row.getInt(recency));
  }

  /** Revenue over the horizon that ends at the anchor, in units of currency. */
  public double pastRevenue(Row row) {
    return row.getLong(pastRevenue) / CENTS;
  }

  /** Revenue over the horizon before that, in units of currency. */
  public double priorRevenue(Row row) {
    return row.getLong(priorRevenue) / CENTS;
  }
}
