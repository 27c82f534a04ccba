package linkage.stats;

import java.util.ArrayList;
import java.util.List;

/**
 * Weights that make respondents look like all customers: iterative proportional fitting to known
 * margins, with a cap on what one respondent may stand for.
 *
 * <p>Only the margins must be known (customers by region, and customers by tier), not their cross
 * table. A unit is one respondent, or a cell of respondents that share their categories and base
 * weight; cells make the cost independent of the rows behind them.
 *
 * <p><b>Value:</b> one weight per unit, for all its respondents together, in the units of the
 * targets.
 *
 * <p><b>Formula:</b> from the base weights, each margin in turn multiplies the weights of a
 * category by {@code target / Σ weights}; after the last margin, weights per respondent are cut to
 * {@code cap} times their mean. Cycles repeat until every margin is met within {@value #TOLERANCE}
 * of the total. Without a cut the weights are the closest to the base weights, in the sense of
 * Kullback and Leibler, that meet the margins.
 *
 * <p><b>Nulls and edges:</b>
 *
 * <ul>
 *   <li>A category with a target but without respondents can't be reached: it is listed, and the
 *       others of its margin share its target in proportion. The weights then stand for the
 *       customers that could be reached.
 *   <li>A category with respondents but a target of 0 gets the weight 0.
 *   <li>Margins with different totals are scaled to that of the first.
 *   <li>If no weights meet all margins and the cap, the fit ends after {@value #MOST_CYCLES}
 *       cycles: it isn't converged, the cap holds, and {@code largestGap} says how far off the
 *       worst category is.
 *   <li>Without units, without margins or with a total of 0 the base weights are handed back.
 * </ul>
 *
 * <p><b>Cost:</b> O(cycles × margins × units); some ten cycles are usual.
 *
 * <p><b>References:</b> Deming and Stephan, Annals of Mathematical Statistics 11 (1940) 427–444;
 * Deville, Särndal and Sautory, Journal of the American Statistical Association 88 (1993)
 * 1013–1020. R: {@code survey::rake}.
 *
 * @param weights the weight of each unit
 * @param cycles how many cycles were made
 * @param converged whether all margins that can be reached are met, and the cap holds
 * @param largestGap the greatest difference between a category's weights and its target, as a share
 *     of the total
 * @param unreachable the categories without respondents
 */
public record Raking(
    double[] weights,
    int cycles,
    boolean converged,
    double largestGap,
    List<Category> unreachable) {

  /** The largest weight of a respondent, in means, that is usual. */
  public static final double CAP = 5;

  /** Margins are met within this share of the total. */
  public static final double TOLERANCE = 1e-9;

  /** No fit makes more cycles than this. */
  public static final int MOST_CYCLES = 1000;

  /**
   * A category of a margin.
   *
   * @param margin the index of the margin
   * @param category the index of the category within the margin
   * @param share what it should have been of the total, in [0, 1]
   */
  public record Category(int margin, int category, double share) {}

  /**
   * Rakes.
   *
   * @param base the base weight of each unit, for all its respondents together; at least 0
   * @param respondents the number of respondents of each unit
   * @param categories the category of each unit as [margin][unit]
   * @param targets what the weights of a category should add up to as [margin][category]
   * @param cap the largest weight of a respondent, as a multiple of the mean weight; infinite for
   *     none
   */
  public static Raking of(
      double[] base, double[] respondents, int[][] categories, double[][] targets, double cap) {
    double total = targets.length == 0 ? 0 : Sums.of(targets[0]);
    if (!(Sums.of(base) > 0 && total > 0)) {
      return new Raking(base.clone(), 0, targets.length == 0, 0, List.of());
    }

    List<Category> unreachable = new ArrayList<>();
    double[][] reachable = new double[targets.length][];
    for (int margin = 0; margin < targets.length; margin++) {
      reachable[margin] =
          reachable(margin, base, categories[margin], targets[margin], total, unreachable);
    }

    double[] weights = base.clone();
    double largestWeight = cap * total / Sums.of(respondents);
    double gap = Double.POSITIVE_INFINITY;
    int cycles = 0;
    while (cycles < MOST_CYCLES && gap > TOLERANCE) {
      for (int margin = 0; margin < targets.length; margin++) {
        fit(weights, categories[margin], reachable[margin]);
      }
      for (int unit = 0; unit < weights.length; unit++) {
        weights[unit] = Math.min(weights[unit], largestWeight * respondents[unit]);
      }
      gap = 0;
      for (int margin = 0; margin < targets.length; margin++) {
        gap = Math.max(gap, gap(weights, categories[margin], reachable[margin]) / total);
      }
      cycles++;
    }
    return new Raking(weights, cycles, gap <= TOLERANCE, gap, List.copyOf(unreachable));
  }

  /** The targets of a margin's categories that have respondents, scaled to the total. */
  private static double[] reachable(
      int margin,
      double[] base,
      int[] categories,
      double[] targets,
      double total,
      List<Category> unreachable) {
    double[] present = sums(base, categories, targets.length);
    double[] reachable = new double[targets.length];
    for (int category = 0; category < targets.length; category++) {
      if (present[category] > 0) {
        reachable[category] = targets[category];
      } else if (targets[category] > 0) {
        unreachable.add(new Category(margin, category, targets[category] / Sums.of(targets)));
      }
    }
    double sum = Sums.of(reachable);
    for (int category = 0; category < targets.length && sum > 0; category++) {
      reachable[category] *= total / sum;
    }
    return reachable;
  }

  private static void fit(double[] weights, int[] categories, double[] targets) {
    double[] sums = sums(weights, categories, targets.length);
    for (int unit = 0; unit < weights.length; unit++) {
      int category = categories[unit];
      if (sums[category] > 0) {
        weights[unit] *= targets[category] / sums[category];
      }
    }
  }

  private static double gap(double[] weights, int[] categories, double[] targets) {
    double[] sums = sums(weights, categories, targets.length);
    double gap = 0;
    for (int category = 0; category < targets.length; category++) {
      gap = Math.max(gap, Math.abs(sums[category] - targets[category]));
    }
    return gap;
  }

  private static double[] sums(double[] weights, int[] categories, int count) {
    double[] sums = new double[count];
    for (int unit = 0; unit < weights.length; unit++) {
      sums[categories[unit]] += weights[unit];
    }
    return sums;
  }
}
