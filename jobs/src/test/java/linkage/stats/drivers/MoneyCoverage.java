package linkage.stats.drivers;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import linkage.stats.Estimate;
import linkage.stats.drivers.Aipw.Estimand;
import linkage.stats.drivers.PlantedCompany.World;

/**
 * How often the intervals of money effects hold the planted truth; run by hand for the table with
 * 2,000 samples, and in small by {@link MoneyCoverageTest}.
 */
record MoneyCoverage(
    World world,
    Rung rung,
    double truth,
    double meanEstimate,
    double meanWidth,
    double ofRevenue,
    double ofRetention,
    double ofParts) {

  /** How an effect is made. */
  enum Rung {
    RAW,
    ADJUSTED,
    DOUBLY_ROBUST
  }

  private static final int SAMPLES = 2000;
  private static final int CUSTOMERS = 2000;
  private static final double TRIM = 0.05;

  public static void main(String[] args) {
    int samples = args.length == 0 ? SAMPLES : Integer.parseInt(args[0]);
    System.out.printf(
        "%-12s %-14s %8s %8s %8s %9s %9s %9s%n",
        "world", "rung", "truth", "mean", "width", "revenue", "retention", "part");
    for (var world : World.values()) {
      for (var coverage : of(world, samples, CUSTOMERS)) {
        System.out.printf(
            "%-12s %-14s %8.3f %8.3f %8.3f %8.1f%% %8.1f%% %8.1f%%%n",
            world,
            coverage.rung,
            coverage.truth,
            coverage.meanEstimate,
            coverage.meanWidth,
            100 * coverage.ofRevenue,
            100 * coverage.ofRetention,
            100 * coverage.ofParts);
      }
    }
  }

  /** The coverage at each rung. */
  static List<MoneyCoverage> of(World world, int samples, int customers) {
    var company = new PlantedCompany(world);
    var truth = company.truth();
    double retention = company.retentionTruth();
    List<List<ScenarioEffect>> drawn =
        IntStream.range(0, samples)
            .parallel()
            .mapToObj(sample -> effects(company, customers, new SplittableRandom(1000L + sample)))
            .toList();
    return IntStream.range(0, Rung.values().length)
        .mapToObj(
            rung -> {
              List<ScenarioEffect> effects = drawn.stream().map(all -> all.get(rung)).toList();
              return new MoneyCoverage(
                  world,
                  Rung.values()[rung],
                  truth.total(),
                  mean(effects.stream().mapToDouble(effect -> effect.revenue().value())),
                  mean(effects.stream().mapToDouble(effect -> width(effect.revenue()))),
                  mean(
                      effects.stream()
                          .mapToDouble(effect -> holds(effect.revenue(), truth.total()))),
                  mean(
                      effects.stream().mapToDouble(effect -> holds(effect.retention(), retention))),
                  mean(
                      effects.stream()
                          .mapToDouble(
                              effect -> holds(effect.fromRetention(), truth.fromRetention()))));
            })
        .toList();
  }

  private static List<ScenarioEffect> effects(
      PlantedCompany company, int customers, SplittableRandom random) {
    var sample = company.draw(customers, random);
    List<Scenario> scenario = List.of(Scenario.lowsToMiddle(PlantedCompany.LOW));
    var aipw = new Aipw(Estimand.ON_TREATED, 3, TRIM);
    return List.of(
        ScenarioEffect.of(
            sample.moments(),
            Moments::centred,
            PlantedCompany.DEGREES_OF_FREEDOM,
            PlantedCompany.MONEY,
            scenario,
            PlantedCompany.LOW,
            PlantedCompany.HIGH),
        ScenarioEffect.of(
            sample.moments(),
            Moments::absorbed,
            PlantedCompany.DEGREES_OF_FREEDOM,
            PlantedCompany.MONEY,
            scenario,
            PlantedCompany.VALUE,
            PlantedCompany.LOW,
            PlantedCompany.HIGH),
        ScenarioEffect.ofSparing(
            aipw,
            new CrossFit(aipw, new NewtonLogit()).cells(sample.rows(), PlantedCompany.BUCKETS),
            PlantedCompany.DEGREES_OF_FREEDOM));
  }

  private static double holds(Estimate estimate, double truth) {
    return estimate.interval().contains(truth) ? 1 : 0;
  }

  private static double width(Estimate estimate) {
    return estimate.interval().upper() - estimate.interval().lower();
  }

  private static double mean(DoubleStream values) {
    return values.average().orElse(Double.NaN);
  }
}
