package linkage.marts;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import linkage.counts.DoublyRobust;
import linkage.counts.DriverBasis;
import linkage.counts.DriverCaps;
import linkage.marts.PlantedCompany.Truth;
import linkage.marts.PlantedCompany.World;
import linkage.stats.Logistic;
import linkage.stats.LogisticSums;
import linkage.stats.drivers.CrossFit;
import linkage.stats.drivers.CrossFit.Arm;
import linkage.stats.drivers.DriverColumns;
import linkage.stats.drivers.DriverSums;
import linkage.stats.drivers.LowRatings;
import linkage.stats.drivers.LowRatings.Observation;
import linkage.stats.drivers.Moments;
import linkage.stats.drivers.SegmentDrivers;
import linkage.stats.drivers.Winsor;
import org.apache.spark.sql.Row;

/**
 * How often the intervals of {@code driver_revenue_impacts} hold the planted truth; run by hand for
 * the table with 2,000 samples, and in small by {@link MoneyCoverageTest}.
 *
 * <p>From the observations of a segment on, all is made by what makes the mart: moments by bucket,
 * {@link ImpactRows} and {@link DoublyRobustImpacts}. Only the passes of Spark are loops here.
 *
 * @param figure whose intervals these are
 * @param truth what was planted
 * @param told the share of samples in which the mart says anything
 * @param mean of the change of revenue per customer
 * @param revenue the share of its intervals that hold the truth
 * @param retention the same of the change of retention; {@code NaN} where the mart gives none
 * @param margin the same of the change of contribution margin
 */
