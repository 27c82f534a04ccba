package linkage.ingest;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.last;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map_entries;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import linkage.config.RowOrder;
import linkage.contract.Contract;
import linkage.contract.Field;
import linkage.staging.CurrentRows;
import linkage.staging.History;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;

/**
 * Tells new row versions from rows that repeat what is known.
 *
 * <p>A row is a duplicate when its content equals that of the version just before it in the
 * declared order, among what is staged and what came with it. Every other row is a version of its
 * own and is kept, late ones too; which one counts is decided when staging is read.
 *
 * <p>A row that was a duplicate before ({@link ReadAgain}) stays one unless a row of tonight stands
 * right before it, which both are then read by one mapping: what mappings make of a row may have
 * changed since the staged version before it was read. Where staging's history isn't kept for good,
 * it also stays what it was if it could be a version that was deleted ({@link History}).
 */
final class RowVersions {
  private static final List<String> HISTORY_COLUMNS =
      List.of("known_from", "event_day", "file_date");
  private static final Set<String> VERSION_COLUMNS = Set.of("version_at", "version_number");

  /** So many keys go to every executor sooner than staged rows are shuffled to meet them. */
  private static final long MOST_BROADCAST = 2_000_000;

  private RowVersions() {}

  /**
   * Adds {@code content_hash}, {@code is_bad}, {@code is_duplicate} and {@code known_from}.
   *
   * <p><b>Cost:</b> one shuffle by key of the new rows and of the staged versions of their keys.
   *
   * @param validated rows as {@link RowValidator} makes them and {@link ReadAgain} chooses them
   * @param records how many records these were made of
   * @param staged the source's staged versions, if there are any
   * @param reach the day that these go back to, if older versions were deleted
   * @param learnedOn the day from which the rows count as known; those of a warehouse's first run,
   *     which has none, count as known from their own event day
   */
  static Dataset<Row> mark(
      Dataset<Row> validated,
      long records,
      Optional<Dataset<Row>> staged,
      Optional<LocalDate> reach,
      Contract contract,
      RowOrder declared,
      Optional<LocalDate> learnedOn,
      ZoneId zone) {
    List<String> order = CurrentRows.order(declared);
    Dataset<Row> rows = hashed(validated, contract);
    Dataset<Row> all = rows;
    if (staged.isPresent()) {
      Column[] keys = contract.key().stream().map(name -> col(name)).toArray(Column[]::new);
      Dataset<Row> newKeys = rows.where(col("is_bad").equalTo(false)).select(keys).distinct();
      Stream<String> ofHistory = reach.stream().flatMap(day -> HISTORY_COLUMNS.stream());
      List<String> needed =
          Stream.of(contract.key().stream(), order.stream(), ofHistory)
              .flatMap(names -> names)
              .distinct()
              .toList();
      Dataset<Row> known =
          staged
              .get()
              .select(needed.stream().map(name -> col(name)).toArray(Column[]::new))
              .join(
                  records <= MOST_BROADCAST ? broadcast(newKeys) : newKeys,
                  scala.jdk.javaapi.CollectionConverters.asScala(contract.key()).toSeq(),
                  "left_semi")
              .withColumn("is_bad", lit(false))
              .withColumn("is_staged", lit(true))
              .withColumn(ReadAgain.IS_REPEAT, lit(false));
      all = rows.unionByName(known, true /* columns that only new rows have are null */);
    }

    WindowSpec versions = window(contract, order);
    Column isOfTonight = not(col("is_staged")).and(not(col(ReadAgain.IS_REPEAT)));
    // A repeat that stays a duplicate says no more than the version that it repeats.
    Column isHeard = not(col(ReadAgain.IS_REPEAT)).or(col("is_behind_tonight"));
    Column before =
        last(when(isHeard, col("content_hash")), true)
            .over(versions.rowsBetween(Window.unboundedPreceding(), -1));
    Column wouldBeDeleted =
        reach
            .map(day -> last(History.inPlace(day), true))
            .map(newest -> newest.over(versions.rowsBetween(1, Window.unboundedFollowing())))
            .map(History::isSupersededBy)
            .orElse(lit(false));
    // These look at other rows, which may be staged ones, so they come before those go.
    Dataset<Row> compared =
        all.withColumn(
                "is_behind_tonight",
                lag(isOfTonight, 1, false).over(versions).and(not(wouldBeDeleted)))
            .withColumn("content_before", before)
            .withColumn("is_same_version", isSameVersion(declared, versions));
    return marked(compared.where(col("is_staged").equalTo(false)), contract, learnedOn, zone);
  }

