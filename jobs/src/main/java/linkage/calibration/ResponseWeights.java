package linkage.calibration;

import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import linkage.config.MetricSettings;
import linkage.config.Settings;
import linkage.stats.History;
import linkage.stats.Logistic;
import linkage.stats.Raking;
import linkage.stats.ResponseWeight;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What each respondent stands for, so that respondents look like all customers.
 *
 * <p><b>Formula:</b> where invitations are known, the {@linkplain ResponseWeight#stabilised
 * stabilised} inverse of the propensity to answer one, by history; then {@link Raking} of the cells
 * of respondents to the margins of the frame: each segment attribute, years of tenure, and revenue
 * by powers of ten.
 *
 * <p>The propensity's weight is capped before the raking, and a cell's mean weight in it, at
 * {@value Raking#CAP} means; {@code cost} tells the largest that comes of both.
 *
 * <p><b>Nulls and edges:</b> a margin of more than {@value #MOST_CATEGORIES} categories is left out
 * and listed. An observation in a cell that held no respondent when the weights were fitted keeps
 * its base weight.
 *
 * @param horizonDays the horizon of the history that propensity and margins read
 * @param margins names of the margins that are raked to
 * @param leftOut names of those with too many categories
 * @param rate the share of the invited that answered; {@code NaN} without invitations
 * @param propensity the coefficients of answering, as [fold][coefficient]; empty without
 *     invitations
 * @param factors what raking multiplies a respondent's base weight by, per cell
 * @param raking how raking went; its weights are those of the cells
 * @param cost what the weights cost: effective number of respondents, and the largest weight
 */
public record ResponseWeights(
    int horizonDays,
    List<String> margins,
    List<String> leftOut,
    double rate,
    double[][] propensity,
    Map<String, Double> factors,
    Raking raking,
    ResponseWeight cost) {

  /** Margins with more categories would be met by a handful of respondents each. */
  public static final int MOST_CATEGORIES = 100;

  private static final int BUCKETS = 64;

  private static final StructType CELLS =
      new StructType()
          .add("cell", DataTypes.StringType, false)
          .add("respondents", DataTypes.DoubleType, false)
          .add("sum", DataTypes.DoubleType, false)
          .add("squares", DataTypes.DoubleType, false)
          .add("largest", DataTypes.DoubleType, false);

  /**
   * Fits.
   *
   * @param linked the observations; the primary, eligible ones of the analysis window that answer
   *     any metric are the respondents
   * @param frame all customers at month ends, linked
   * @param asked the invited at their invitation, linked, with a BOOLEAN column {@code responded}
   */
  static ResponseWeights fit(
      Dataset<Row> linked, Dataset<Row> frame, Optional<Dataset<Row>> asked, Settings settings) {
    int horizon = settings.horizonsDays().get(0);
    double[][] propensity = asked.map(rows -> propensity(rows, horizon)).orElse(new double[0][]);
    double rate = asked.map(ResponseWeights::rate).orElse(Double.NaN);

    Dataset<Row> customers = frame.where(isAnalysed());
    List<String> all = new ArrayList<>(settings.attributes());
    all.add(Margins.TENURE);
    all.add(Margins.REVENUE);
    List<Map<String, Double>> targets =
        targets(customers, new Margins(frame.schema(), all, horizon));
    List<String> margins = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    List<Map<String, Double>> kept = new ArrayList<>();
    for (int margin = 0; margin < all.size(); margin++) {
      boolean isSmall = targets.get(margin).size() <= MOST_CATEGORIES;
      (isSmall ? margins : leftOut).add(all.get(margin));
      if (isSmall) {
        kept.add(targets.get(margin));
      }
    }

    var base = new Reader(linked.schema(), margins, horizon, rate, propensity, Map.of());
    TreeMap<String, ResponseWeight> cells =
        cells(linked.where(isAnalysed().and(answersAny(settings))), base);
    return rake(horizon, margins, leftOut, rate, propensity, kept, cells);
  }

  private static ResponseWeights rake(
      int horizonDays,
      List<String> margins,
      List<String> leftOut,
      double rate,
      double[][] propensity,
      List<Map<String, Double>> targets,
      TreeMap<String, ResponseWeight> cells) {
    List<String> names = List.copyOf(cells.keySet());
    double[] respondents = new double[names.size()];
    double[] base = new double[names.size()];
    for (int cell = 0; cell < names.size(); cell++) {
      respondents[cell] = cells.get(names.get(cell)).respondents();
      base[cell] = cells.get(names.get(cell)).sum();
    }
    int[][] categories = new int[margins.size()][];
    double[][] goals = new double[margins.size()][];
    double total = Arrays.stream(respondents).sum();
    for (int margin = 0; margin < margins.size(); margin++) {
      int place = margin;
      Map<String, Double> customers = targets.get(margin);
      List<String> own =
          names.stream().map(name -> name.split(Margins.SEPARATOR, -1)[place]).toList();
      // A category that only respondents have gets a target, too: that of no customers.
      List<String> known =
          Stream.concat(customers.keySet().stream(), own.stream()).distinct().sorted().toList();
      goals[margin] =
          known.stream().mapToDouble(name -> customers.getOrDefault(name, 0.0)).toArray();
      double scale = total / Arrays.stream(goals[margin]).sum();
      for (int category = 0; category < known.size(); category++) {
        goals[margin][category] *= scale;
      }
      categories[margin] = own.stream().mapToInt(known::indexOf).toArray();
    }

    Raking raking = Raking.of(base, respondents, categories, goals, Raking.CAP);
    Map<String, Double> factors = new HashMap<>();
    ResponseWeight cost = ResponseWeight.NONE;
    for (int cell = 0; cell < names.size(); cell++) {
      double factor = raking.weights()[cell] / base[cell];
      ResponseWeight before = cells.get(names.get(cell));
      factors.put(names.get(cell), factor);
      cost =
          cost.plus(
              new ResponseWeight(
                  before.respondents(),
                  factor * before.sum(),
                  factor * factor * before.squares(),
                  factor * before.largest()));
    }
    return new ResponseWeights(
        horizonDays,
        List.copyOf(margins),
        List.copyOf(leftOut),
        rate,
        propensity,
        Map.copyOf(factors),
        raking,
        cost);
  }

  private static Column isAnalysed() {
    return col("is_primary").and(col("in_window")).and(col("eligibility").equalTo("eligible"));
  }

  private static Column answersAny(Settings settings) {
    return settings.metrics().stream()
        .map(MetricSettings::question)
        .map(question -> col(question.id()).gt(0))
        .reduce(Column::or)
        .orElseThrow();
  }

  private static double[][] propensity(Dataset<Row> asked, int horizonDays) {
    var history = new HistoryColumns(asked.schema(), horizonDays);
    int bucket = asked.schema().fieldIndex("bucket");
    int responded = asked.schema().fieldIndex("responded");
    SharedFits.Cases cases =
        (row, sink) ->
            sink.add(0, row.getInt(bucket), history.read(row), row.getBoolean(responded));
    return RiskModel.coefficients(
        SharedFits.of(asked, new int[] {History.COLUMNS.size()}, BUCKETS, cases).get(0));
  }

  private static double rate(Dataset<Row> asked) {
    Row share = asked.selectExpr("avg(cast(responded as double))").first();
    return share.isNullAt(0) ? Double.NaN : share.getDouble(0);
  }

  /** Customers of the frame per margin and category. */
  private static List<Map<String, Double>> targets(Dataset<Row> frame, Margins margins) {
    List<Map<String, Double>> targets = new ArrayList<>();
    for (int margin = 0; margin < margins.count(); margin++) {
      targets.add(new HashMap<>());
    }
    MapPartitionsFunction<Row, Row> count =
        rows -> {
          Map<String, ResponseWeight> counts = new TreeMap<>();
          rows.forEachRemaining(
              row -> {
                for (int margin = 0; margin < margins.count(); margin++) {
                  counts.merge(
                      margin + Margins.SEPARATOR + margins.category(row, margin),
                      ResponseWeight.NONE.plus(1),
                      ResponseWeight::plus);
                }
              });
          return rows(counts);
        };
    for (Row part : frame.mapPartitions(count, Encoders.row(CELLS)).collectAsList()) {
      String[] place = part.getString(0).split(Margins.SEPARATOR, 2);
      targets.get(Integer.parseInt(place[0])).merge(place[1], part.getDouble(1), Double::sum);
    }
    return targets;
  }

  private static TreeMap<String, ResponseWeight> cells(Dataset<Row> respondents, Reader base) {
    MapPartitionsFunction<Row, Row> count =
        rows -> {
          Map<String, ResponseWeight> counts = new TreeMap<>();
          rows.forEachRemaining(
              row ->
                  counts.merge(
                      base.margins.cell(row),
                      ResponseWeight.NONE.plus(base.base(row)),
                      ResponseWeight::plus));
          return rows(counts);
        };
    TreeMap<String, ResponseWeight> cells = new TreeMap<>();
    for (Row part : respondents.mapPartitions(count, Encoders.row(CELLS)).collectAsList()) {
      cells.merge(
          part.getString(0),
          new ResponseWeight(
              part.getDouble(1), part.getDouble(2), part.getDouble(3), part.getDouble(4)),
          ResponseWeight::plus);
    }
    return cells;
  }

  private static Iterator<Row> rows(Map<String, ResponseWeight> counts) {
    return counts.entrySet().stream()
        .map(
            entry ->
                RowFactory.create(
                    entry.getKey(),
                    entry.getValue().respondents(),
                    entry.getValue().sum(),
                    entry.getValue().squares(),
                    entry.getValue().largest()))
        .iterator();
  }

  Reader reader(StructType linked) {
    return new Reader(linked, margins, horizonDays, rate, propensity, factors);
  }

  /** Reads a row's weight. */
  static final class Reader implements Serializable {
    private static final long serialVersionUID = 1L;
    private final Margins margins;
    private final HistoryColumns history;
    private final int bucket;
    private final double rate;
    private final double[][] propensity;
    private final HashMap<String, Double> factors;

    Reader(
        StructType linked,
        List<String> margins,
        int horizonDays,
        double rate,
        double[][] propensity,
        Map<String, Double> factors) {
      this.margins = new Margins(linked, margins, horizonDays);
      this.history = new HistoryColumns(linked, horizonDays);
      this.bucket = linked.fieldIndex("bucket");
      this.rate = rate;
      this.propensity = propensity;
      this.factors = new HashMap<>(factors);
    }

    private double base(Row row) {
      if (propensity.length == 0) {
        return 1;
      }
      double[] own = propensity[row.getInt(bucket) % propensity.length];
      return ResponseWeight.stabilised(
          rate, Logistic.probability(Logistic.logOdds(own, history.read(row))));
    }

    double weight(Row row) {
      return base(row) * factors.getOrDefault(margins.cell(row), 1.0);
    }
  }
}
