package linkage.marts;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import linkage.stats.Estimate;
import linkage.stats.Jackknife;
import linkage.stats.drivers.Contrast;
import linkage.stats.drivers.CrossProducts;
import linkage.stats.drivers.DriverColumns;
import linkage.stats.drivers.LeastSquares;
import linkage.stats.drivers.MoneyColumns;
import linkage.stats.drivers.Replicates;
import linkage.stats.drivers.ScenarioEffect;
import linkage.stats.drivers.ScenarioEffect.Changes;
import linkage.stats.drivers.SegmentDrivers.Products;
import linkage.stats.drivers.SegmentDrivers.Sample;
import org.apache.spark.sql.Row;

/**
 * The joint scenario of one segment: all low ratings of every driver to the middle at once, and
 * each driver's part of that.
 *
 * <p><b>Formula:</b> one regression on the flags of all drivers, and at the rung adjusted on what
 * was known before; shared out as {@link ScenarioEffect} says. The placebo is the same regression
 * of the revenue before the rating. How robust a part is goes by the coefficient of its own low
 * flag; the total has no such value, which would be of one confounder of all drivers.
 *
 * <p><b>Nulls and edges:</b> the part of a driver that nobody rates low is 0. Where a driver's low
 * ratings have no middle ones to be compared with, the total can't be told, and so none of its
 * parts.
 */
final class JointImpacts {
  private static final String SCENARIO = DriverScenarios.ALL_LOWS_TO_MIDDLE;

  /** All drivers together, where rows are of one driver each. */
  private static final int ALL = -1;

  private final ImpactRows single;
  private final DriverColumns columns;
  private final Sample sample;
  private final MarginChanges margins;
  private final int degrees;
  private final int[] flags;

  /**
   * @param single of the same segment
   * @param degrees of freedom; 0 if there is nothing to be told
   */
  JointImpacts(
      ImpactRows single, DriverColumns columns, Sample sample, MarginChanges margins, int degrees) {
    this.single = single;
    this.columns = columns;
    this.sample = sample;
    this.margins = margins;
    this.degrees = degrees;
    this.flags =
        drivers()
            .flatMap(
                driver ->
                    IntStream.of(
                        columns.missing(driver), columns.high(driver), columns.low(driver)))
            .toArray();
  }

  private IntStream drivers() {
    return IntStream.range(0, columns.drivers().size());
  }

  /** The total, and the parts. */
  List<Row> rows(String rung) {
    boolean isRaw = rung.equals(ImpactRows.RAW);
    int[] model = isRaw ? flags : ImpactRows.joined(columns.controls(), flags);
    MartRow total = single.row(ALL, SCENARIO, rung, model);
    List<MartRow> parts =
        new ArrayList<>(
            drivers().mapToObj(driver -> single.row(driver, SCENARIO, rung, model)).toList());
    total.set("status", "insufficient");
    parts.forEach(part -> part.set("status", "insufficient"));
    if (degrees > 0 && sample.isEnough(model, !isRaw)) {
      add(isRaw, model, total, parts);
    }
    List<Row> rows = new ArrayList<>(List.of(total.toRow()));
    parts.forEach(part -> rows.add(part.toRow()));
    return rows;
  }

  /** Of several treatments at once there is no doubly robust figure. */
  List<Row> withoutEstimand() {
    return IntStream.concat(IntStream.of(ALL), drivers())
        .mapToObj(driver -> single.withoutEstimand(driver, SCENARIO))
        .toList();
  }

  /** Adds the figures, if there are any. */
  private void add(boolean isRaw, int[] model, MartRow total, List<MartRow> parts) {
    Replicates<Joint> joint =
        sample
            .products()
            .map(
                products ->
                    new Joint(
                        products,
                        changes(
                            isRaw ? products.centred() : products.absorbed(),
                            columns,
                            single.outcomes(),
                            model)));
    ScenarioEffect effect =
        ScenarioEffect.of(joint.map(own -> own.of(columns.money(), ImpactRows.CAPPED)), degrees);
    if (Double.isNaN(effect.revenue().value())) {
      return;
    }
    ScenarioEffect uncapped =
        ScenarioEffect.of(
            joint.map(own -> own.of(columns.uncappedMoney(), ImpactRows.UNCAPPED)), degrees);
    Jackknife placebo = single.left().map(left -> past(isRaw, left)).jackknife(past -> past);
    total.set("status", "ok").set("degrees_of_freedom", degrees);
    ImpactRows.addEffect(total, effect, uncapped.revenue());
    ImpactRows.addPlacebo(total, effect.revenue(), placebo.component(parts.size(), degrees));
    for (int driver = 0; driver < parts.size(); driver++) {
      MartRow part = parts.get(driver).set("status", "ok").set("degrees_of_freedom", degrees);
      double lows = sample.total().means()[columns.low(driver)];
      Estimate worth = effect.byScenario().get(driver);
      single.addCompared(part, driver).set("moved_share", lows);
      ImpactRows.addRevenue(part, worth, uncapped.byScenario().get(driver));
      ImpactRows.addPlacebo(part, worth, placebo.component(driver, degrees));
      if (!isRaw && lows > 0) {
        int low = columns.low(driver);
        int[] others = IntStream.of(model).filter(column -> column != low).toArray();
        var contrast = new Contrast(new int[] {low}, new double[] {-lows});
        Robustness.of(sample.total(), columns, contrast, others).addTo(part, worth);
      }
    }
    margins.addJoint(isRaw, total, parts, flags);
  }

  /** What the same says of the revenue before the rating: each driver's part, then their sum. */
  private double[] past(boolean isRaw, ImpactRows.Left left) {
    CrossProducts products = isRaw ? left.all().centred() : left.beyondPrior();
    double[] parts = changes(products, columns, new int[] {columns.pastRevenue()}, flags)[0];
    double[] all = Arrays.copyOf(parts, parts.length + 1);
    all[parts.length] = DoubleStream.of(parts).sum();
    return all;
  }

  /** The change of each outcome by each driver's lows, as [outcome][driver]. */
  static double[][] changes(
      CrossProducts products, DriverColumns columns, int[] outcomes, int[] model) {
    LeastSquares[] fits = LeastSquares.of(products, outcomes, model);
    double[][] changes = new double[outcomes.length][columns.drivers().size()];
    for (int outcome = 0; outcome < outcomes.length; outcome++) {
      for (int driver = 0; driver < changes[outcome].length; driver++) {
        int low = columns.low(driver);
        // Nobody who rates low can be moved: the flag is constant, and its coefficient unknown.
        double lows = products.means()[low];
        changes[outcome][driver] = lows == 0 ? 0 : -fits[outcome].coefficientOf(low) * lows;
      }
    }
    return changes;
  }

  private record Joint(Products products, double[][] changes) {
    Changes of(MoneyColumns money, int first) {
      return new Changes(
          ImpactRows.before(products, money),
          new double[][] {changes[ImpactRows.RETAINED], changes[first], changes[first + 1]});
    }
  }
}