  /**
   * The same of rows whose key no other row has, of tonight or staged.
   *
   * <p><b>Cost:</b> no shuffle.
   */
  static Dataset<Row> markAlone(
      Dataset<Row> validated, Contract contract, Optional<LocalDate> learnedOn, ZoneId zone) {
    Dataset<Row> compared =
        hashed(validated, contract)
            .withColumn("is_behind_tonight", lit(false))
            .withColumn("content_before", lit(null).cast(DataTypes.LongType))
            .withColumn("is_same_version", lit(false));
    return marked(compared, contract, learnedOn, zone);
  }

  private static Dataset<Row> hashed(Dataset<Row> validated, Contract contract) {
    return validated
        .withColumn("content_hash", contentHash(contract))
        .withColumn("is_bad", size(col("reasons")).gt(0))
        .withColumn("is_staged", lit(false));
  }

  private static Dataset<Row> marked(
      Dataset<Row> compared, Contract contract, Optional<LocalDate> learnedOn, ZoneId zone) {
    Column isSame =
        coalesce(col("content_before").equalTo(col("content_hash")), lit(false))
            .and(col("is_same_version"));
    return compared
        .withColumn(
            "is_duplicate",
            not(col("is_bad"))
                .and(isSame.or(col(ReadAgain.IS_REPEAT).and(not(col("is_behind_tonight"))))))
        .withColumn("known_from", knownFrom(contract, learnedOn, zone))
        .drop("content_before", "is_same_version", "is_behind_tonight", "is_staged");
  }

  private static WindowSpec window(Contract contract, List<String> order) {
    List<Column> keys = new ArrayList<>(List.of(CurrentRows.key(contract)));
    keys.add(col("is_bad"));
    // A bad row may lack its key, and is compared with nothing: it stands alone.
    keys.add(when(col("is_bad"), col("file_id")));
    keys.add(when(col("is_bad"), col("record_number")));
    List<Column> oldestFirst =
        new ArrayList<>(order.stream().map(name -> col(name).asc_nulls_first()).toList());
    // Of a staged row and its repetition, the repetition is the duplicate.
    oldestFirst.add(col("is_staged").desc());
    return Window.partitionBy(keys.toArray(Column[]::new))
        .orderBy(oldestFirst.toArray(Column[]::new));
  }

  /**
   * Whether the row before has the same version, where versions order rows. A later version that
   * repeats an older one is kept, since one between them may still come.
   */
  private static Column isSameVersion(RowOrder declared, WindowSpec versions) {
    return declared == RowOrder.VERSION
        ? VERSION_COLUMNS.stream()
            .map(name -> col(name).eqNullSafe(lag(col(name), 1).over(versions)))
            .reduce(lit(true), Column::and)
        : lit(true);
  }

  private static Column knownFrom(Contract contract, Optional<LocalDate> learnedOn, ZoneId zone) {
    if (learnedOn.isPresent()) {
      return lit(java.sql.Date.valueOf(learnedOn.get()));
    }
    if (contract.name().equals("customers")) {
      // The first version of a customer reaches back to acquisition; later ones to their own day.
      return when(col("content_before").isNull(), col("event_day"))
          .otherwise(CurrentRows.versionDay(zone));
    }
    return col("event_day");
  }

  /**
   * A hash of what the row says, its version apart. A null differs from any value and adds nothing,
   * so that a column that the contract gains changes no row without a value in it.
   */
  static Column contentHash(Contract contract) {
    List<Column> content = new ArrayList<>();
    for (Field field : contract.fields()) {
      if (VERSION_COLUMNS.contains(field.name())) {
        continue;
      }
      // Maps can't be hashed; their entries can, which the validator sorts.
      content.add(
          field.type() instanceof MapType ? map_entries(col(field.name())) : col(field.name()));
      content.add(when(col(field.name()).isNotNull(), lit(field.name())));
    }
    if (contract.name().equals("customers")) {
      content.add(map_entries(col(RowSchemas.ATTRIBUTES)));
    }
    return xxhash64(content.toArray(Column[]::new));
  }
}
