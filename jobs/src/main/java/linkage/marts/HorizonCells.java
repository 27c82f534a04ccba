package linkage.marts;

import java.sql.Date;
import java.util.HashMap;
import java.util.Map;
import linkage.contract.Contract;
import linkage.counts.Cell;
import linkage.counts.CountTable;
import linkage.stats.Estimate;
import linkage.stats.LeakSuspicion;
import linkage.stats.MetricCounts;
import linkage.stats.SegmentCounts;

/**
 * One segment's cells of one horizon, summed into what the statistics read.
 *
 * <p>Arrays are by metric, and by level of its answer where they have two dimensions. The makers of
 * rows ({@link PredictivenessRows}, {@link ComparisonRows}, {@link ScoreRows}) read them once all
 * cells are in.
 */
final class HorizonCells {
  final SegmentPlan plan;
  final String segmentSet;
  final String segment;
  final int horizonDays;
  final RevenueCells revenue;
  final RevenueCells weightedRevenue;
  final WeightedCells weighted;
  final MoneyCells money;
  final Map<Outcome, RiskCells> risks = new HashMap<>();
  final Map<Outcome, CombinedCells> combined = new HashMap<>();
  final Map<Outcome, SegmentCounts> counts = new HashMap<>();
  final Map<Outcome, SegmentCounts> earlier = new HashMap<>();
  final Map<Outcome, SegmentCounts> later = new HashMap<>();
  final Map<Outcome, long[]> positives = new HashMap<>();
  final long[] observations;
  final long[] customers;
  final long[] backfilled;
  final long[][] customersAtLevel;
  final long[][] revenueCentsAtLevel;
  long allObservations;
  long allCustomers;
  final Map<Outcome, Long> allPositives = new HashMap<>();

  HorizonCells(SegmentPlan plan, String segmentSet, String segment, int horizonDays) {
    this.plan = plan;
    this.segmentSet = segmentSet;
    this.segment = segment;
    this.horizonDays = horizonDays;
    int metrics = plan.metrics().size();
    int[] levels = plan.levels();
    this.revenue = new RevenueCells(levels, SegmentPlan.BUCKETS);
    this.weightedRevenue = new RevenueCells(levels, SegmentPlan.BUCKETS);
    this.weighted = new WeightedCells(levels);
    this.money = new MoneyCells(levels, SegmentPlan.BUCKETS);
    this.observations = new long[metrics];
    this.customers = new long[metrics];
    this.backfilled = new long[metrics];
    this.customersAtLevel = new long[metrics][];
    this.revenueCentsAtLevel = new long[metrics][];
    for (int metric = 0; metric < metrics; metric++) {
      customersAtLevel[metric] = new long[levels[metric]];
      revenueCentsAtLevel[metric] = new long[levels[metric]];
    }
    for (Outcome outcome : Outcome.values()) {
      risks.put(outcome, new RiskCells(outcome, levels, SegmentPlan.BUCKETS));
      combined.put(outcome, new CombinedCells(outcome, SegmentPlan.BUCKETS));
      counts.put(outcome, new SegmentCounts(levels, SegmentPlan.BUCKETS));
      earlier.put(outcome, new SegmentCounts(levels, SegmentPlan.BUCKETS));
      later.put(outcome, new SegmentCounts(levels, SegmentPlan.BUCKETS));
      positives.put(outcome, new long[metrics]);
      allPositives.put(outcome, 0L);
    }
  }

  /** Adds a cell of {@link CountTable#POPULATION}. */
  void addPopulation(Cell cell) {
    allObservations += cell.observations();
    allCustomers += cell.customers();
    for (Outcome outcome : Outcome.values()) {
      allPositives.merge(outcome, outcome.positive(cell), Long::sum);
    }
  }

  /** Adds a cell of {@link CountTable#OUTCOMES}, of whichever time. */
  void add(Cell cell) {
    int metric = cell.metric();
    long n = cell.observations();
    weighted.add(cell);
    money.add(cell);
    int level = cell.level();
    long cents = cell.revenueCents();
    observations[metric] += n;
    customers[metric] += cell.customers();
    customersAtLevel[metric][level] += cell.customersAtScore();
    backfilled[metric] += cell.backfilled();
    revenueCentsAtLevel[metric][level] = Math.addExact(revenueCentsAtLevel[metric][level], cents);
    for (Outcome outcome : Outcome.values()) {
      long positive = outcome.positive(cell);
      positives.get(outcome)[metric] += positive;
      counts
          .get(outcome)
          .add(cell.pattern(), metric, level, cell.bucket(), positive, n - positive, cents);
    }
  }

  /** Adds a cell of {@link CountTable#EARLIER} or {@link CountTable#LATER}. */
  void addTime(Cell cell) {
    Map<Outcome, SegmentCounts> side = cell.table() == CountTable.EARLIER ? earlier : later;
    for (Outcome outcome : Outcome.values()) {
      long positive = outcome.positive(cell);
      side.get(outcome)
          .add(
              cell.pattern(),
              cell.metric(),
              cell.level(),
              cell.bucket(),
              positive,
              cell.observations() - positive,
              0);
    }
  }

  /** Adds a cell of {@link CountTable#REVENUE}. */
  void addRevenue(Cell cell) {
    revenue.add(cell, cell.observations(), cell.observations());
    weightedRevenue.add(cell, cell.weight(), cell.squaredWeight());
  }

  /** Whether a score of the metric may have known the outcome. */
  static boolean isSuspected(MetricCounts complete, Estimate auc) {
    return LeakSuspicion.levels(complete.retainedByLevel(), complete.lostByLevel(), auc).length > 0;
  }

  /** A row of a mart with the keys that all of them share. */
  MartRow row(String mart) {
    return new MartRow(Contract.mart(mart))
        .set("as_of", Date.valueOf(plan.asOf()))
        .set("segment_set", segmentSet)
        .set("segment", segment)
        .set("horizon_days", horizonDays);
  }
}
