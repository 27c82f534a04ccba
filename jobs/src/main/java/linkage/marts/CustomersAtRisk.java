package linkage.marts;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.row_number;

import java.io.Serializable;
import java.sql.Date;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import linkage.config.CustomerKeys;
import linkage.config.MetricSettings;
import linkage.config.QuestionSettings;
import linkage.config.RatingBands;
import linkage.config.ScoreBand;
import linkage.config.SegmentSet;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.stats.Logistic;
import linkage.stats.drivers.Winsor;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.StructType;

/**
 * Whom to call first: the customers whose loss could be averted with most revenue.
 *
 * <p><b>Grain:</b> one row per customer of {@link LatestAnswers}, under a key; for the first
 * horizon.
 *
 * <p><b>Formula:</b> the risk is 1 less the baseline's chance to stay, whose log odds are shifted
 * ({@link linkage.stats.Recalibration}) so that those who answered in the same band are lost as
 * often as they were; without a baseline it is the band's own rate. Of the metrics that the
 * customer answered the one with the highest AUC in the segment counts. The value is the revenue of
 * the horizon up to today, between the caps of drivers and at least 0. At risk is risk × value ×
 * the share that is gone with who is lost; recoverable is that share of it that the main driver's
 * effect is of the losses of those who rate it low. That is, of the drivers rated low, the one of
 * which that share is largest and, with the segment's drivers judged together ({@link
 * linkage.stats.Holm}), can be told from nothing.
 *
 * <p><b>Cost:</b> one narrow pass over a row per customer; ranking sorts these rows in one task.
 */
public final class CustomersAtRisk {
  static final String MART = "customers_at_risk";

  /** The baseline's log odds that a customer stays. */
  @FunctionalInterface
  public interface Baseline extends Serializable {
    /** Reads a row of {@link LatestAnswers}. */
    double logOdds(Row customer);
  }

  private CustomersAtRisk() {}

  /**
   * Builds the mart.
   *
   * @param latest as {@link LatestAnswers} makes it
   * @param lookup what is known of segments
   * @param caps of each horizon's revenue; none without drivers
   * @param baseline what CRM knows of the chance to stay; absent if it knows too little
   */
  public static Dataset<Row> build(
      Dataset<Row> latest,
      RiskLookup lookup,
      List<Winsor> caps,
      Optional<Baseline> baseline,
      CustomerKeys keys,
      Settings settings,
      LocalDate asOf) {
    int horizon = settings.horizonsDays().get(0);
    var judge =
        new Judge(
            lookup,
            new Columns(latest.schema(), settings),
            RiskLookup.ownSet(settings),
            settings.metrics(),
            settings.drivers(),
            baseline.orElse(null),
            caps.isEmpty() ? null : caps.get(0),
            keys,
            settings.source("transactions").isPresent(),
            settings.reportingCurrency().getCurrencyCode(),
            horizon,
            asOf);
    var contract = Contract.mart(MART);
    return latest
        .map((MapFunction<Row, Row>) judge::of, Encoders.row(SegmentStatistics.columns(MART)))
        // Everybody is ranked against everybody: one task sorts a narrow row per customer.
        .withColumn(
            "priority",
            row_number()
                .over(
                    Window.orderBy(
                        col("recoverable_amount").desc_nulls_last(),
                        col("revenue_at_risk_amount").desc_nulls_last(),
                        col("customer_key")))
                .cast("bigint"))
        .select(contract.columns());
  }

  /** Where what is read of a customer stands. */
  private static final class Columns implements Serializable {
    private static final long serialVersionUID = 1L;
    private final int customerId;
    private final int answeredOn;
    private final int segments;
    private final int codes;
    private final int pastRevenue;
    private final int[] drivers;
    private final int ownSet;

    Columns(StructType latest, Settings settings) {
      int horizon = settings.horizonsDays().get(0);
      this.customerId = latest.fieldIndex("customer_id");
      this.answeredOn = latest.fieldIndex("anchor_on");
      this.segments = latest.fieldIndex(LatestAnswers.SEGMENTS);
      this.codes = latest.fieldIndex(LatestAnswers.CODES);
      this.pastRevenue = latest.fieldIndex("past_revenue_cents_" + horizon);
      this.drivers =
          settings.drivers().stream().mapToInt(driver -> latest.fieldIndex(driver.id())).toArray();
      this.ownSet = settings.segmentSets().indexOf(RiskLookup.ownSet(settings));
    }
  }

