package linkage.marts;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.counts.Cell;
import linkage.counts.Counts;
import linkage.counts.PackedCells;
import linkage.sql.Groups;
import linkage.stats.AddedValue;
import linkage.stats.LossesNeeded;
import linkage.stats.SegmentFollowUp;
import linkage.stats.TimeSplit;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * All statistics of a segment, computed where its cells are.
 *
 * <p><b>Grain:</b> one row per (segment set, segment), holding the rows of five tables as arrays:
 * {@link #SCORES} and {@link RetentionCurves} are those of the marts; {@link #PREDICTIVENESS} and
 * {@link #COMPARISONS} lack only what takes all segments of a set together, and {@link RiskBands}
 * what takes the customers of today.
 *
 * <p><b>Nulls and edges:</b> a horizon has rows once a window of it is complete.
 *
 * <p><b>Cost:</b> one shuffle of the cells by segment; a task holds one segment's cells at a time.
 */
public final class SegmentStatistics {
  static final String PREDICTIVENESS = "metric_predictiveness";
  static final String SCORES = "retention_by_score";
  static final String COMPARISONS = "comparisons";

  private SegmentStatistics() {}

  /**
   * Computes all segments' statistics.
   *
   * @param cells the tables of {@link Counts}
   * @param splits earlier and later months by horizon, as {@code 12 * year + month - 1}
   */
  public static Dataset<Row> build(
      Dataset<Row> cells, Map<Integer, TimeSplit> splits, Settings settings, LocalDate asOf) {
    var plan = SegmentPlan.of(settings, splits, asOf);
    var schema =
        new StructType()
            .add(PREDICTIVENESS, DataTypes.createArrayType(predictiveness()))
            .add(SCORES, DataTypes.createArrayType(Contract.mart(SCORES).sparkType()))
            .add(COMPARISONS, DataTypes.createArrayType(comparisons()))
            .add(
                RetentionCurves.MART,
                DataTypes.createArrayType(Contract.mart(RetentionCurves.MART).sparkType()))
            .add(RiskBands.TABLE, DataTypes.createArrayType(RiskBands.schema()));
    return Groups.by(Counts.ofSegments(cells), "segment_set", "segment")
        .flatMapGroups(
            (FlatMapGroupsFunction<Row, Row, Row>)
                (key, group) -> List.of(new Segment(plan, key, group).toRow()).iterator(),
            Encoders.row(schema));
  }

  /** The mart {@code retention_by_score}. */
  public static Dataset<Row> retentionByScore(Dataset<Row> statistics) {
    return rows(statistics, SCORES);
  }

  /** The mart {@code retention_curves}. */
  public static Dataset<Row> retentionCurves(Dataset<Row> statistics) {
    return rows(statistics, RetentionCurves.MART);
  }

  static Dataset<Row> rows(Dataset<Row> statistics, String table) {
    return statistics.select(explode(col(table)).as("mart_row")).select("mart_row.*");
  }

  /** The shape of a metric's figures: the mart's columns, and what shrinking them takes. */
  static StructType predictiveness() {
    return columns(PREDICTIVENESS)
        .add("logit_auc", DataTypes.DoubleType)
        .add("logit_auc_variance", DataTypes.DoubleType);
  }

  /**
   * The shape of a comparison: the mart's columns, the verdict for either answer about q, what the
   * sentence says of the best metric's added value, and what {@link LossesNeeded} takes once q is
   * known.
   */
  static StructType comparisons() {
    return columns("best_metrics")
        .add("verdict_if_significant", DataTypes.StringType)
        .add("verdict_otherwise", DataTypes.StringType)
        .add("best_auc_within_risk", DataTypes.DoubleType)
        .add("best_auc_within_risk_lower", DataTypes.DoubleType)
        .add("best_auc_within_risk_upper", DataTypes.DoubleType)
        .add("losses_for_margin", DataTypes.DoubleType)
        .add("losses_for_signal", DataTypes.DoubleType)
        .add("degrees_of_freedom", DataTypes.IntegerType);
  }

  /** A mart's columns while they are still being filled. */
  static StructType columns(String mart) {
    var columns = new StructType();
    for (var field : Contract.mart(mart).sparkType().fields()) {
      columns = columns.add(field.name(), field.dataType(), true);
    }
    return columns;
  }

  /** One segment: the times of its losses, and what is counted by horizon. */
  private static final class Segment {
    private final SegmentPlan plan;
    private final String segmentSet;
    private final String segment;
    private final SegmentFollowUp followUp;
    private final WeightedFollowUp weightedFollowUp;
    private final TreeMap<Integer, HorizonCells> horizons = new TreeMap<>();

    Segment(SegmentPlan plan, Row key, Iterator<Row> cells) {
      this.plan = plan;
      this.segmentSet = plan.segmentSets().get(key.getInt(0)).name();
      this.segment = key.getString(1);
      this.followUp = plan.noFollowUp();
      this.weightedFollowUp = plan.noWeights();
      cells.forEachRemaining(row -> PackedCells.read(row, this::add));
    }

    private void add(Cell cell) {
      switch (cell.table()) {
        case OUTCOMES -> horizon(cell).add(cell);
        case EARLIER, LATER -> {
          horizon(cell).add(cell);
          horizon(cell).addTime(cell);
        }
        case POPULATION -> horizon(cell).addPopulation(cell);
        case REVENUE -> horizon(cell).addRevenue(cell);
        case RETENTION_RISK -> horizon(cell).risks.get(Outcome.RETAINED).add(cell);
        case REPEAT_RISK -> horizon(cell).risks.get(Outcome.REPEAT_PURCHASE).add(cell);
        case COMBINED_RETENTION -> horizon(cell).combined.get(Outcome.RETAINED).add(cell);
        case COMBINED_REPEAT -> horizon(cell).combined.get(Outcome.REPEAT_PURCHASE).add(cell);
        case LOSSES -> addLosses(cell);
        case ANSWERS -> throw new IllegalArgumentException("Not asked for: " + cell);
      }
    }

    private void addLosses(Cell cell) {
      int period = plan.periods().endingOn(cell.period());
      followUp.add(
          cell.pattern(),
          cell.metric(),
          cell.level(),
          period,
          cell.bucket(),
          cell.lost(),
          cell.observations() - cell.lost());
      weightedFollowUp.add(cell, period);
    }

    private HorizonCells horizon(Cell cell) {
      return horizons.computeIfAbsent(
          cell.period(), days -> new HorizonCells(plan, segmentSet, segment, days));
    }

    Row toRow() {
      List<Row> predictiveness = new ArrayList<>();
      List<Row> scores = new ArrayList<>();
      List<Row> comparisons = new ArrayList<>();
      List<Row> bands = new ArrayList<>();
      for (HorizonCells cells : horizons.values()) {
        var ofMetrics = new PredictivenessRows(plan, cells, followUp, weightedFollowUp);
        var ofSegment = new ComparisonRows(plan, cells, followUp, weightedFollowUp);
        for (Outcome outcome : Outcome.values()) {
          AddedValue[] added = cells.risks.get(outcome).addedValues();
          predictiveness.addAll(ofMetrics.of(outcome, added));
          comparisons.add(ofSegment.of(outcome, added));
        }
        predictiveness.addAll(ofMetrics.ofRevenue());
        comparisons.add(ofSegment.ofRevenue());
        scores.addAll(new ScoreRows(plan, cells).all());
        bands.addAll(new RiskBands(plan, cells, followUp).all());
      }
      List<Row> curves = new ArrayList<>();
      for (int metric = 0; metric < plan.metrics().size(); metric++) {
        curves.addAll(
            RetentionCurves.rows(
                plan.asOf(),
                segmentSet,
                segment,
                plan.metrics().get(metric),
                followUp.own(metric),
                weightedFollowUp.scaled(metric),
                plan.periods()));
      }
      return RowFactory.create(
          predictiveness.toArray(Row[]::new),
          scores.toArray(Row[]::new),
          comparisons.toArray(Row[]::new),
          curves.toArray(Row[]::new),
          bands.toArray(Row[]::new));
    }
  }
}
