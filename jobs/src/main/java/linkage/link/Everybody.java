package linkage.link;

import static org.apache.spark.sql.functions.col;

import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Links those who answered as {@link Observations} does and, in the same pass, all others, so that
 * respondents can be held against everybody.
 *
 * <p>All customers at all month ends would be many times the rows of those who answered; they are
 * linked by the same rules, and summed where they are made.
 *
 * <p><b>Grain:</b> a row holds one of three structs, the other two being null:
 *
 * <ul>
 *   <li>{@link #observations}: as {@link Linked} describes them.
 *   <li>{@link #invitations}: one row per invitation in the analysis window to a customer who would
 *       be eligible that day: bucket, the segment attributes, is_answered BOOLEAN, and of the first
 *       horizon H tenure_days, recency_days, past_revenue_cents_H, past_purchases_count_H and
 *       prior_revenue_cents_H as in {@link Linked}.
 *   <li>{@link #frame}: cells of customers who would be eligible, at the ends of the months of the
 *       analysis window; the cells of a key add up. Either by (margin, category) of a segment
 *       attribute or {@link MarginCategory}, customers_count; or by (segment_set, its index;
 *       segment, horizon_days, bucket), customers_count of those with a complete window and
 *       lost_count of these, how many different customers they are as distinct_customers_count, and
 *       invited_count and answered_count of invitations, the same for each horizon. A customer of
 *       several month ends counts at each, and once among the different ones.
 * </ul>
 *
 * <p><b>Cost:</b> that of {@link Observations#link}, with one more event per invitation.
 */
public final class Everybody {
  private static final String OBSERVATION = "observation";
  private static final String INVITATION = "invitation";
  private static final String FRAME = "frame";

  /** A task hands on its cells when it holds this many, so that its memory is bounded. */
  private static final int MOST_CELLS_HELD = 200_000;

  private static final StructType CELL =
      new StructType()
          .add("margin", DataTypes.StringType)
          .add("category", DataTypes.StringType)
          .add("segment_set", DataTypes.IntegerType)
          .add("segment", DataTypes.StringType)
          .add("horizon_days", DataTypes.IntegerType)
          .add("bucket", DataTypes.IntegerType)
          .add("customers_count", DataTypes.LongType, false)
          .add("lost_count", DataTypes.LongType, false)
          .add("invited_count", DataTypes.LongType, false)
          .add("answered_count", DataTypes.LongType, false)
          .add("distinct_customers_count", DataTypes.LongType, false);

  private Everybody() {}

  /**
   * Links everybody.
   *
   * @param partitions number of partitions that the events are shuffled into
   */
  public static Dataset<Row> link(LinkSources sources, LinkRules rules, int partitions) {
    var schema =
        new StructType()
            .add(OBSERVATION, Linked.schemaWithDayNumbers(rules))
            .add(INVITATION, invitation(rules))
            .add(FRAME, CELL);
    MapPartitionsFunction<LinkEvent, Row> merge =
        events ->
            new Merge(
                events,
                new CustomerTimeline(rules, CustomerTimeline.Scope.EVERYBODY),
                new Census(rules));
    Dataset<Row> events = Observations.events(sources, rules);
    Dataset<Row> all =
        sources.invitations().map(Observations::invitations).map(events::union).orElse(events);
    return Observations.together(all, partitions).mapPartitions(merge, Encoders.row(schema));
  }

  /** The observations among the rows of {@link #link}. */
  public static Dataset<Row> observations(Dataset<Row> everybody, LinkRules rules) {
    return part(everybody, OBSERVATION).select(Observations.columns(rules));
  }

  /** The invitations among the rows of {@link #link}. */
  public static Dataset<Row> invitations(Dataset<Row> everybody) {
    return part(everybody, INVITATION);
  }

  /** The cells of all customers among the rows of {@link #link}. */
  public static Dataset<Row> frame(Dataset<Row> everybody) {
    return part(everybody, FRAME);
  }

  /** The columns of {@link #frame}. */
  public static StructType frameSchema() {
    return CELL;
  }

  private static Dataset<Row> part(Dataset<Row> everybody, String struct) {
    return everybody.where(col(struct).isNotNull()).select(struct + ".*");
  }

  private static StructType invitation(LinkRules rules) {
    var columns = new StructType().add(Linked.BUCKET, DataTypes.IntegerType, false);
    for (String attribute : rules.attributes()) {
      columns = columns.add(attribute, DataTypes.StringType, false);
    }
    int horizon = rules.horizonsDays().get(0);
    return columns
        .add("is_answered", DataTypes.BooleanType, false)
        .add(Linked.TENURE_DAYS, DataTypes.IntegerType, false)
        .add(Linked.RECENCY_DAYS, DataTypes.IntegerType, true)
        .add(Linked.PerHorizon.PAST_REVENUE_CENTS.column(horizon), DataTypes.LongType, false)
        .add(Linked.PerHorizon.PAST_PURCHASES_COUNT.column(horizon), DataTypes.LongType, false)
        .add(Linked.PerHorizon.PRIOR_REVENUE_CENTS.column(horizon), DataTypes.LongType, false);
  }

  /** Makes rows of a customer's observations and invitations, and sums the rest. */
  private static final class Census implements Merge.Harvest {
    private final FrameTable frame;
    private final int observationColumns;
    private final int attributesCount;

    Census(LinkRules rules) {
      this.frame = new FrameTable(rules);
      this.observationColumns = Linked.schema(rules).size();
      this.attributesCount = rules.attributes().size();
    }

    @Override
    public Iterator<Row> of(String customerId, CustomerTimeline customer) {
      List<Invited> invitations = customer.invitations();
      frame.add(customer.snapshots(), invitations);
      Stream<Row> rows =
          Stream.concat(
              customer.observations().stream()
                  .map(
                      observation ->
                          RowFactory.create(
                              RowFactory.create(
                                  Linked.values(customerId, observation, observationColumns)),
                              null,
                              null)),
              invitations.stream().map(invited -> RowFactory.create(null, row(invited), null)));
      return frame.size() < MOST_CELLS_HELD
          ? rows.iterator()
          : Stream.concat(rows, cells()).iterator();
    }

    @Override
    public Iterator<Row> rest() {
      return cells().iterator();
    }

    private Stream<Row> cells() {
      return frame.drain().map(cell -> RowFactory.create(null, null, cell));
    }

    private Row row(Invited invited) {
      var values = new Object[attributesCount + 7];
      int next = 0;
      values[next++] = invited.bucket();
      for (String attribute : invited.attributes()) {
        values[next++] = attribute;
      }
      values[next++] = invited.isAnswered();
      values[next++] = invited.tenureDays();
      values[next++] =
          invited.recencyDays() == Observation.NONE ? null : Integer.valueOf(invited.recencyDays());
      values[next++] = invited.pastRevenueCents();
      values[next++] = (long) invited.pastPurchasesCount();
      values[next++] = invited.priorRevenueCents();
      return RowFactory.create(values);
    }
  }
}
