package linkage.marts;

import java.io.Serializable;
import java.util.List;

/**
 * How a night's respondents were weighted to look like all customers.
 *
 * @param method {@link #PROPENSITY_AND_RAKING} or {@link #RAKING_ONLY}
 * @param margins what was raked to
 * @param leftOut what has too many categories to be raked to
 * @param largest the largest weight, as a multiple of the mean
 * @param unreachableShare the largest share of all customers, of any margin, whose category nobody
 *     answered in
 */
public record Weighting(
    String method,
    List<String> margins,
    List<String> leftOut,
    double largest,
    double unreachableShare)
    implements Serializable {

  /** By the propensity to answer an invitation, then raked. */
  public static final String PROPENSITY_AND_RAKING = "propensity_and_raking";

  /** Raked, since it isn't known who was asked and didn't answer. */
  public static final String RAKING_ONLY = "raking_only";

  /** Not at all, since there is nobody to hold respondents against. */
  public static final String NONE = "none";

  /** No weights. */
  static final Weighting UNWEIGHTED = new Weighting(NONE, List.of(), List.of(), Double.NaN, 0);
}
