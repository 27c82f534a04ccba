package linkage.marts;

import java.sql.Date;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import linkage.config.QuestionSettings;
import linkage.contract.Contract;
import linkage.marts.DriverScenarios.Move;
import linkage.stats.Estimate;
import linkage.stats.Interval;
import linkage.stats.StudentT;
import linkage.stats.Support;
import linkage.stats.drivers.Contrast;
import linkage.stats.drivers.CrossProducts;
import linkage.stats.drivers.DriverColumns;
import linkage.stats.drivers.MoneyColumns;
import linkage.stats.drivers.Placebo;
import linkage.stats.drivers.Replicates;
import linkage.stats.drivers.ScenarioEffect;
import linkage.stats.drivers.ScenarioEffect.Changes;
import linkage.stats.drivers.SegmentDrivers;
import linkage.stats.drivers.SegmentDrivers.Products;
import linkage.stats.drivers.SegmentDrivers.Sample;
import org.apache.spark.sql.Row;

/**
 * The rows of {@code driver_revenue_impacts} that one segment makes by itself, by regression: all
 * but what takes other segments, the population, and the sentence.
 *
 * <p>Money is per customer over the horizon until then.
 */
final class ImpactRows {
  static final String MART = "driver_revenue_impacts";
  static final String ALL_DRIVERS = "all_drivers";
  static final String RAW = "raw";
  static final String ADJUSTED = "adjusted";

  private static final double POINTS = 100;
  static final int RETAINED = 0;
  static final int CAPPED = 1;
  static final int UNCAPPED = 3;

  /** What stands after a driver's columns in what is left of them. */
  private static final int[] OUTCOMES = {4, 5, 6, 7, 8};

  private static final int[] PLACEBO = {4};

  private final DriverPlan plan;
  private final DriverColumns columns;
  private final DriverScenarios scenarios;
  private final Sample sample;
  private final DriverPlan.Place place;
  private final int horizonDays;
  private final double[] bestLevels;
  private final MarginChanges margins;
  private final int degrees;
  private final int[] outcomes;

  /** Made once there is anything to be told. */
  private Replicates<Left> left;

  /**
   * @param bestLevels the best segment's mean level of each driver
   * @param margins what the same changes do to contribution margin
   */
  ImpactRows(
      DriverPlan plan,
      SegmentDrivers segment,
      DriverPlan.Place place,
      int horizonDays,
      double[] bestLevels,
      MarginChanges margins) {
    this.plan = plan;
    this.columns = plan.columns();
    this.scenarios = new DriverScenarios(plan);
    this.sample = segment.everyone();
    this.place = place;
    this.horizonDays = horizonDays;
    this.bestLevels = bestLevels;
    this.margins = margins;
    Support support = sample.support(columns.retained());
    this.degrees = support.insufficient() ? 0 : support.degreesOfFreedom();
    MoneyColumns capped = columns.money();
    MoneyColumns uncapped = columns.uncappedMoney();
    this.outcomes =
        new int[] {
          capped.retained(),
          capped.fromRetained(),
          capped.fromLost(),
          uncapped.fromRetained(),
          uncapped.fromLost()
        };
  }

  /**
   * What all models of a rung have in common is taken out once, and not by each of them.
   *
   * @param all before that
   * @param beyondPast what history and the amounts before leave
   * @param beyondPrior what the placebo's controls leave
   */
  record Left(Products all, CrossProducts beyondPast, CrossProducts beyondPrior) {}

  /**
   * What all models of a driver at a rung leave: of its columns and the outcomes, and of its
   * columns and the placebo's.
   */
  private record State(Products products, CrossProducts own, CrossProducts before) {}

