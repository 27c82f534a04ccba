package linkage.stats;

/**
 * How far a chance of pairs that was counted in bins can be from that of the exact amounts.
 *
 * <p>Pairs within a bin aren't counted. Of D counted pairs a share C is concordant; were W' of the
 * W pairs within bins told apart, a share c of them concordant, the exact value would be {@code (D
 * C + W' c) / (D + W')}. With s = W / (D + W) it lies between {@code (1 - s) C} and {@code (1 - s)
 * C + s}, whatever W' and c are. So intervals grow at either end by what can't be resolved, and a
 * claim needs what is left.
 *
 * @param share s, in [0, 1]
 */
record Unresolved(double share) {

  /** All pairs are told apart. */
  static final Unresolved NOTHING = new Unresolved(0);

  /** The interval of the exact value, given that of the counted pairs. */
  Interval probability(Interval counted) {
    return new Interval(
        (1 - share) * counted.lower(), counted.upper() + share * (1 - counted.upper()));
  }

  /**
   * The interval of the difference of two exact values, given that of the counted pairs, which are
   * the same for both: pairs within bins may all speak for either.
   */
  Interval difference(Interval counted) {
    return new Interval(
        counted.lower() - share * Math.max(0, 1 + counted.lower()),
        counted.upper() + share * Math.max(0, 1 - counted.upper()));
  }

  /** What a counted difference must exceed for the exact one to lie above 0. */
  double leastDifference() {
    return share / (1 - share);
  }

  /** How far the logit of a counted value must be from 0 for the exact one not to be one half. */
  double leastLogit() {
    return share < 0.5 ? -Math.log(1 - 2 * share) : Double.POSITIVE_INFINITY;
  }
}
