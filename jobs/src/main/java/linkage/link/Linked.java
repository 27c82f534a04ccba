package linkage.link;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.ByteType;
import static org.apache.spark.sql.types.DataTypes.DateType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import java.util.List;
import java.util.Locale;
import linkage.link.LinkRules.Question;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of the linked table: what is known about a customer on a day on which the customer
 * answered a survey, and what happened afterwards.
 *
 * <p><b>Grain:</b> one row per (customer_id, anchor_on), for every known customer and every day up
 * to the as-of day with at least one response, whether or not the observation is eligible.
 *
 * <table>
 * <caption>Columns; L is the landmark, anchor_on + landmark days; H is a horizon in days</caption>
 * <tr><th>column<th>type<th>meaning
 * <tr><td>customer_id<td>STRING<td>the customer
 * <tr><td>bucket<td>INT<td>{@code pmod(xxhash64(cluster_id), 64)}, of the first known cluster
 * <tr><td>anchor_on<td>DATE<td>the anchor, a local business day
 * <tr><td>month<td>DATE<td>first day of the anchor's calendar month
 * <tr><td>is_primary<td>BOOLEAN<td>first anchor of the customer in that month
 * <tr><td>in_window<td>BOOLEAN<td>the anchor lies in the analysis window
 * <tr><td>eligibility<td>STRING<td>{@code eligible} or the reason against it, see {@link
 *     Eligibility}
 * <tr><td>(attribute)<td>STRING<td>its value on the anchor, {@code unknown} if absent
 * <tr><td>segment_backfilled<td>BOOLEAN<td>the anchor lies before the first known version of the
 *     attributes, which was taken
 * <tr><td>(question)<td>TINYINT<td>0 = not answered on the anchor, else level + 1, where level
 *     counts from the unfavourable end; of several responses the first that answers it counts
 * <tr><td>carried_(question)<td>TINYINT<td>only for the questions of metrics and only if a greatest
 *     pair age is set: where the question isn't answered on the anchor, the code of the latest
 *     earlier anchor that is young enough; else 0
 * <tr><td>responses_count<td>BIGINT<td>responses on the anchor
 * <tr><td>tenure_days<td>INT<td>anchor minus day of acquisition; negative before it
 * <tr><td>recency_days<td>INT?<td>days since the last purchase up to the anchor; null without one
 * <tr><td>past_revenue_cents_H<td>BIGINT<td>signed revenue over (anchor - H, anchor]
 * <tr><td>past_purchases_count_H<td>BIGINT<td>purchases over (anchor - H, anchor]
 * <tr><td>prior_revenue_cents_H<td>BIGINT<td>signed revenue over (anchor - 2H, anchor - H]
 * <tr><td>past_margin_cents_H<td>BIGINT?<td>signed contribution margin over (anchor - H, anchor];
 *     null if a transaction there came without one
 * <tr><td>mature_H<td>BOOLEAN<td>L + H is not after the day through which outcomes are complete
 * <tr><td>retained_H<td>BOOLEAN?<td>no loss over (L, L + H], even if regained later; by the
 *     inactivity rule of X days: a purchase over (anchor, anchor + X]
 * <tr><td>active_at_horizon_H<td>BOOLEAN?<td>active on L + H; by the inactivity rule: a purchase in
 *     the X days that end there
 * <tr><td>repeat_purchase_H<td>BOOLEAN?<td>retained, and a purchase over (L, L + H]
 * <tr><td>revenue_next_cents_H<td>BIGINT?<td>signed revenue over (L, L + H]
 * <tr><td>margin_next_cents_H<td>BIGINT?<td>signed contribution margin over (L, L + H]; null if a
 *     transaction there came without one
 * <tr><td>first_in_segment_H<td>BIGINT<td>flags; bit {@code set * metrics + metric} is 1 on the
 *     customer's first counted observation in that segment of that set that answers the metric
 * <tr><td>first_at_score_H<td>BIGINT<td>the same, with that score of the metric
 * <tr><td>first_in_population_H<td>BIGINT<td>flags; bit {@code set} is 1 on the customer's first
 *     counted observation in that segment that answers any metric
 * <tr><td>loss_days<td>INT?<td>days from L to the first known loss after it; null without one. May
 *     exceed follow_up_days: who censors does so at follow_up_days
 * <tr><td>follow_up_days<td>INT<td>days from L to the day through which outcomes are complete, at
 *     least 0
 * <tr><td>monthly_revenue_cents<td>ARRAY&lt;BIGINT&gt;?<td>signed revenue by months of {@value
 *     #DAYS_PER_MONTH} days: first that of the year before the last, (anchor - 720, anchor - 360],
 *     then of the {@value #MONTHS} months up to the anchor, oldest first, then of the {@value
 *     #MONTHS} after L; null unless primary, eligible and in the window, and by the inactivity rule
 * </table>
 *
 * <p><b>Counted</b> observations are primary, eligible, in the window and mature. Sums of flags are
 * numbers of distinct customers, exact and additive under any split of the rows. Carried scores
 * raise no flag.
 *
 * <p><b>Nulls and edges:</b> what happened after the landmark is null where the observation isn't
 * eligible. Elsewhere it is computed from what is known; it is the outcome only where mature. Money
 * is in cents of the reporting currency.
 */
public final class Linked {
  public static final String CUSTOMER_ID = "customer_id";
  public static final String BUCKET = "bucket";
  public static final String ANCHOR_ON = "anchor_on";
  public static final String MONTH = "month";
  public static final String IS_PRIMARY = "is_primary";
  public static final String IN_WINDOW = "in_window";
  public static final String ELIGIBILITY = "eligibility";
  public static final String SEGMENT_BACKFILLED = "segment_backfilled";
  public static final String RESPONSES_COUNT = "responses_count";
  public static final String TENURE_DAYS = "tenure_days";
  public static final String RECENCY_DAYS = "recency_days";
  public static final String LOSS_DAYS = "loss_days";
  public static final String FOLLOW_UP_DAYS = "follow_up_days";
  public static final String MONTHLY_REVENUE_CENTS = "monthly_revenue_cents";

  /** Months on either side of an anchor whose revenue is told one by one. */
  public static final int MONTHS = 12;

  /** Days of such a month. */
  public static final int DAYS_PER_MONTH = 30;

  /** Clusters are spread over this many buckets. */
  public static final int BUCKETS = 64;

  private Linked() {}

  /** A column that exists once per horizon. */
  public enum PerHorizon {
    PAST_REVENUE_CENTS(LongType, false),
    PAST_PURCHASES_COUNT(LongType, false),
    PRIOR_REVENUE_CENTS(LongType, false),
    PAST_MARGIN_CENTS(LongType, true),
    MATURE(BooleanType, false),
    RETAINED(BooleanType, true),
    ACTIVE_AT_HORIZON(BooleanType, true),
    REPEAT_PURCHASE(BooleanType, true),
    REVENUE_NEXT_CENTS(LongType, true),
    MARGIN_NEXT_CENTS(LongType, true),
    FIRST_IN_SEGMENT(LongType, false),
    FIRST_AT_SCORE(LongType, false),
    FIRST_IN_POPULATION(LongType, false);

    private final DataType type;
    private final boolean isNullable;

    PerHorizon(DataType type, boolean isNullable) {
      this.type = type;
      this.isNullable = isNullable;
    }

    /** Name of the column for a horizon in days, such as {@code retained_180}. */
    public String column(int horizonDays) {
      return name().toLowerCase(Locale.ROOT) + "_" + horizonDays;
    }
  }

  /** Name of the column with the carried score of a question. */
  public static String carried(String question) {
    return "carried_" + question;
  }

  /** All columns with their types, in order. */
  public static StructType schema(LinkRules rules) {
    return schema(
        rules.horizonsDays(), rules.questions(), rules.carriedQuestions(), rules.attributes());
  }

  static List<String> columns(
      List<Integer> horizonsDays,
      List<Question> questions,
      List<Integer> carried,
      List<String> attributes) {
    return List.of(schema(horizonsDays, questions, carried, attributes).fieldNames());
  }

  private static StructType schema(
      List<Integer> horizonsDays,
      List<Question> questions,
      List<Integer> carried,
      List<String> attributes) {
    var columns =
        new StructType()
            .add(CUSTOMER_ID, StringType, false)
            .add(BUCKET, IntegerType, false)
            .add(ANCHOR_ON, DateType, false)
            .add(MONTH, DateType, false)
            .add(IS_PRIMARY, BooleanType, false)
            .add(IN_WINDOW, BooleanType, false)
            .add(ELIGIBILITY, StringType, false);
    for (String attribute : attributes) {
      columns = columns.add(attribute, StringType, false);
    }
    columns = columns.add(SEGMENT_BACKFILLED, BooleanType, false);
    for (Question question : questions) {
      columns = columns.add(question.name(), ByteType, false);
    }
    for (int question : carried) {
      columns = columns.add(carried(questions.get(question).name()), ByteType, false);
    }
    columns =
        columns
            .add(RESPONSES_COUNT, LongType, false)
            .add(TENURE_DAYS, IntegerType, false)
            .add(RECENCY_DAYS, IntegerType, true);
    for (int horizon : horizonsDays) {
      for (PerHorizon column : PerHorizon.values()) {
        columns = columns.add(column.column(horizon), column.type, column.isNullable);
      }
    }
    return columns
        .add(LOSS_DAYS, IntegerType, true)
        .add(FOLLOW_UP_DAYS, IntegerType, false)
        .add(MONTHLY_REVENUE_CENTS, createArrayType(LongType, false), true);
  }

  /** The columns as {@link #values} hands them over: dates are days since 1970-01-01. */
  static StructType schemaWithDayNumbers(LinkRules rules) {
    var columns = new StructType();
    for (StructField column : schema(rules).fields()) {
      columns =
          columns.add(
              column.name(),
              column.dataType().equals(DateType) ? IntegerType : column.dataType(),
              column.nullable());
    }
    return columns;
  }

  /** The values of one row, in the order of {@link #schemaWithDayNumbers}. */
  static Object[] values(String customerId, Observation observation, int columnsCount) {
    var values = new Object[columnsCount];
    int next = 0;
    values[next++] = customerId;
    values[next++] = observation.bucket();
    values[next++] = observation.anchorDay();
    values[next++] = observation.monthDay();
    values[next++] = observation.isPrimary();
    values[next++] = observation.isInWindow();
    values[next++] = observation.eligibility().column();
    for (String attribute : observation.attributes()) {
      values[next++] = attribute;
    }
    values[next++] = observation.isBackfilled();
    for (byte code : observation.codes()) {
      values[next++] = code;
    }
    for (byte code : observation.carriedCodes()) {
      values[next++] = code;
    }
    values[next++] = observation.responsesCount();
    values[next++] = observation.tenureDays();
    values[next++] = unlessNone(observation.recencyDays());
    for (Observation.OverHorizon over : observation.overHorizons()) {
      values[next++] = over.pastRevenueCents();
      values[next++] = over.pastPurchasesCount();
      values[next++] = over.priorRevenueCents();
      values[next++] = over.pastMarginCents();
      values[next++] = over.isMature();
      Observation.Outcome outcome = over.outcome();
      boolean isKnown = outcome != null;
      values[next++] = isKnown ? outcome.isRetained() : null;
      values[next++] = isKnown ? outcome.isActiveAtHorizon() : null;
      values[next++] = isKnown ? outcome.isRepeatPurchase() : null;
      values[next++] = isKnown ? outcome.revenueNextCents() : null;
      values[next++] = isKnown ? outcome.marginNextCents() : null;
      Observation.Firsts firsts = over.firsts();
      values[next++] = firsts.inSegment();
      values[next++] = firsts.atScore();
      values[next++] = firsts.inPopulation();
    }
    values[next++] = unlessNone(observation.lossDays());
    values[next++] = observation.followUpDays();
    values[next++] = observation.monthlyRevenueCents();
    return values;
  }

  private static Integer unlessNone(int days) {
    return days == Observation.NONE ? null : Integer.valueOf(days);
  }
}