  /** What a move changes: the outcomes, and the placebo. */
  private record Changed(Products products, double[] outcomes, double placebo) {
    Changes of(MoneyColumns money, int first) {
      return new Changes(
          ImpactRows.before(products, money),
          new double[][] {{outcomes[RETAINED]}, {outcomes[first]}, {outcomes[first + 1]}});
    }
  }

  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    if (degrees > 0) {
      left =
          sample
              .products()
              .map(
                  products ->
                      new Left(
                          products,
                          products.absorbed().without(columns.controls()),
                          products.absorbed().without(columns.placeboControls())));
    }
    for (int driver = 0; driver < plan.drivers().size(); driver++) {
      List<Move> alongScale = scenarios.alongScale(driver, bestLevels[driver]);
      List<Move> moves = new ArrayList<>(List.of(scenarios.lowsToMiddle(driver)));
      moves.addAll(alongScale);
      int[] missing = {columns.missing(driver)};
      add(rows, driver, RAW, missing, moves);
      add(rows, driver, ADJUSTED, joined(missing, held(driver)), moves);
      for (var move : alongScale) {
        rows.add(withoutEstimand(driver, move.name()));
      }
    }
    if (plan.drivers().size() > 1) {
      var joint = new JointImpacts(this, columns, sample, margins, degrees);
      rows.addAll(joint.rows(RAW));
      rows.addAll(joint.rows(ADJUSTED));
      rows.addAll(joint.withoutEstimand());
    }
    return rows;
  }

  /** Ratings of the other drivers that this one doesn't influence. */
  private int[] held(int driver) {
    return plan.heldEqual(driver).stream()
        .flatMapToInt(other -> IntStream.of(columns.rating(other), columns.missing(other)))
        .toArray();
  }

  /**
   * Adds the rows of a driver's moves at a rung.
   *
   * @param others what is held equal beside the past
   */
  private void add(List<Row> rows, int driver, String rung, int[] others, List<Move> moves) {
    boolean isRaw = rung.equals(RAW);
    int[] scale = columns.scale(driver);
    int[] controls = isRaw ? others : joined(columns.controls(), others);
    Replicates<State> states = null;
    MarginChanges.OfDriver margin = margins.of(isRaw, scale, others);
    for (var move : moves) {
      int[] model =
          joined(controls, IntStream.of(move.held(!isRaw)).map(column -> scale[column]).toArray());
      MartRow row = row(driver, move.name(), rung, model).set("status", "insufficient");
      if (degrees > 0 && sample.isEnough(model, !isRaw)) {
        states = states == null ? states(isRaw, scale, others) : states;
        Replicates<Changed> changed = states.map(state -> changed(isRaw, state, move));
        // What a rating is worth that nobody gives can't be told.
        boolean isTold = !Double.isNaN(changed.total().outcomes()[RETAINED]);
        if (isTold || movesNobody(move)) {
          Estimate revenue = addFigures(row.set("status", "ok"), driver, move, changed);
          margin.addTo(row, move);
          Contrast contrast = move.contrast(sample.products().total(), !isRaw).at(scale);
          if (isTold && !isRaw && contrast.moves()) {
            Robustness.of(sample.total(), columns, contrast, controls).addTo(row, revenue);
          }
        }
      }
      rows.add(row.toRow());
    }
  }

  /** Where nobody rates low, a parent's low ratings would be somebody else's. */
  private boolean movesNobody(Move move) {
    return !move.isAlongScale() && move.moved().applyAsDouble(sample.products().total()) == 0;
  }

  private Replicates<State> states(boolean isRaw, int[] scale, int[] others) {
    int[] own = joined(scale, outcomes);
    int[] before = joined(scale, new int[] {columns.pastRevenue()});
    return left.map(
        products -> {
          CrossProducts centred = products.all().centred();
          return new State(
              products.all(),
              (isRaw ? centred : products.beyondPast()).beyond(own, others),
              (isRaw ? centred : products.beyondPrior()).beyond(before, others));
        });
  }

  /** The placebo's outcome is what was spent before, which its model can't hold as well. */
  private static Changed changed(boolean isRaw, State state, Move move) {
    Products products = state.products();
    return new Changed(
        products,
        move.contrast(products, !isRaw).effects(state.own(), OUTCOMES),
        move.contrast(products, false).effects(state.before(), PLACEBO)[0]);
  }

  private Estimate addFigures(MartRow row, int driver, Move move, Replicates<Changed> changed) {
    ScenarioEffect effect =
        ScenarioEffect.of(changed.map(own -> own.of(columns.money(), CAPPED)), degrees);
    ScenarioEffect uncapped =
        ScenarioEffect.of(changed.map(own -> own.of(columns.uncappedMoney(), UNCAPPED)), degrees);
    Estimate placebo = changed.jackknife(own -> new double[] {own.placebo()}).component(0, degrees);
    double moved = move.moved().applyAsDouble(sample.products().total());
    row.set("degrees_of_freedom", degrees).set("moved_share", Math.min(1, moved));
    addEffect(row, effect, uncapped.revenue());
    addPlacebo(row, effect.revenue(), placebo);
    addCompared(row, driver);
    if (move.isAlongScale()) {
      row.set("high_raters_count", raters(driver).high());
    } else {
      row.set("low_raters_loss_rate", lossRate(columns.low(driver)));
    }
    return effect.revenue();
  }

  /** Adds how many low and middle ratings there are to be compared. */
  MartRow addCompared(MartRow row, int driver) {
    Raters raters = raters(driver);
    return row.set("low_raters_count", raters.low()).set("middle_raters_count", raters.middle());
  }

  private Raters raters(int driver) {
    return Raters.of(sample, driver, plan.drivers().get(driver));
  }

  /** The share lost of those who have a flag; {@code NaN} without any. */
  private double lossRate(int flag) {
    CrossProducts products = sample.products().total().centred();
    double share = products.means()[flag];
    double both = products.at(flag, columns.retained()) / products.weight();
    return Math.max(0, Math.min(1, 1 - products.means()[columns.retained()] - both / share));
  }

  static double[] before(Products products, MoneyColumns money) {
    double[] means = products.absorbed().means();
    return new double[] {
      means[money.retained()], means[money.fromRetained()], means[money.fromLost()]
    };
  }

  static void addEffect(MartRow row, ScenarioEffect effect, Estimate uncapped) {
    Estimate retention = effect.retention();
    row.set("retention_change_points", POINTS * retention.value())
        .set(
            "retention_change_points_lower",
            "retention_change_points_upper",
            new Interval(
                POINTS * retention.interval().lower(), POINTS * retention.interval().upper()))
        .set("from_retention_per_customer", effect.fromRetention().value())
        .set("from_retained_per_customer", effect.fromRetained().value())
        .set("from_lost_per_customer", effect.fromLost().value());
    addRevenue(row, effect.revenue(), uncapped);
  }

  static void addRevenue(MartRow row, Estimate revenue, Estimate uncapped) {
    double statistic = revenue.value() / revenue.standardError();
    row.set("revenue_change_per_customer", revenue.value())
        .set(
            "revenue_change_per_customer_lower",
            "revenue_change_per_customer_upper",
            revenue.interval())
        .set("p_value", StudentT.twoSidedP(statistic, revenue.degreesOfFreedom()))
        .set("uncapped_change_per_customer", uncapped.value())
        .set(
            "uncapped_change_per_customer_lower",
            "uncapped_change_per_customer_upper",
            uncapped.interval());
  }

  static void addPlacebo(MartRow row, Estimate claimed, Estimate before) {
    row.set("placebo_change_per_customer", before.value())
        .set(
            "placebo_change_per_customer_lower",
            "placebo_change_per_customer_upper",
            before.interval())
        .set("placebo_verdict", ImportanceRows.label(Placebo.of(claimed, before)));
  }

  /** The row of a scenario that no doubly robust figure can be of. */
  Row withoutEstimand(int driver, String scenario) {
    return row(driver, scenario, DoublyRobustImpacts.RUNG, new int[0])
        .set("status", AllSegments.NO_ESTIMAND)
        .set("model_columns_count", null)
        .set("needed_observations_count", null)
        .set("margin_coverage_share", null)
        .set("margin_status", MarginChanges.NOT_ESTIMATED)
        .toRow();
  }

  MartRow row(int driver, String scenario, String rung, int[] model) {
    QuestionSettings question = driver < 0 ? null : plan.drivers().get(driver);
    long observations = Math.round(sample.total().rows());
    return margins
        .start(start(plan, place, horizonDays, question, scenario, rung))
        .set("observations_count", observations)
        .set("effective_observations", sample.total().effectiveRows())
        .set("model_columns_count", (long) model.length)
        .set("needed_observations_count", sample.needed(model, !rung.equals(RAW)))
        .set("raters_count", driver < 0 ? observations : raters(driver).all())
        .set("rated_share", driver < 0 ? null : (Double) rated(driver));
  }

  private double rated(int driver) {
    return Math.max(0, Math.min(1, 1 - sample.total().means()[columns.missing(driver)]));
  }

  /** A row with its key, and what the settings say of it. */
  static MartRow start(
      DriverPlan plan,
      DriverPlan.Place place,
      int horizonDays,
      QuestionSettings question,
      String scenario,
      String rung) {
    boolean isAdjusted = question != null && !rung.equals(RAW);
    boolean isJoint = scenario.equals(DriverScenarios.ALL_LOWS_TO_MIDDLE);
    return new MartRow(Contract.mart(MART))
        .set("as_of", Date.valueOf(plan.asOf()))
        .set("segment_set", place.segmentSet())
        .set("segment", place.segment())
        .set("horizon_days", horizonDays)
        .set("driver", question == null ? ALL_DRIVERS : question.id())
        .set("scenario", scenario)
        .set("rung", rung)
        .set("driver_text", question == null ? "All drivers together" : question.text())
        .set("currency", plan.currency())
        .set(
            "left_out_drivers",
            isAdjusted && !isJoint
                ? plan.downstream().getOrDefault(question.id(), List.of()).toArray(String[]::new)
                : new String[0]);
  }

  int[] outcomes() {
    return outcomes;
  }

  Replicates<Left> left() {
    return left;
  }

  static int[] joined(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(IntStream::of).toArray();
  }
}
