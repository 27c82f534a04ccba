package linkage.calibration;

import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import linkage.config.MetricSettings;
import linkage.config.Settings;
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
 * stabilised} inverse of the propensity to answer one, by history and segment attributes; then
 * {@link Raking} of the cells of respondents to the margins of the frame: each segment attribute,
 * years of tenure, revenue by powers of ten, and the quarter.
 *
 * <p>The propensity's weight is capped before the raking, and a cell's mean weight in it, at
 * {@value Raking#CAP} means; {@code cost} tells the largest that comes of both.
 *
 * <p><b>Nulls and edges:</b> a margin of more than {@value #MOST_CATEGORIES} categories is left out
 * and listed; an attribute of more than {@value Propensity#MOST_FLAGS} doesn't enter the
 * propensity. An observation in a cell that held no respondent when the weights were fitted keeps
 * its base weight.
 *
 * @param horizonDays the horizon of the history that propensity and margins read
 * @param margins names of the margins that are raked to
 * @param leftOut names of those with too many categories
 * @param propensity who answers an invitation; unknown without invitations
 * @param factors what raking multiplies a respondent's base weight by, per cell
 * @param trimmed the cells in which the raking cut weights
 * @param raking how raking went; its weights are those of the cells
 * @param cost what the weights cost: effective number of respondents, and the largest weight
 */
public record ResponseWeights(
    int horizonDays,
    List<String> margins,
    List<String> leftOut,
    Propensity propensity,
    Map<String, Double> factors,
    Set<String> trimmed,
    Raking raking,
    ResponseWeight cost) {

  /** Margins with more categories would be met by a handful of respondents each. */
  public static final int MOST_CATEGORIES = 100;

  private static final StructType CELLS =
      new StructType()
          .add("cell", DataTypes.StringType, false)
          .add("respondents", DataTypes.DoubleType, false)
          .add("sum", DataTypes.DoubleType, false)
          .add("squares", DataTypes.DoubleType, false)
          .add("largest", DataTypes.DoubleType, false);

  /** The largest share of all customers, of any margin, whose category holds no respondent. */
  public double unreachableShare() {
    Map<Integer, Double> shares = new HashMap<>();
    for (Raking.Category category : raking.unreachable()) {
      shares.merge(category.margin(), category.share(), Double::sum);
    }
    return shares.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }

  /**
   * Fits.
   *
   * @param linked the observations; the primary, eligible ones of the analysis window that answer
   *     any metric are the respondents
   * @param frame how many customers of the frame there are, by (margin, category)
   * @param asked the invited at their invitation, linked, with a BOOLEAN column {@code is_answered}
   */
  static ResponseWeights fit(
      Dataset<Row> linked, Dataset<Row> frame, Optional<Dataset<Row>> asked, Settings settings) {
    int horizon = settings.horizonsDays().get(0);
    Map<String, Map<String, Double>> targets = targets(frame);
    List<String> margins = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    Stream.concat(settings.attributes().stream(), Margins.COMMON.stream())
        .forEach(
            margin ->
                (categories(targets, margin).size() <= MOST_CATEGORIES ? margins : leftOut)
                    .add(margin));

    var attributes = new LinkedHashMap<String, List<String>>();
    for (String attribute : settings.attributes()) {
      attributes.put(attribute, List.copyOf(categories(targets, attribute).keySet()));
    }
    Propensity propensity =
        asked
            .map(invited -> Propensity.fit(invited, horizon, attributes))
            .orElse(Propensity.UNKNOWN);
    var base = new Reader(linked.schema(), horizon, margins, propensity, Map.of(), Set.of());
    TreeMap<String, ResponseWeight> cells =
        cells(linked.where(isAnalysed().and(answersAny(settings))), base);
    return rake(
        horizon,
        margins,
        leftOut,
        margins.stream().map(margin -> categories(targets, margin)).toList(),
        propensity,
        cells);
  }

  private static ResponseWeights rake(
      int horizonDays,
      List<String> margins,
      List<String> leftOut,
      List<Map<String, Double>> targets,
      Propensity propensity,
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
    double all = Arrays.stream(respondents).sum();
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
      double scale = all / Arrays.stream(goals[margin]).sum();
      for (int category = 0; category < known.size(); category++) {
        goals[margin][category] *= scale;
      }
      categories[margin] = own.stream().mapToInt(known::indexOf).toArray();
    }

    Raking raking = Raking.of(base, respondents, categories, goals, Raking.CAP);
    // All weights together are as many as respondents, so that their mean is 1.
    double most = (1 - Raking.TOLERANCE) * Raking.CAP;
    Map<String, Double> raked = new HashMap<>();
    Set<String> cut = new HashSet<>();
    ResponseWeight total = ResponseWeight.NONE;
    for (int cell = 0; cell < names.size(); cell++) {
      double factor = raking.weights()[cell] / base[cell];
      ResponseWeight before = cells.get(names.get(cell));
      raked.put(names.get(cell), factor);
      if (raking.weights()[cell] >= most * respondents[cell]) {
        cut.add(names.get(cell));
      }
      total =
          total.plus(
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
        propensity,
        Map.copyOf(raked),
        Set.copyOf(cut),
        raking,
        total);
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

  /** Customers of the frame by margin and category. */
  private static Map<String, Map<String, Double>> targets(Dataset<Row> frame) {
    Map<String, Map<String, Double>> targets = new HashMap<>();
    for (Row cell : frame.select("margin", "category", "customers_count").collectAsList()) {
      targets
          .computeIfAbsent(cell.getString(0), margin -> new TreeMap<>())
          .merge(cell.getString(1), (double) cell.getLong(2), Double::sum);
    }
    return targets;
  }

  private static Map<String, Double> categories(
      Map<String, Map<String, Double>> targets, String margin) {
    return targets.getOrDefault(margin, Map.of());
  }

  private static TreeMap<String, ResponseWeight> cells(Dataset<Row> respondents, Reader base) {
    MapPartitionsFunction<Row, Row> count =
        rows -> {
          Map<String, ResponseWeight> counts = new TreeMap<>();
          rows.forEachRemaining(
              row ->
                  counts.merge(
                      base.margins.cell(row),
                      ResponseWeight.NONE.plus(base.base(row).weight()),
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
    return new Reader(linked, horizonDays, margins, propensity, factors, trimmed);
  }

  /**
   * A respondent's weight.
   *
   * @param isTrimmed whether it would have been larger without the caps
   */
  record Weight(double weight, boolean isTrimmed) {}

  /** Reads a row's weight. */
  static final class Reader implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final Weight ONE = new Weight(1, false);

    private final Margins margins;
    private final PropensityColumns columns;
    private final int bucket;
    private final double rate;
    private final double[][] coefficients;
    private final HashMap<String, Double> factors;
    private final HashSet<String> trimmed;

    Reader(
        StructType linked,
        int horizonDays,
        List<String> margins,
        Propensity propensity,
        Map<String, Double> factors,
        Set<String> trimmed) {
      this.margins = new Margins(linked, margins, horizonDays);
      this.columns = new PropensityColumns(linked, horizonDays, propensity.flags());
      this.bucket = linked.fieldIndex("bucket");
      this.rate = propensity.rate();
      this.coefficients = propensity.coefficients();
      this.factors = new HashMap<>(factors);
      this.trimmed = new HashSet<>(trimmed);
    }

    private Weight base(Row row) {
      if (coefficients.length == 0) {
        return ONE;
      }
      double[] own = coefficients[row.getInt(bucket) % coefficients.length];
      double chance = Logistic.probability(Logistic.logOdds(own, columns.read(row)));
      return new Weight(
          ResponseWeight.stabilised(rate, chance), rate / chance > ResponseWeight.CAP);
    }

    Weight weight(Row row) {
      Weight base = base(row);
      String cell = margins.cell(row);
      return new Weight(
          base.weight() * factors.getOrDefault(cell, 1.0),
          base.isTrimmed() || trimmed.contains(cell));
    }
  }
}
