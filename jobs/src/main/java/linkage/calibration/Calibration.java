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
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import linkage.config.Settings;
import linkage.stats.History;
import linkage.stats.Logistic;
import linkage.stats.RiskStrata;
import linkage.stats.TimeSplit;
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
 * @param combined all metrics as one score, for each outcome and horizon
 * @param splits earlier and later months by horizon, as {@code 12 * year + month - 1}; a horizon
 *     without two times that both have losses is absent
 * @param weights the weights of respondents; absent without a frame to weight to
 */
public record Calibration(
    LocalDate month,
    List<RiskModel> risks,
    List<Combined> combined,
    Map<Integer, TimeSplit> splits,
    Optional<ResponseWeights> weights) {
  /** The outcomes that have a baseline risk, as named in the columns of linked. */
  static final List<String> OUTCOMES = List.of("retained", "repeat_purchase");

  /** Name of the column with the weight; on average 1 over respondents. */
  public static final String WEIGHT = "weight";

  /** What the name of the column begins with that tells earlier from later observations. */
  public static final String TIME = "time_";

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
    Models models = models(linked, settings, month);
    return new Calibration(
        month,
        models.risks(),
        models.combined(),
        models.splits(),
        frame.map(customers -> ResponseWeights.fit(linked, customers, asked, settings)));
  }

  /** What the passes over the training rows give. */
  private record Models(
      List<RiskModel> risks, List<Combined> combined, Map<Integer, TimeSplit> splits) {}

  private static Models models(Dataset<Row> linked, Settings settings, LocalDate month) {
    Dataset<Row> held = training(linked, settings, month).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      var rows = new TrainingRows(held.schema(), settings);
      var tallies = Tallies.of(held, rows, BUCKETS);
      var combinations = new Combinations(tallies, rows.fits(), settings.metrics());
      int[] columns =
          IntStream.concat(
                  IntStream.generate(History.COLUMNS::size).limit(rows.fits()),
                  Arrays.stream(combinations.columns()))
              .toArray();
      List<SharedFits.Fitted> fitted =
          SharedFits.of(held, columns, BUCKETS, new ModelCases(rows, combinations));
      List<SharedFits.Fitted> ofRisk = fitted.subList(0, rows.fits());
      return new Models(
          risks(held, rows, ofRisk, settings),
          combinations.scores(fitted.subList(rows.fits(), fitted.size()), settings),
          splits(tallies, settings));
    } finally {
      held.unpersist();
    }
  }

  private static List<RiskModel> risks(
      Dataset<Row> held, TrainingRows rows, List<SharedFits.Fitted> fitted, Settings settings) {
    double[][][] coefficients =
        fitted.stream().map(RiskModel::coefficients).toArray(double[][][]::new);
    double[][] bins = bins(held, rows, coefficients);
    List<RiskModel> risks = new ArrayList<>();
    for (int fit = 0; fit < rows.fits(); fit++) {
      risks.add(
          RiskModel.of(
              OUTCOMES.get(fit % OUTCOMES.size()),
              settings.horizonsDays().get(fit / OUTCOMES.size()),
              fitted.get(fit),
              new RiskStrata(bins[fit])));
    }
    return List.copyOf(risks);
  }

  private static Map<Integer, TimeSplit> splits(Tallies tallies, Settings settings) {
    Map<Integer, TimeSplit> splits = new TreeMap<>();
    for (int h = 0; h < settings.horizonsDays().size(); h++) {
      int horizon = settings.horizonsDays().get(h);
      // By the losses, the first of the outcomes.
      tallies
          .split(h * OUTCOMES.size(), settings.effectiveLandmarkDays() + horizon)
          .ifPresent(split -> splits.put(horizon, split));
    }
    return splits;
  }

  /** What was complete when the month began, with an outcome per horizon, null where it wasn't. */
  private static Dataset<Row> training(Dataset<Row> linked, Settings settings, LocalDate month) {
    Column begins = lit(Date.valueOf(month));
    List<Column> columns = new ArrayList<>();
    columns.add(col("bucket"));
    columns.add(col("month"));
    Set<String> read = new LinkedHashSet<>(settings.attributes());
    settings.metrics().forEach(metric -> read.add(metric.question().id()));
    read.forEach(name -> columns.add(col(name)));
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
      Dataset<Row> training, TrainingRows rows, double[][][] coefficients) {
    double[][] bins = new double[coefficients.length][RiskStrata.BINS];
    MapPartitionsFunction<Row, Row> count =
        part -> {
          long[][] counts = new long[coefficients.length][RiskStrata.BINS];
          while (part.hasNext()) {
            Row row = part.next();
            for (int fit = 0; fit < coefficients.length; fit++) {
              if (rows.isKnown(row, fit)) {
                double[] own = coefficients[fit][rows.bucket(row) % coefficients[fit].length];
                counts[fit][RiskStrata.bin(Logistic.logOdds(own, rows.history(row, fit)))]++;
              }
            }
          }
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
   * for each outcome, horizon and segment set {@code combined_bin_(outcome)_(horizon)_(set)} INT,
   * null where there is no such score or not all of its metrics were answered, for each horizon
   * {@link #TIME} INT: 0 for the earlier of two times, 1 for the later, -1 for neither; and {@link
   * #WEIGHT} DOUBLE, 1 without weights.
   *
   * <p><b>Cost:</b> one narrow pass. It is typed so that history is read by the same code that the
   * models were fitted with.
   */
  public Dataset<Row> apply(Dataset<Row> linked, Settings settings) {
    var schema = linked.schema();
    for (RiskModel risk : risks) {
      schema =
          schema
              .add(risk.logOddsColumn(), DataTypes.DoubleType, true)
              .add(risk.stratumColumn(), DataTypes.IntegerType, true);
    }
    for (Combined score : combined) {
      for (int set = 0; set < settings.segmentSets().size(); set++) {
        schema = schema.add(score.column(set), DataTypes.IntegerType, true);
      }
    }
    for (int horizon : settings.horizonsDays()) {
      schema = schema.add(TIME + horizon, DataTypes.IntegerType, false);
    }
    schema = schema.add(WEIGHT, DataTypes.DoubleType, false);
    var added = new Added(linked.schema(), this, settings);
    return linked.map((MapFunction<Row, Row>) added::to, Encoders.row(schema));
  }

  /** The cases of the risk models, then those of the combinations. */
  private record ModelCases(TrainingRows rows, Combinations combinations)
      implements SharedFits.Cases {

    @Override
    public void read(Row row, SharedFits.Sink sink) {
      int bucket = rows.bucket(row);
      for (int fit = 0; fit < rows.fits(); fit++) {
        if (rows.isKnown(row, fit)) {
          sink.add(fit, bucket, rows.history(row, fit), rows.isPositive(row, fit));
        }
      }
      combinations.read(row, rows, sink);
    }
  }

  /** Adds columns to a row. */
  private static final class Added implements Serializable {
    private static final long serialVersionUID = 1L;
    private final int bucket;
    private final int month;
    private final Answers answers;
    private final ArrayList<RiskModel> risks;
    private final ArrayList<HistoryColumns> histories = new ArrayList<>();
    private final ArrayList<Combined> combined;
    private final ArrayList<TimeSplit> splits = new ArrayList<>();
    private final ResponseWeights.Reader weights;
    private final int columns;

    Added(StructType schema, Calibration calibration, Settings settings) {
      this.bucket = schema.fieldIndex("bucket");
      this.month = schema.fieldIndex("month");
      this.answers = new Answers(schema, settings);
      this.risks = new ArrayList<>(calibration.risks());
      for (RiskModel risk : risks) {
        histories.add(new HistoryColumns(schema, risk.horizonDays()));
      }
      this.combined = new ArrayList<>(calibration.combined());
      settings.horizonsDays().forEach(horizon -> splits.add(calibration.splits().get(horizon)));
      this.weights = calibration.weights().map(fitted -> fitted.reader(schema)).orElse(null);
      this.columns = 2 * risks.size() + combined.size() * answers.segmentSets() + splits.size() + 1;
    }

    Row to(Row row) {
      Object[] values = new Object[row.size() + columns];
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
      long pattern = answers.pattern(row);
      for (Combined score : combined) {
        for (int set = 0; set < answers.segmentSets(); set++) {
          values[next++] =
              score.isAnswered(pattern) ? score.bin(row, answers, set, row.getInt(bucket)) : null;
        }
      }
      for (TimeSplit split : splits) {
        values[next++] = time(split, TrainingRows.month(row.get(month)));
      }
      values[next] = weights == null ? 1.0 : weights.weight(row);
      return RowFactory.create(values);
    }

    private static int time(TimeSplit split, int month) {
      if (split == null) {
        return -1;
      }
      return month <= split.lastThen() ? 0 : month >= split.firstNow() ? 1 : -1;
    }
  }
}
