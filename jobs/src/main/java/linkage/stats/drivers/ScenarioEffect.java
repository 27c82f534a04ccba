package linkage.stats.drivers;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import linkage.stats.Estimate;
import linkage.stats.Jackknife;

/**
 * What scenarios would change: retention, revenue, and where the revenue comes from.
 *
 * <p><b>Value:</b> per customer of the population the moments stand for, moved or not: retention as
 * a difference of shares, money in currency over the horizon. Divided by the share of customers
 * moved it is per customer moved.
 *
 * <p><b>Formula:</b> regressions give by how much {@code r}, {@code v = r s} and {@code w = (1 - r)
 * u} change; from those {@link CustomerRevenue#ofTotals} and {@link MoneyEffect}. Several scenarios
 * together are shared out by {@link Shapley}; as the model is linear, each gets its own effect,
 * unless together they would keep more customers than there are.
 *
 * <p>How much of this is cause is a matter of the columns that stand beside: without any it is a
 * raw comparison, with history it is adjusted. The outcome is always the level after, and the level
 * before is a control; a change score would pass regression to the mean off as an effect.
 *
 * <p><b>Nulls and edges:</b> {@code NaN} where a coefficient can't be told from others, and for the
 * parts of more than {@value Shapley#MAX_PLAYERS} scenarios that together would keep more customers
 * than there are: these have too many sets to be shared out among.
 *
 * <p><b>Cost:</b> three regressions per bucket; {@code 2^scenarios} steps per bucket where
 * retention hits its limit.
 *
 * @param retention change of the share retained
 * @param revenue change of revenue per customer
 * @param fromRetention the part that comes from keeping customers
 * @param fromRetained the part from the spend of the retained
 * @param fromLost the part from the spend of the lost
 * @param byScenario each scenario's part of the revenue, in order
 */
public record ScenarioEffect(
    Estimate retention,
    Estimate revenue,
    Estimate fromRetention,
    Estimate fromRetained,
    Estimate fromLost,
    List<Estimate> byScenario) {

  private static final int FIGURES = 5;

  /**
   * The doubly robust effect of sparing customers a treatment, such as of moving low ratings to the
   * middle.
   *
   * @param aipw of the effect on the treated
   * @param buckets its cells, as [bucket][cell]
   * @param money which of its outcomes are retained, revenue if retained, and revenue if lost
   * @param degreesOfFreedom of the variances
   */
  public static ScenarioEffect ofSparing(
      Aipw aipw, double[][] buckets, MoneyColumns money, int degreesOfFreedom) {
    int[] outcomes = {money.retained(), money.fromRetained(), money.fromLost()};
    return of(
        Jackknife.of(
            buckets,
            cells -> {
              double[] means = aipw.populationMeans(cells);
              double[] effects = aipw.effectsPerCustomer(cells);
              double[] before = new double[outcomes.length];
              double[][] changes = new double[outcomes.length][1];
              for (int i = 0; i < outcomes.length; i++) {
                before[i] = means[outcomes[i]];
                changes[i][0] = -effects[outcomes[i]];
              }
              return statistics(before, changes);
            }),
        degreesOfFreedom);
  }

  /**
   * The effect of changes of the outcomes' means that somebody else estimated.
   *
   * @param changes with and without each bucket
   * @param degreesOfFreedom of the variances
   */
  public static ScenarioEffect of(Replicates<Changes> changes, int degreesOfFreedom) {
    return of(
        changes.jackknife(own -> statistics(own.before(), own.byScenario())), degreesOfFreedom);
  }

  /**
   * What scenarios change.
   *
   * @param before means of retained, revenue if retained, and revenue if lost
   * @param byScenario by how much these change, as [outcome][scenario]
   */
  public record Changes(double[] before, double[][] byScenario) {}

  private static ScenarioEffect of(Jackknife jackknife, int degreesOfFreedom) {
    List<Estimate> figures =
        IntStream.range(0, jackknife.estimate().length)
            .mapToObj(i -> jackknife.component(i, degreesOfFreedom))
            .toList();
    return new ScenarioEffect(
        figures.get(0),
        figures.get(1),
        figures.get(2),
        figures.get(3),
        figures.get(4),
        figures.subList(FIGURES, figures.size()));
  }

  /** All figures, from the outcomes' means and each scenario's changes as [outcome][scenario]. */
  private static double[] statistics(double[] before, double[][] changes) {
    int scenarios = changes[0].length;
    var now = CustomerRevenue.ofTotals(before[0], before[1], before[2]);
    var then = changed(before, changes, (1L << scenarios) - 1);
    var effect = MoneyEffect.of(now, then);
    double[] parts = new double[scenarios];
    if (staysPossible(before[0], changes[0])) {
      Arrays.setAll(parts, scenario -> changes[1][scenario] + changes[2][scenario]);
    } else if (scenarios > Shapley.MAX_PLAYERS) {
      Arrays.fill(parts, Double.NaN);
    } else {
      parts = Shapley.of(scenarios, set -> changed(before, changes, set).expected());
    }

    double[] statistics = new double[FIGURES + scenarios];
    statistics[0] = then.retention() - now.retention();
    statistics[1] = effect.total();
    statistics[2] = effect.fromRetention();
    statistics[3] = effect.fromRetained();
    statistics[4] = effect.fromLost();
    System.arraycopy(parts, 0, statistics, FIGURES, scenarios);
    return statistics;
  }

  private static CustomerRevenue changed(double[] before, double[][] changes, long set) {
    double[] after = before.clone();
    for (int scenario = 0; scenario < changes[0].length; scenario++) {
      for (int outcome = 0; outcome < after.length && (set >> scenario & 1) == 1; outcome++) {
        after[outcome] += changes[outcome][scenario];
      }
    }
    return CustomerRevenue.ofTotals(after[0], after[1], after[2]);
  }

  /** Whether no set of scenarios takes retention beyond 0 or 1. NaN is left to the parts. */
  private static boolean staysPossible(double retention, double[] changes) {
    double most = Arrays.stream(changes).filter(change -> change > 0).sum();
    double least = Arrays.stream(changes).filter(change -> change < 0).sum();
    return retention + most <= 1 && retention + least >= 0;
  }
}