record MoneyCoverage(
    Figure figure,
    Truth truth,
    double told,
    double mean,
    double revenue,
    double retention,
    double margin) {

  /** A row of the mart. */
  record Figure(String scenario, String driver, String rung) {
    private static Figure of(Row row) {
      return new Figure(
          row.getString(column("scenario")),
          row.getString(column("driver")),
          row.getString(column("rung")));
    }
  }

  private static final int SAMPLES = 2000;
  private static final int CUSTOMERS = 2000;
  private static final int HORIZON_DAYS = 180;
  private static final List<String> COLUMNS =
      List.of(DriverStatistics.columns(ImpactRows.MART).fieldNames());
  private static final DriverBasis.Place EVERYONE = new DriverBasis.Place(0, 0, "all");
  private static final Winsor NO_CAPS = new Winsor(-1e9, 1e9);

  public static void main(String[] args) {
    int samples = args.length == 0 ? SAMPLES : Integer.parseInt(args[0]);
    System.out.println("| world | change | rung | truth | mean | revenue | retention | margin |");
    System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- |");
    for (var world : World.values()) {
      for (var coverage : of(world, samples, CUSTOMERS)) {
        if (coverage.told < 1) {
          throw new IllegalStateException("Not told in every sample: " + coverage);
        }
        System.out.printf(
            "| %s | %s, %s | %s | %.3f | %.3f | %s | %s | %s |%n",
            world,
            coverage.figure.scenario(),
            coverage.figure.driver(),
            coverage.figure.rung(),
            coverage.truth.revenue(),
            coverage.mean,
            share(coverage.revenue, samples),
            share(coverage.retention, samples),
            share(coverage.margin, samples));
      }
    }
  }

  private static String share(double share, int samples) {
    return Double.isNaN(share)
        ? "-"
        : String.format(
            "%.1f ± %.1f %%", 100 * share, 100 * Math.sqrt(share * (1 - share) / samples));
  }

  /** The coverage of each figure. */
  static List<MoneyCoverage> of(World world, int samples, int customers) {
    var company = new PlantedCompany(world);
    Map<Figure, Truth> truths = truths(company);
    List<Map<Figure, Row>> drawn =
        IntStream.range(0, samples)
            .parallel()
            .mapToObj(
                sample ->
                    rows(
                        company.plan(),
                        company.draw(customers, new SplittableRandom(1000L + sample)),
                        truths.keySet()))
            .toList();
    List<MoneyCoverage> coverages = new ArrayList<>();
    truths.forEach(
        (figure, truth) -> {
          List<Row> rows = drawn.stream().map(own -> own.get(figure)).toList();
          coverages.add(
              new MoneyCoverage(
                  figure,
                  truth,
                  mean(rows, row -> row.getString(column("status")).equals("ok") ? 1 : 0),
                  mean(rows, row -> number(row, "revenue_change_per_customer")),
                  mean(rows, row -> holds(row, "revenue_change_per_customer", truth.revenue())),
                  mean(rows, row -> holds(row, "retention_change_points", truth.retention())),
                  mean(rows, row -> holds(row, "margin_change_per_customer", truth.margin()))));
        });
    return coverages;
  }

  private static Map<Figure, Truth> truths(PlantedCompany company) {
    String first = "greeting";
    String second = "speed";
    Truth lows = company.lowsToMiddle(0);
    Truth others = company.lowsToMiddle(1);
    Map<Figure, Truth> truths = new LinkedHashMap<>();
    for (String rung : List.of(ImpactRows.RAW, ImpactRows.ADJUSTED, DoublyRobustImpacts.RUNG)) {
      truths.put(new Figure(DriverScenarios.LOWS_TO_MIDDLE, first, rung), lows);
    }
    String rung = ImpactRows.ADJUSTED;
    truths.put(new Figure(DriverScenarios.TO_BEST_SEGMENT, first, rung), company.toBestRegion());
    truths.put(new Figure(DriverScenarios.PLUS_ONE_POINT, first, rung), company.plusOnePoint());
    String joint = DriverScenarios.ALL_LOWS_TO_MIDDLE;
    truths.put(new Figure(joint, ImpactRows.ALL_DRIVERS, rung), lows.and(others));
    truths.put(new Figure(joint, first, rung), lows);
    truths.put(new Figure(joint, second, rung), others);
    return truths;
  }

  /** The mart's rows of a sample, as far as they are wanted. */
  static Map<Figure, Row> rows(
      DriverPlan plan, List<Observation> observations, Set<Figure> wanted) {
    DriverColumns drivers = plan.columns();
    double[] best = bestLevels(drivers, observations);
    var basis =
        new DriverBasis(
            new DriverCaps(List.of(NO_CAPS), List.of(NO_CAPS)),
            new double[][][] {{best}},
            List.of(),
            Map.of(EVERYONE, 1.0),
            List.of());
    var segment = new SegmentDrivers(drivers, plan.levels(), PlantedCompany.BUCKETS);
    addUp(plan, observations, segment);
    var margins = new MarginChanges(plan, segment, basis, 0, 0, "all");
    var place = new DriverPlan.Place("all", "all");
    List<Row> all =
        new ArrayList<>(new ImpactRows(plan, segment, place, HORIZON_DAYS, best, margins).rows());
    var everyone =
        new DriverBasis.Segment(0, 0, "all", observations.size(), null, null, Set.of(0, 1));
    var revenue = LowRatings.ofRevenue(drivers, 0, List.of(1), everyone.finest());
    var margin = LowRatings.ofMargin(drivers, 0, List.of(1), everyone.finest());
    all.add(
        DoublyRobustImpacts.row(
            plan,
            basis,
            List.of(HORIZON_DAYS),
            new DoublyRobust.Effect(
                everyone,
                0,
                revenue.covariatesCount(),
                cells(revenue, observations),
                cells(margin, observations))));
    Map<Figure, Row> rows = new HashMap<>();
    for (Row row : all) {
      if (wanted.contains(Figure.of(row)) && !isNoEstimand(row)) {
        rows.put(Figure.of(row), row);
      }
    }
    return rows;
  }

  private static boolean isNoEstimand(Row row) {
    return row.getString(column("status")).equals(AllSegments.NO_ESTIMAND);
  }

  /** The best region's mean level of each driver, of this sample, as the mart takes it. */
  private static double[] bestLevels(DriverColumns drivers, List<Observation> observations) {
    double[] best = new double[drivers.drivers().size()];
    for (int driver = 0; driver < best.length; driver++) {
      int rating = drivers.rating(driver);
      int missing = drivers.missing(driver);
      best[driver] =
          IntStream.range(0, PlantedCompany.REGIONS)
              .mapToDouble(
                  region ->
                      observations.stream()
                          .filter(one -> one.finest() == region && one.values()[missing] == 0)
                          .mapToDouble(one -> one.values()[rating])
                          .average()
                          .orElseThrow())
              .max()
              .orElseThrow();
    }
    return best;
  }

  private static void addUp(
      DriverPlan plan, List<Observation> observations, SegmentDrivers segment) {
    DriverColumns drivers = plan.columns();
    Map<Long, DriverSums[]> patterns = new HashMap<>();
    for (Observation one : observations) {
      boolean isComplete = one.values()[drivers.missing(0)] + one.values()[drivers.missing(1)] == 0;
      long pattern =
          1L << DriverColumns.WITH_MARGIN | (isComplete ? 1L << DriverColumns.COMPLETE : 0);
      DriverSums[] sums =
          patterns.computeIfAbsent(pattern, absent -> new DriverSums[PlantedCompany.BUCKETS]);
      if (sums[one.bucket()] == null) {
        sums[one.bucket()] = new DriverSums(drivers, plan.levels());
      }
      int group = one.monthsAgo() * (DriverBasis.MOST_FINEST + 1) + one.finest();
      sums[one.bucket()].add(one.values(), group, one.weight());
    }
    patterns.forEach(
        (pattern, sums) -> {
          for (int bucket = 0; bucket < sums.length; bucket++) {
            if (sums[bucket] != null) {
              segment.add(pattern, bucket, sums[bucket].toArray());
            }
          }
        });
  }

  /** What {@link DoublyRobust} makes by passes. */
  private static double[][] cells(LowRatings ratings, List<Observation> observations) {
    List<Observation> compared =
        observations.stream().filter(one -> ratings.arm(one) != Arm.OTHER).toList();
    double[][] covariates = compared.stream().map(ratings::covariates).toArray(double[][]::new);
    var fit =
        Logistic.fit(
            ratings.covariatesCount(),
            sums -> {
              for (int row = 0; row < covariates.length; row++) {
                add(sums, covariates[row], ratings.arm(compared.get(row)));
              }
            });
    LogisticSums[] folds = new LogisticSums[CrossFit.FOLDS];
    Arrays.setAll(folds, fold -> new LogisticSums(fit.evaluatedAt()));
    int size = ratings.covariatesCount() + ratings.aipw().outcomes();
    Moments[] untreated = new Moments[CrossFit.FOLDS];
    List<String> names = IntStream.range(0, size).mapToObj(column -> "column " + column).toList();
    Arrays.setAll(untreated, fold -> new Moments(names));
    for (int row = 0; row < covariates.length; row++) {
      var one = compared.get(row);
      int fold = CrossFit.fold(one.bucket());
      add(folds[fold], covariates[row], ratings.arm(one));
      if (ratings.arm(one) == Arm.UNTREATED) {
        untreated[fold].add(ratings.row(one, size), 0, one.weight());
      }
    }
    var models =
        CrossFit.of(
            fit,
            List.of(folds),
            List.of(untreated),
            ratings.covariatesCount(),
            ratings.aipw().outcomes());
    double[][] cells = new double[PlantedCompany.BUCKETS][ratings.aipw().cells()];
    observations.forEach(one -> ratings.add(cells[one.bucket()], one, models));
    return cells;
  }

  private static void add(LogisticSums sums, double[] covariates, Arm arm) {
    sums.add(covariates, arm == Arm.TREATED ? 1 : 0, arm == Arm.TREATED ? 0 : 1);
  }

  private static double holds(Row row, String figure, double truth) {
    double lower = number(row, figure + "_lower");
    double upper = number(row, figure + "_upper");
    return Double.isNaN(lower) || Double.isNaN(upper)
        ? Double.NaN
        : lower <= truth && truth <= upper ? 1 : 0;
  }

  private static double number(Row row, String column) {
    int at = column(column);
    return row.isNullAt(at) ? Double.NaN : row.getDouble(at);
  }

  static int column(String name) {
    return COLUMNS.indexOf(name);
  }

  private static double mean(List<Row> rows, ToDoubleFunction<Row> of) {
    return rows.stream().mapToDouble(of).average().orElseThrow();
  }
}
