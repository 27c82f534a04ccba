package linkage.counts;

import java.io.Serializable;
import java.util.List;
import linkage.stats.drivers.Winsor;

/**
 * What a customer's amounts over each horizon are capped at, in units of currency.
 *
 * @param revenue of each horizon
 * @param margin of each horizon; empty where no segment's margins are known well enough to be read
 */
public record DriverCaps(List<Winsor> revenue, List<Winsor> margin) implements Serializable {
  /** For who only looks at what the observations hold. */
  static final DriverCaps NONE = new DriverCaps(List.of(), List.of());

  /** Keeps copies. */
  public DriverCaps {
    revenue = List.copyOf(revenue);
    margin = List.copyOf(margin);
  }

  /** Whether contribution margin is read at all. */
  public boolean hasMargins() {
    return !margin.isEmpty();
  }
}
