package linkage.marts;

import java.sql.Date;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import linkage.config.QuestionSettings;
import linkage.contract.Contract;
import linkage.stats.Estimate;
import linkage.stats.Interval;
import linkage.stats.Support;
import linkage.stats.drivers.Asymmetry;
import linkage.stats.drivers.CrossProducts;
import linkage.stats.drivers.Driver;
import linkage.stats.drivers.DriverColumns;
import linkage.stats.drivers.DriverImportance;
import linkage.stats.drivers.LeastSquares;
import linkage.stats.drivers.Lmg;
import linkage.stats.drivers.Moments;
import linkage.stats.drivers.Quadrant;
import linkage.stats.drivers.RelativeWeights;
import linkage.stats.drivers.Replicates;
import linkage.stats.drivers.SegmentDrivers;
import linkage.stats.drivers.SegmentDrivers.Performance;
import linkage.stats.drivers.SegmentDrivers.Sample;
import org.apache.spark.sql.Row;

/**
 * The rows of {@code driver_importance} that one segment makes by itself: all but what takes other
 * segments, which are q, figures taken from a parent, and the sentence.
 */
final class ImportanceRows {
  static final String MART = "driver_importance";

  private final DriverPlan plan;
  private final DriverColumns columns;
  private final Driver[] drivers;
  private final SegmentDrivers segment;
  private final DriverPlan.Place place;
  private final int horizonDays;
  private final List<Performance> performances;
  private final CrossProducts everyone;

  ImportanceRows(DriverPlan plan, SegmentDrivers segment, DriverPlan.Place place, int horizonDays) {
    this.plan = plan;
    this.columns = plan.columns();
    this.drivers = columns.allDrivers();
    this.segment = segment;
    this.place = place;
    this.horizonDays = horizonDays;
    this.performances = segment.everyone().performances();
    this.everyone = segment.everyone().total();
  }

  List<Row> rows() {
    List<DriverOutcome> outcomes = DriverOutcome.of(plan);
    List<DriverOutcome> own = outcomes.stream().filter(outcome -> !outcome.isMetric()).toList();
    List<Row> rows = new ArrayList<>(rows(own, segment.everyone(), segment.complete()));
    for (DriverOutcome outcome : outcomes) {
      if (outcome.isMetric()) {
        rows.addAll(
            rows(
                List.of(outcome),
                segment.answering(outcome.metric()),
                segment.completeAnswering(outcome.metric())));
      }
    }
    return rows;
  }

  /** Outcomes that are known of the same observations. */
  private List<Row> rows(List<DriverOutcome> outcomes, Sample sample, Moments complete) {
    int[] model = model();
    List<Row> rows = new ArrayList<>();
    boolean isEnough = sample.isEnough(model, true);
    List<DriverOutcome> judged =
        outcomes.stream().filter(outcome -> isEnough && degrees(sample, outcome) > 0).toList();
    for (DriverOutcome outcome : outcomes) {
      if (!judged.contains(outcome)) {
        for (int driver = 0; driver < drivers.length; driver++) {
          rows.add(row(outcome, sample, driver).set("status", "insufficient").toRow());
        }
      }
    }
    if (!judged.isEmpty()) {
      addJudged(rows, judged, sample, complete);
    }
    return rows;
  }

  private void addJudged(
      List<Row> rows, List<DriverOutcome> judged, Sample sample, Moments complete) {
    int[] positions = judged.stream().mapToInt(DriverOutcome::column).toArray();
    int[] degrees = judged.stream().mapToInt(outcome -> degrees(sample, outcome)).toArray();
    Replicates<CrossProducts> products = sample.products().map(SegmentDrivers.Products::absorbed);
    List<List<DriverImportance>> importance =
        DriverImportance.of(products, positions, degrees, drivers, columns.controls());
    double[][] ofComplete = completeShares(complete, positions);
    int[] flags =
        IntStream.range(0, drivers.length)
            .flatMap(driver -> IntStream.of(columns.low(driver), columns.high(driver)))
            .toArray();
    boolean isEnoughForAsymmetry =
        sample.isEnough(ImpactRows.joined(asymmetryControls(), flags), true);
    boolean areEnoughComplete =
        !SmallGroups.isSmall(Math.round(complete.rows()), plan.smallestGroup());
    for (int i = 0; i < judged.size(); i++) {
      double ofHistory =
          LeastSquares.of(sample.total(), positions[i], columns.controls()).rSquared();
      List<Asymmetry> asymmetries =
          isEnoughForAsymmetry
              ? Asymmetry.of(
                  products,
                  degrees[i],
                  positions[i],
                  IntStream.range(0, drivers.length).mapToObj(columns::flags).toList(),
                  asymmetryControls())
              : List.of();
      for (int driver = 0; driver < drivers.length; driver++) {
        MartRow row = row(judged.get(i), sample, driver).set("status", "ok");
        row.set("degrees_of_freedom", degrees[i]).set("history_share", ofHistory);
        add(row, importance.get(i).get(driver), performances.get(driver));
        if (isEnoughForAsymmetry && raters(sample, driver).areNowhereFew(plan.smallestGroup())) {
          add(row, asymmetries.get(driver));
        }
        if (areEnoughComplete) {
          row.set("complete_case_importance_share", ofComplete[i][driver])
              .set("complete_case_observations_count", Math.round(complete.rows()));
        }
        rows.add(row.toRow());
      }
    }
  }

