package linkage.config;

import java.util.List;
import java.util.Map;

/**
 * What is asked of the drivers.
 *
 * @param scenarios the company's own, in declared order
 * @param downstream by driver, the drivers that it influences, which are then not held equal where
 *     its worth is estimated; none for a driver that isn't named
 */
public record DriverSettings(List<DriverScenario> scenarios, Map<String, List<String>> downstream) {
  /** Nothing beyond the scenarios that are always there, and no driver downstream of another. */
  public static final DriverSettings DEFAULT = new DriverSettings(List.of(), Map.of());

  /** Keeps copies. */
  public DriverSettings {
    scenarios = List.copyOf(scenarios);
    downstream = Map.copyOf(downstream);
  }
}
