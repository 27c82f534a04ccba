package linkage.marts;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import linkage.counts.DriverBasis;
import linkage.marts.DriverScenarios.Move;
import linkage.stats.Estimate;
import linkage.stats.Support;
import linkage.stats.drivers.CrossProducts;
import linkage.stats.drivers.DriverColumns;
import linkage.stats.drivers.MoneyColumns;
import linkage.stats.drivers.Replicates;
import linkage.stats.drivers.ScenarioEffect;
import linkage.stats.drivers.ScenarioEffect.Changes;
import linkage.stats.drivers.SegmentDrivers;
import linkage.stats.drivers.SegmentDrivers.Products;
import linkage.stats.drivers.SegmentDrivers.Sample;
import linkage.stats.drivers.Winsor;

/**
 * What the changes that {@link ImpactRows} values in revenue do to one segment's contribution
 * margin.
 *
 * <p><b>Formula:</b> that of revenue, with the margin if retained and if lost as outcomes and the
 * margin before among what is held equal, over the observations whose margin is known before and
 * after.
 *
 * <p><b>Nulls and edges:</b> nothing where these are less than {@value
 * DriverBasis#LEAST_MARGIN_COVERAGE} of the weight, or too few for the model; the status says so.
 */
final class MarginChanges {
  private static final String OK = "ok";
  private static final String NOT_DELIVERED = "not_delivered";
  private static final String INSUFFICIENT = "insufficient";

  /** Of a change that the rung has no figure of. */
  static final String NOT_ESTIMATED = "not_estimated";

  private static final int RETAINED = 0;
  private static final int FROM_RETAINED = 1;
  private static final int FROM_LOST = 2;

  /** What stands after a driver's columns in what is left of them. */
  private static final int[] OUTCOMES = {4, 5, 6};

  private final DriverColumns columns;
  private final double coverage;
  private final Sample sample;
  private final Winsor caps;
  private final int degrees;
  private final int[] outcomes;

  /** Made once there is anything to be told. */
  private Replicates<Left> left;

  /**
   * @param horizon index of the horizon
   * @param segmentSet index of the set
   */
  MarginChanges(
      DriverPlan plan,
      SegmentDrivers segment,
      DriverBasis basis,
      int horizon,
      int segmentSet,
      String name) {
    this.columns = plan.columns();
    this.coverage = basis.marginCoverage(horizon, segmentSet, name);
    boolean isRead = columns.hasMargins() && basis.readsMargin(horizon, segmentSet, name);
    this.sample = isRead ? segment.withMargin() : null;
    this.caps = isRead ? basis.caps().margin().get(horizon) : null;
    Support support = isRead ? sample.support(columns.retained()) : null;
    this.degrees = isRead && !support.insufficient() ? support.degreesOfFreedom() : 0;
    MoneyColumns money = columns.margin();
    this.outcomes = new int[] {money.retained(), money.fromRetained(), money.fromLost()};
  }

  /** The products, and what the controls of margin leave of them. */
  private record Left(Products all, CrossProducts beyondPast) {}

  /** What all models of a driver leave of its columns and the outcomes. */
  private record State(Products products, CrossProducts own) {}

  /** The moves of a driver. */
  final class OfDriver {
    private final boolean isRaw;
    private final int[] scale;
    private final int[] others;
    private Replicates<State> states;

    private OfDriver(boolean isRaw, int[] scale, int[] others) {
      this.isRaw = isRaw;
      this.scale = scale;
      this.others = others;
    }

    /** Adds what a move changes, if that can be told. */
    void addTo(MartRow row, Move move) {
      int[] past = isRaw ? new int[0] : columns.marginControls();
      int[] own = IntStream.of(move.held(!isRaw)).map(column -> scale[column]).toArray();
      if (!isEnough(!isRaw, past, others, own)) {
        return;
      }
      states = states == null ? states() : states;
      var effect = ScenarioEffect.of(states.map(state -> changes(state, move)), degrees);
      add(row, effect.revenue());
    }

    private Replicates<State> states() {
      int[] own = ImpactRows.joined(scale, outcomes);
      return left()
          .map(
              products ->
                  new State(
                      products.all(),
                      (isRaw ? products.all().centred() : products.beyondPast())
                          .beyond(own, others)));
    }

    private Changes changes(State state, Move move) {
      double[] by = move.contrast(state.products(), !isRaw).effects(state.own(), OUTCOMES);
      return new Changes(
          before(state.products()),
          new double[][] {{by[RETAINED]}, {by[FROM_RETAINED]}, {by[FROM_LOST]}});
    }
  }

  /** Says of a row how much is known, before there is a figure. */
  MartRow start(MartRow row) {
    return start(row, coverage, sample != null);
  }

  /** The same, of any rung's row. */
  static MartRow start(MartRow row, double coverage, boolean isRead) {
    return row.set("margin_coverage_share", coverage)
        .set("margin_status", isRead ? INSUFFICIENT : NOT_DELIVERED);
  }

  /**
   * The moves of a driver at a rung.
   *
   * @param isRaw whether nothing of the past is held equal
   * @param scale the driver's columns
   * @param others what is held equal beside the past
   */
  OfDriver of(boolean isRaw, int[] scale, int[] others) {
    return new OfDriver(isRaw, scale, others);
  }

  /**
   * Adds what moving all low ratings changes, and each driver's part of that.
   *
   * @param isRaw whether nothing of the past is held equal
   * @param flags the columns of all drivers that are moved or held equal
   */
  void addJoint(boolean isRaw, MartRow total, List<MartRow> parts, int[] flags) {
    int[] past = isRaw ? new int[0] : columns.marginControls();
    if (!isEnough(!isRaw, past, flags)) {
      return;
    }
    int[] model = IntStream.concat(IntStream.of(past), IntStream.of(flags)).toArray();
    var effect =
        ScenarioEffect.of(
            sample
                .products()
                .map(
                    products ->
                        new Changes(
                            before(products),
                            JointImpacts.changes(
                                isRaw ? products.centred() : products.absorbed(),
                                columns,
                                outcomes,
                                model))),
            degrees);
    add(total, effect.revenue());
    for (int driver = 0; driver < parts.size(); driver++) {
      add(parts.get(driver), effect.byScenario().get(driver));
    }
  }

  private boolean isEnough(boolean isWithinGroups, int[]... model) {
    int[] columnsOfModel = Arrays.stream(model).flatMapToInt(IntStream::of).toArray();
    return degrees > 0 && sample.isEnough(columnsOfModel, isWithinGroups);
  }

  private Replicates<Left> left() {
    if (left == null) {
      left =
          sample
              .products()
              .map(
                  products ->
                      new Left(products, products.absorbed().without(columns.marginControls())));
    }
    return left;
  }

  private double[] before(Products products) {
    double[] means = products.absorbed().means();
    return IntStream.of(outcomes).mapToDouble(outcome -> means[outcome]).toArray();
  }

  private void add(MartRow row, Estimate change) {
    add(row, change, caps);
  }

  /** Adds a figure to any rung's row, if it is one. */
  static void add(MartRow row, Estimate change, Winsor caps) {
    if (Double.isNaN(change.value())) {
      return;
    }
    row.set("margin_change_per_customer", change.value())
        .set(
            "margin_change_per_customer_lower",
            "margin_change_per_customer_upper",
            change.interval())
        .set("margin_lower_cap_amount", cents(caps.lower()))
        .set("margin_upper_cap_amount", cents(caps.upper()))
        .set("margin_status", OK);
  }

  private static BigDecimal cents(double amount) {
    return BigDecimal.valueOf(amount).setScale(2, RoundingMode.HALF_UP);
  }
}