  /** The columns that importance is estimated with. */
  private int[] model() {
    return IntStream.concat(
            IntStream.of(columns.controls()),
            IntStream.range(0, drivers.length)
                .flatMap(driver -> IntStream.of(columns.rating(driver), columns.missing(driver))))
        .toArray();
  }

  private int[] asymmetryControls() {
    return IntStream.concat(
            IntStream.of(columns.controls()),
            IntStream.range(0, drivers.length).map(columns::missing))
        .toArray();
  }

  /** Degrees of freedom of an outcome's intervals; 0 where it is too rare for any. */
  private static int degrees(Sample sample, DriverOutcome outcome) {
    if (outcome.isBinary()) {
      Support support = sample.support(outcome.column());
      return support.insufficient() ? 0 : support.degreesOfFreedom();
    }
    boolean varies = sample.total().at(outcome.column(), outcome.column()) > 0;
    return varies && sample.occupied() >= Support.MINIMUM_BUCKETS ? sample.occupied() - 1 : 0;
  }

  private double[][] completeShares(Moments complete, int[] positions) {
    CrossProducts products = complete.absorbed();
    if (!DriverImportance.isEnough(products, columns.controls().length + drivers.length)) {
      double[][] unknown = new double[positions.length][drivers.length];
      for (double[] shares : unknown) {
        Arrays.fill(shares, Double.NaN);
      }
      return unknown;
    }
    return Lmg.of(products, positions, drivers, columns.controls()).shares();
  }

  private Raters raters(Sample sample, int driver) {
    return Raters.of(sample, driver, plan.drivers().get(driver));
  }

  /** What is known of a driver whatever the model says. */
  private MartRow row(DriverOutcome outcome, Sample sample, int driver) {
    QuestionSettings question = plan.drivers().get(driver);
    Performance performance = performances.get(driver);
    int lowest = question.scoreAt(0);
    int step = question.scoreAt(1) - lowest;
    Estimate mean = performance.mean();
    Interval scores = mean.interval();
    Interval asGiven =
        step > 0
            ? new Interval(lowest + scores.lower(), lowest + scores.upper())
            : new Interval(lowest - scores.upper(), lowest - scores.lower());
    int missing = columns.missing(driver);
    return new MartRow(Contract.mart(MART))
        .set("as_of", Date.valueOf(plan.asOf()))
        .set("segment_set", place.segmentSet())
        .set("segment", place.segment())
        .set("outcome", outcome.name())
        .set("horizon_days", horizonDays)
        .set("driver", question.id())
        .set("driver_text", question.text())
        .set("observations_count", Math.round(sample.total().rows()))
        .set("effective_observations", sample.total().effectiveRows())
        .set("model_columns_count", (long) model().length)
        .set("needed_observations_count", sample.needed(model(), true))
        .set("raters_count", raters(segment.everyone(), driver).all())
        .set("outcome_raters_count", raters(sample, driver).all())
        .set("rated_share", Math.max(0, Math.min(1, 1 - everyone.means()[missing])))
        .set("mean_score", lowest + step * mean.value())
        .set("mean_score_lower", "mean_score_upper", asGiven)
        .set("top_box_share", performance.topBox().value())
        .set("top_box_lower", "top_box_upper", performance.topBox().interval())
        .set("bottom_box_share", performance.bottomBox().value())
        .set("bottom_box_lower", "bottom_box_upper", performance.bottomBox().interval())
        .set("is_suppressor", false)
        .set("evidence", DriverSentences.IMPORTANCE_EVIDENCE)
        .set(
            "halo_share",
            RelativeWeights.firstComponentShare(
                everyone, IntStream.range(0, drivers.length).map(columns::rating).toArray()));
  }

  private static void add(MartRow row, DriverImportance found, Performance performance) {
    row.set("importance_share", found.share().value())
        .set("importance_lower", "importance_upper", found.share().interval())
        .set("importance_monte_carlo_error", found.monteCarloError())
        .set("importance_p_value", found.pValue())
        .set("relative_weight_share", clip(found.relativeWeight()))
        .set("first_share", clip(found.first()))
        .set("last_share", clip(found.last()))
        .set("coefficient", found.coefficient().value())
        .set("coefficient_lower", "coefficient_upper", found.coefficient().interval())
        .set("coefficient_standardised", found.standardised())
        .set("coefficient_sign", sign(found.coefficient().value()))
        .set("correlation", found.correlation().value())
        .set("correlation_lower", "correlation_upper", found.correlation().interval().clip(-1, 1))
        .set("correlation_sign", sign(found.correlation().value()))
        .set("is_suppressor", found.suppressor())
        .set(
            "variance_inflation",
            Double.isInfinite(found.varianceInflation()) ? null : found.varianceInflation())
        .set(
            "quadrant",
            label(Quadrant.of(found.aboveAverage().interval(), performance.aboveAverage())));
  }

  private static void add(MartRow row, Asymmetry found) {
    row.set("penalty", found.penalty().value())
        .set("penalty_lower", "penalty_upper", found.penalty().interval())
        .set("reward", found.reward().value())
        .set("reward_lower", "reward_upper", found.reward().interval())
        .set("penalty_minus_reward", found.excess().value())
        .set("penalty_minus_reward_lower", "penalty_minus_reward_upper", found.excess().interval())
        .set("asymmetry_p_value", found.pValue())
        .set("asymmetry_kind", label(found.kind()));
  }

  static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static Integer sign(double value) {
    return Double.isNaN(value) ? null : (Integer) (int) Math.signum(value);
  }

  /** What rounding leaves of a share of 0 may lie below it. */
  private static double clip(double share) {
    return Math.max(0, Math.min(1, share));
  }
}
