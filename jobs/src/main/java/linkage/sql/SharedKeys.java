package linkage.sql;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * The keys that several rows share, so that only their rows need be brought together.
 *
 * <p>What is decided among the rows of a key wants them together, which moves and sorts all columns
 * of all rows. Most keys have one row, of which there is nothing to decide: it stays where it is.
 *
 * <p><b>Cost:</b> a scan of the keys and a shuffle of one number per row, here and now; each later
 * scan of what was decided reads the rows twice if any key is shared. Nothing is gained with few
 * rows.
 */
public final class SharedKeys {
  /** More shared keys than these aren't sent to every executor. */
  private static final long MOST = 1_000_000;

  private static final String HASH = "hash_of_key";

  private final Column hash;

  /** Empty if no key is shared. */
  private final Optional<Dataset<Row>> hashes;

  private SharedKeys(Column hash, Optional<Dataset<Row>> hashes) {
    this.hash = hash;
    this.hashes = hashes;
  }

  /**
   * Looks for them.
   *
   * @param rows scanned now, and when what was decided is read: hold them if they are dear to
   *     compute
   * @param key columns, in which nulls count as equal
   * @param hold holds the numbers of shared keys as long as what was decided is read
   * @return nothing if there are too many: then all rows are best brought together
   */
  public static Optional<SharedKeys> of(
      Dataset<Row> rows, Column[] key, UnaryOperator<Dataset<Row>> hold) {
    return of(rows, key, hold, MOST);
  }

  static Optional<SharedKeys> of(
      Dataset<Row> rows, Column[] key, UnaryOperator<Dataset<Row>> hold, long most) {
    Column hash = xxhash64(key);
    Dataset<Row> hashes =
        hold.apply(
            rows.select(hash.as(HASH))
                .repartition(col(HASH))
                .sortWithinPartitions(HASH)
                .as(Encoders.LONG())
                .mapPartitions((MapPartitionsFunction<Long, Long>) Repeated::new, Encoders.LONG())
                .toDF(HASH));
    long count = hashes.count();
    if (count == 0 || count > most) {
      hashes.unpersist();
    }
    return count > most
        ? Optional.empty()
        : Optional.of(new SharedKeys(hash, count == 0 ? Optional.empty() : Optional.of(hashes)));
  }

  /**
   * Decides about rows by key.
   *
   * @param rows the same as were looked at
   * @param alone what becomes of rows that are the only ones of their key
   * @param together what becomes of all rows of some keys; it has the same columns, and would make
   *     the same of a row alone, since of two keys with one hash both count as shared
   */
  public Dataset<Row> decided(
      Dataset<Row> rows, UnaryOperator<Dataset<Row>> alone, UnaryOperator<Dataset<Row>> together) {
    if (hashes.isEmpty()) {
      return alone.apply(rows);
    }
    Dataset<Row> known = broadcast(hashes.get());
    Column isShared = hash.equalTo(known.col(HASH));
    return alone
        .apply(rows.join(known, isShared, "left_anti"))
        .unionByName(together.apply(rows.join(known, isShared, "left_semi")));
  }

  /** Of sorted numbers, each one that occurs more than once. */
  private static final class Repeated implements Iterator<Long> {
    private final Iterator<Long> sorted;
    private Long before;
    private Long next;

    Repeated(Iterator<Long> sorted) {
      this.sorted = sorted;
      advance();
    }

    private void advance() {
      Long found = next;
      next = null;
      while (next == null && sorted.hasNext()) {
        Long number = sorted.next();
        if (number.equals(before) && !number.equals(found)) {
          next = number;
        }
        before = number;
      }
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public Long next() {
      if (next == null) {
        throw new NoSuchElementException();
      }
      Long found = next;
      advance();
      return found;
    }
  }
}
