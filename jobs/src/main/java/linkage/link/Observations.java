package linkage.link;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_from_unix_date;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map_keys;
import static org.apache.spark.sql.functions.map_values;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.unix_date;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import linkage.link.LinkRules.Question;
import linkage.sql.Together;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;

/**
 * Links responses to the past and the future of the customers who gave them.
 *
 * <p>A typed pass, not SQL: an observation needs sums over windows that start and end at its own
 * anchor. As a join, that pairs every response of a customer with every transaction; as
 * higher-order functions over arrays per customer it is slower still. Brought together once, each
 * customer's events are merged in one go, and the arithmetic is plain Java that can be compared
 * with its definition.
 *
 * <p><b>Grain:</b> one row per (customer_id, anchor_on), see {@link Linked}.
 *
 * <p><b>Nulls and edges:</b> events of unknown customers, transactions without customer and events
 * after the as-of day are left out; {@link Unlinked} counts those without customer.
 *
 * <p><b>Cost:</b> one shuffle, by customer_id, of one compact row per event; one sort within
 * partitions; memory for the events of one customer.
 */
public final class Observations {
  private Observations() {}

  /**
   * The linked table.
   *
   * @param partitions number of partitions that the events are shuffled into
   */
  public static Dataset<Row> link(LinkSources sources, LinkRules rules, int partitions) {
    int columnsCount = Linked.schema(rules).size();
    MapPartitionsFunction<LinkEvent, Row> merge =
        events ->
            new Merge(
                events,
                new CustomerTimeline(rules),
                new Merge.Harvest() {
                  @Override
                  public Iterator<Row> of(String customerId, CustomerTimeline customer) {
                    return customer.observations().stream()
                        .map(
                            observation ->
                                RowFactory.create(
                                    Linked.values(customerId, observation, columnsCount)))
                        .iterator();
                  }
                });
    return together(events(sources, rules), partitions)
        .mapPartitions(merge, Encoders.row(Linked.schemaWithDayNumbers(rules)))
        .select(columns(rules));
  }

  /** The columns of {@link Linked}, from those with day numbers. */
  static Column[] columns(LinkRules rules) {
    return Arrays.stream(Linked.schema(rules).fields())
        .map(
            field ->
                field.dataType().equals(DataTypes.DateType)
                    ? date_from_unix_date(quoted(field.name())).as(field.name())
                    : quoted(field.name()))
        .toArray(Column[]::new);
  }

  /** Each customer's events together. */
  static Dataset<LinkEvent> together(Dataset<Row> events, int partitions) {
    return Together.sorted(
            events.repartition(partitions, col(LinkEvent.CUSTOMER_ID)), LinkEvent.CUSTOMER_ID)
        .as(Encoders.bean(LinkEvent.class));
  }

  /** The events of all sources but invitations. */
  static Dataset<Row> events(LinkSources sources, LinkRules rules) {
    Dataset<Row> events =
        versions(sources.customers())
            .union(responses(sources.responses(), rules.questions()))
            .union(transactions(sources.transactions()));
    Optional<Dataset<Row>> attrition =
        rules.followsInactivity() ? Optional.empty() : sources.attrition();
    return attrition.map(delivered -> events.union(attrition(delivered))).orElse(events);
  }

  private static Dataset<Row> versions(Dataset<Row> customers) {
    return customers.select(
        event(
            LinkEvent.VERSION,
            unix_date(col("effective_from")),
            pmod(xxhash64(col("cluster_id")), lit((long) Linked.BUCKETS)),
            unix_date(col("acquired_on")),
            noMargin(),
            noCodes(),
            col("attributes")));
  }

  private static Dataset<Row> responses(Dataset<Row> responses, List<Question> questions) {
    var codes =
        udf(new AnswerCodes(questions), DataTypes.BinaryType)
            .apply(col("response_id"), map_keys(col("answers")), map_values(col("answers")));
    return responses.select(
        event(
            LinkEvent.RESPONSE,
            unix_date(col("responded_on")),
            unix_micros(col("responded_at")),
            lit(0L),
            noMargin(),
            codes,
            array(col("response_id"))));
  }

  private static Dataset<Row> attrition(Dataset<Row> attrition) {
    var isLost = col("event").equalTo("lost");
    // A loss comes into effect with the notice, unless the customer left before giving it.
    var effectiveOn =
        when(isLost, least(col("noticed_on"), col("occurred_on"))).otherwise(col("occurred_on"));
    return attrition.select(
        event(
            LinkEvent.ATTRITION,
            unix_date(effectiveOn),
            when(isLost, LinkEvent.LOST).otherwise(LinkEvent.REGAINED),
            lit(0L),
            noMargin(),
            noCodes(),
            noTexts()));
  }

  static Dataset<Row> invitations(Dataset<Row> invitations) {
    var isAnswered = col("response_id").isNotNull();
    return invitations
        .where(col("customer_id").isNotNull())
        .select(
            event(
                LinkEvent.INVITATION,
                unix_date(col("invited_on")),
                when(isAnswered, LinkEvent.ANSWERED).otherwise(LinkEvent.UNANSWERED),
                lit(0L),
                noMargin(),
                noCodes(),
                noTexts()));
  }

  private static Dataset<Row> transactions(Dataset<Row> transactions) {
    // Without this, all unattributed transactions would meet in one partition.
    var isAttributed = col("customer_id").isNotNull();
    var isPurchase = col("kind").equalTo("purchase");
    return transactions
        .where(isAttributed)
        .select(
            event(
                LinkEvent.TRANSACTION,
                unix_date(col("occurred_on")),
                when(isPurchase, LinkEvent.PURCHASE).otherwise(LinkEvent.OTHER_TRANSACTION),
                col("amount_cents"),
                coalesce(col("margin_cents"), lit(LinkEvent.NO_MARGIN)),
                noCodes(),
                noTexts()));
  }

  private static Column[] event(
      byte kind,
      Column day,
      Column sequence,
      Column amount,
      Column margin,
      Column codes,
      Column texts) {
    return new Column[] {
      col("customer_id").as(LinkEvent.CUSTOMER_ID),
      lit(kind).as(LinkEvent.KIND),
      day.as(LinkEvent.DAY),
      sequence.cast("bigint").as(LinkEvent.SEQUENCE),
      amount.cast("bigint").as(LinkEvent.AMOUNT),
      margin.cast("bigint").as(LinkEvent.MARGIN),
      codes.as(LinkEvent.CODES),
      texts.as(LinkEvent.TEXTS)
    };
  }

  private static Column noMargin() {
    return lit(0L);
  }

  private static Column noCodes() {
    return lit(null).cast("binary");
  }

  private static Column noTexts() {
    return lit(null).cast("array<string>");
  }

  private static Column quoted(String column) {
    return col("`" + column.replace("`", "``") + "`");
  }
}
