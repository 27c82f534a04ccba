package linkage.calibration;

import static org.apache.spark.sql.functions.add_months;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_add;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.io.Serializable;
import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linkage.config.Settings;
import linkage.stats.History;
import linkage.stats.Logistic;
import linkage.stats.RiskStrata;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * The models that turn an observation into a risk stratum and a weight, fitted once for a month.
 *
 * <p>The risk models are fitted on primary, eligible observations of the analysis window as it
 * stood when the month began, whose outcomes were complete by then. So all nights of a month, and a
 * rebuild of any of them, use the same model.
 *
 * @param month first day of the month that the calibration is of
 * @param risks a model for each outcome and horizon
 * @param weights the weights of respondents; absent without a frame to weight to
 */
public record Calibration(
    LocalDate month, List<RiskModel> risks, Optional<ResponseWeights> weights) {
  /** The outcomes that have a baseline risk, as named in the columns of linked. */
  static final List<String> OUTCOMES = List.of("retained", "repeat_purchase");

  /** Name of the column with the weight; on average 1 over respondents. */
  public static final String WEIGHT = "weight";

  /** Buckets of customers, as in {@code linked}. */
  private static final int BUCKETS = 64;

  /**
   * Fits.
   *
   * <p><b>Cost:</b> 6 to 9 scans of a few columns of {@code linked}, held in memory or on disk
   * meanwhile, and two of the frame.
   *
   * @param linked the observations
   * @param frame all customers at month ends, as {@link Frame} has them linked; absent if weights
   *     aren't wanted
   * @param asked the invited at their invitation, linked, with a BOOLEAN column {@code responded};
   *     absent where no invitations are delivered: respondents are then raked only
   * @param asOf the business day
   */
  public static Calibration fit(
      Dataset<Row> linked,
      Optional<Dataset<Row>> frame,
      Optional<Dataset<Row>> asked,
      Settings settings,
      LocalDate asOf) {
    LocalDate month = asOf.withDayOfMonth(1);
    return new Calibration(
        month,
        risks(linked, settings, month),
        frame.map(customers -> ResponseWeights.fit(linked, customers, asked, settings)));
  }

  private static List<RiskModel> risks(Dataset<Row> linked, Settings settings, LocalDate month) {
    Dataset<Row> training = training(linked, settings, month);
    Dataset<Row> held = training.persist(StorageLevel.MEMORY_AND_DISK());
    try {
      var cases = new RiskCases(held.schema(), settings.horizonsDays());
      int fits = OUTCOMES.size() * settings.horizonsDays().size();
      List<SharedFits.Fitted> fitted =
          SharedFits.of(held, fits, History.COLUMNS.size(), BUCKETS, cases);
      double[][][] coefficients =
          fitted.stream().map(RiskModel::coefficients).toArray(double[][][]::new);
      double[][] bins = bins(held, cases, coefficients);
      List<RiskModel> risks = new ArrayList<>();
      for (int fit = 0; fit < fits; fit++) {
        risks.add(
            RiskModel.of(
                OUTCOMES.get(fit % OUTCOMES.size()),
                settings.horizonsDays().get(fit / OUTCOMES.size()),
                fitted.get(fit),
                new RiskStrata(bins[fit])));
      }
      return List.copyOf(risks);
    } finally {
      held.unpersist();
    }
  }

  /** What was complete when the month began, with an outcome per horizon, null where it wasn't. */
  private static Dataset<Row> training(Dataset<Row> linked, Settings settings, LocalDate month) {
    Column begins = lit(Date.valueOf(month));
    List<Column> columns = new ArrayList<>();
    columns.add(col("bucket"));
    columns.add(col("tenure_days"));
    columns.add(col("recency_days"));
    for (int horizon : settings.horizonsDays()) {
      columns.add(col("past_revenue_cents_" + horizon));
      columns.add(col("prior_revenue_cents_" + horizon));
      columns.add(col("past_purchases_count_" + horizon));
      Column endsOn = date_add(col("anchor_on"), settings.effectiveLandmarkDays() + horizon);
      Column isComplete = col("mature_" + horizon).and(endsOn.lt(begins));
      for (String outcome : OUTCOMES) {
        String name = outcome + "_" + horizon;
        columns.add(when(isComplete, col(name)).as(name));
      }
    }
    return linked
        .where(
            col("is_primary")
                .and(col("eligibility").equalTo("eligible"))
                .and(col("anchor_on").geq(add_months(begins, -settings.analysisWindowMonths()))))
        .select(columns.toArray(Column[]::new));
  }

  /** How many cases of each fit have log odds in each of the bins of {@link RiskStrata}. */
  private static double[][] bins(
      Dataset<Row> training, RiskCases cases, double[][][] coefficients) {
    double[][] bins = new double[coefficients.length][RiskStrata.BINS];
    MapPartitionsFunction<Row, Row> count =
        rows -> {
          long[][] counts = new long[coefficients.length][RiskStrata.BINS];
          SharedFits.Sink sink =
              (fit, bucket, columns, positive, weight) -> {
                double[] own = coefficients[fit][bucket % coefficients[fit].length];
                counts[fit][RiskStrata.bin(Logistic.logOdds(own, columns))]++;
              };
          rows.forEachRemaining(row -> cases.read(row, sink));
          List<Row> parts = new ArrayList<>();
          for (int fit = 0; fit < counts.length; fit++) {
            for (int bin = 0; bin < RiskStrata.BINS; bin++) {
              if (counts[fit][bin] > 0) {
                parts.add(RowFactory.create(fit, bin, counts[fit][bin]));
              }
            }
          }
          return parts.iterator();
        };
    var schema =
        new StructType()
            .add("fit", DataTypes.IntegerType, false)
            .add("bin", DataTypes.IntegerType, false)
            .add("count", DataTypes.LongType, false);
    for (Row part : training.mapPartitions(count, Encoders.row(schema)).collectAsList()) {
      bins[part.getInt(0)][part.getInt(1)] += part.getLong(2);
    }
    return bins;
  }

  /**
   * Adds each observation's risk and weight to its row.
   *
   * <p>The columns are, for each risk model, {@link RiskModel#logOddsColumn} DOUBLE and {@link
   * RiskModel#stratumColumn} INT, null if the model {@linkplain RiskModel#isFitted isn't fitted},
   * and {@link #WEIGHT} DOUBLE, 1 without weights.
   *
   * <p><b>Cost:</b> one narrow pass. It is typed so that history is read by the same code that the
   * models were fitted with.
   */
  public Dataset<Row> apply(Dataset<Row> linked) {
    var schema = linked.schema();
    for (RiskModel risk : risks) {
      schema =
          schema
              .add(risk.logOddsColumn(), DataTypes.DoubleType, true)
              .add(risk.stratumColumn(), DataTypes.IntegerType, true);
    }
    schema = schema.add(WEIGHT, DataTypes.DoubleType, false);
    var added = new Added(linked.schema(), risks, weights.orElse(null));
    return linked.map((MapFunction<Row, Row>) added::to, Encoders.row(schema));
  }

  /** Reads what the risk models are fitted on. */
  private static final class RiskCases implements SharedFits.Cases {
    private static final long serialVersionUID = 1L;
    private final int bucket;
    private final List<HistoryColumns> histories = new ArrayList<>();
    private final int[] outcomes;

    RiskCases(StructType schema, List<Integer> horizonsDays) {
      this.bucket = schema.fieldIndex("bucket");
      this.outcomes = new int[horizonsDays.size() * OUTCOMES.size()];
      for (int horizon : horizonsDays) {
        for (int outcome = 0; outcome < OUTCOMES.size(); outcome++) {
          outcomes[histories.size() * OUTCOMES.size() + outcome] =
              schema.fieldIndex(OUTCOMES.get(outcome) + "_" + horizon);
        }
        histories.add(new HistoryColumns(schema, horizon));
      }
    }

    @Override
    public void read(Row row, SharedFits.Sink sink) {
      for (int fit = 0; fit < outcomes.length; fit++) {
        if (!row.isNullAt(outcomes[fit])) {
          double[] history = histories.get(fit / OUTCOMES.size()).read(row);
          sink.add(fit, row.getInt(bucket), history, row.getBoolean(outcomes[fit]));
        }
      }
    }
  }

  /** Adds columns to a row. */
  private static final class Added implements Serializable {
    private static final long serialVersionUID = 1L;
    private final int bucket;
    private final ArrayList<RiskModel> risks;
    private final ArrayList<HistoryColumns> histories = new ArrayList<>();
    private final ResponseWeights.Reader weights;

    Added(StructType schema, List<RiskModel> risks, ResponseWeights weights) {
      this.bucket = schema.fieldIndex("bucket");
      this.risks = new ArrayList<>(risks);
      for (RiskModel risk : risks) {
        histories.add(new HistoryColumns(schema, risk.horizonDays()));
      }
      this.weights = weights == null ? null : weights.reader(schema);
    }

    Row to(Row row) {
      Object[] values = new Object[row.size() + 2 * risks.size() + 1];
      for (int i = 0; i < row.size(); i++) {
        values[i] = row.get(i);
      }
      int next = row.size();
      for (int i = 0; i < risks.size(); i++) {
        RiskModel risk = risks.get(i);
        if (risk.isFitted()) {
          double logOdds = risk.logOdds(histories.get(i).read(row), row.getInt(bucket));
          values[next] = logOdds;
          values[next + 1] = risk.strata().stratum(logOdds);
        }
        next += 2;
      }
      values[next] = weights == null ? 1.0 : weights.weight(row);
      return RowFactory.create(values);
    }
  }
}
