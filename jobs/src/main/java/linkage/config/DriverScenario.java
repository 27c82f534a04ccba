package linkage.config;

import java.io.Serializable;
import java.util.List;

/**
 * A change of ratings that the company could bring about: a share of those who gave certain scores
 * would give another.
 *
 * @param name lower snake identifier
 * @param drivers the drivers it is asked of, each by itself
 * @param from the lowest score that is moved, as customers give it
 * @param to the highest score that is moved
 * @param become the score they would give instead
 * @param share of them that is moved, above 0 and at most 1
 */
public record DriverScenario(
    String name, List<String> drivers, int from, int to, int become, double share)
    implements Serializable {

  /** Keeps a copy. */
  public DriverScenario {
    drivers = List.copyOf(drivers);
  }
}