  /** Judges one customer at a time. */
  private record Judge(
      RiskLookup lookup,
      Columns columns,
      SegmentSet set,
      List<MetricSettings> metrics,
      List<QuestionSettings> drivers,
      Baseline baseline,
      Winsor caps,
      CustomerKeys keys,
      boolean hasMoney,
      String currency,
      int horizonDays,
      LocalDate asOf)
      implements Serializable {
    private static final double CENTS = 100;

    Row of(Row customer) {
      var contract = Contract.mart(MART);
      String segment = customer.<String>getList(columns.segments).get(columns.ownSet);
      var row =
          new MartRow(contract)
              .set("as_of", Date.valueOf(asOf))
              .set("customer_key", keys.of(customer.getString(columns.customerId)))
              .set("segment_set", set.name())
              .set("segment", segment)
              .set("horizon_days", horizonDays)
              .set("answered_on", customer.get(columns.answeredOn))
              .set("currency", currency);
      double value = value(customer);
      row.set("value_amount", RevenueAtRisk.cents(value));
      int metric = metric(segment, customer.getList(columns.codes));
      Optional<RiskLookup.Band> band = Optional.empty();
      if (metric >= 0) {
        MetricSettings declared = metrics.get(metric);
        int level = customer.<Integer>getList(columns.codes).get(metric) - 1;
        ScoreBand scored = RevenueAtRisk.band(declared, level);
        band = lookup.band(segment, declared.id(), scored.name());
        row.set("metric", declared.id())
            .set("metric_label", declared.label())
            .set("score", declared.question().scoreAt(level))
            .set("score_band", scored.name());
      }
      if (band.isPresent()) {
        addRisk(row, customer, segment, band.get(), value);
      }
      return row.set("sentence", RiskSentences.ofCustomer(contract, row.toRow())).toRow();
    }

    private void addRisk(
        MartRow row, Row customer, String segment, RiskLookup.Band band, double value) {
      double risk = risk(customer, band);
      double gone = value * band.takenAlong();
      row.set("loss_risk_rate", risk)
          .set("band_loss_rate", band.lossRate())
          .set("taken_from", set.equals(SegmentSet.ALL) ? null : band.takenFrom())
          .set("revenue_at_risk_amount", RevenueAtRisk.cents(risk * gone));
      int main = mainDriver(segment, customer);
      if (main >= 0) {
        QuestionSettings driver = drivers.get(main);
        double averted = risk * lookup.avertable(segment, driver.id());
        row.set("driver", driver.id())
            .set("driver_text", driver.text())
            .set("driver_score", driver.scoreAt(customer.getByte(columns.drivers[main]) - 1))
            .set("recoverable_risk_rate", averted)
            .set("recoverable_amount", RevenueAtRisk.cents(averted * gone));
      }
    }

    /** What the customer is expected to bring within the horizon; {@code NaN} without sales. */
    private double value(Row customer) {
      double spent = customer.getLong(columns.pastRevenue) / CENTS;
      return hasMoney ? Math.max(0, caps == null ? spent : caps.cap(spent)) : Double.NaN;
    }

    private double risk(Row customer, RiskLookup.Band band) {
      if (baseline == null || Double.isNaN(band.shift())) {
        return band.lossRate();
      }
      return 1 - Logistic.probability(baseline.logOdds(customer) + band.shift());
    }

    /** Of the metrics that were answered, the one that tells most; -1 if none was. */
    private int metric(String segment, List<Integer> codes) {
      int best = -1;
      for (int metric = 0; metric < codes.size(); metric++) {
        boolean isBetter =
            codes.get(metric) > 0
                && (best < 0
                    || lookup.auc(segment, metrics.get(metric).id())
                        > lookup.auc(segment, metrics.get(best).id()));
        best = isBetter ? metric : best;
      }
      return best;
    }

    /**
     * Of the drivers rated low, the one that drives most customers away; -1 if none is known to.
     */
    private int mainDriver(String segment, Row customer) {
      return IntStream.range(0, drivers.size())
          .filter(
              driver -> {
                int level = customer.getByte(columns.drivers[driver]) - 1;
                return level >= 0 && level <= RatingBands.of(drivers.get(driver)).lowUpTo();
              })
          .filter(driver -> lookup.avertable(segment, drivers.get(driver).id()) > 0)
          .boxed()
          .max(
              (one, other) ->
                  Double.compare(
                      lookup.avertable(segment, drivers.get(one).id()),
                      lookup.avertable(segment, drivers.get(other).id())))
          .orElse(-1);
    }
  }
}
