package linkage.marts;

import static org.assertj.core.api.Assertions.assertThat;

import linkage.marts.PlantedCompany.World;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whether the mart's figures in money find what was planted. With 150 seeded samples the standard
 * error of a coverage of 95 % is 1.8 points; {@link MoneyCoverage} prints it for 2,000, of more
 * customers.
 */
class MoneyCoverageTest {

  private static final int SAMPLES = 150;
  private static final int CUSTOMERS = 500;

  @ParameterizedTest
  @EnumSource(World.class)
  void holdsThePlantedTruth(World world) {
    for (var coverage : MoneyCoverage.of(world, SAMPLES, CUSTOMERS)) {
      String rung = coverage.figure().rung();
      assertThat(coverage.told()).as("%s", coverage).isEqualTo(1);
      if (rung.equals(ImpactRows.RAW)) {
        assertThat(coverage.revenue()).as("%s", coverage).isLessThan(0.75);
        continue;
      }
      assertThat(coverage.revenue()).as("%s", coverage).isBetween(0.89, 1.0);
      assertThat(coverage.margin()).as("%s", coverage).isBetween(0.89, 1.0);
      boolean isPart =
          coverage.figure().scenario().equals(DriverScenarios.ALL_LOWS_TO_MIDDLE)
              && !coverage.figure().driver().equals(ImpactRows.ALL_DRIVERS);
      if (!isPart) {
        assertThat(coverage.retention()).as("%s", coverage).isBetween(0.89, 1.0);
      }
    }
  }
}
