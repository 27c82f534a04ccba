package linkage.sql;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Rows whose keys others share, told from those that stand alone.
 *
 * <p>What is decided among the rows of a key wants them together, which moves and sorts all columns
 * of all rows. Most keys have one row, of which there is nothing to decide: it stays where it is.
 *
 * <p><b>Cost:</b> a scan of the keys, a shuffle of one number per row, and each later scan of the
 * rows twice if any key is shared. Nothing is gained with few rows.
 */
public final class SharedKeys {
  /** More shared keys than these aren't sent to every executor: then all rows count as shared. */
  private static final long MOST = 1_000_000;

  private static final String HASH = "hash_of_key";

  private SharedKeys() {}

  /**
   * Decides about rows by key.
   *
   * @param rows scanned up to three times: hold them if they are dear to compute
   * @param key columns, in which nulls count as equal
   * @param alone what becomes of rows that are the only ones of their key
   * @param together what becomes of all rows of some keys; it has the same columns, and would make
   *     the same of a row alone
   */
  public static Dataset<Row> decided(
      Dataset<Row> rows,
      Column[] key,
      UnaryOperator<Dataset<Row>> alone,
      UnaryOperator<Dataset<Row>> together) {
    return decided(rows, key, alone, together, MOST);
  }

  static Dataset<Row> decided(
      Dataset<Row> rows,
      Column[] key,
      UnaryOperator<Dataset<Row>> alone,
      UnaryOperator<Dataset<Row>> together,
      long most) {
    // Rows of two keys of one hash are taken for shared ones, which is slower but not wrong.
    Column hash = xxhash64(key);
    Dataset<Row> shared =
        rows.select(hash.as(HASH))
            .repartition(col(HASH))
            .sortWithinPartitions(HASH)
            .as(Encoders.LONG())
            .mapPartitions((MapPartitionsFunction<Long, Long>) Repeated::new, Encoders.LONG())
            .toDF(HASH)
            .persist(StorageLevel.MEMORY_AND_DISK());
    long count = shared.count();
    if (count == 0) {
      return alone.apply(rows);
    }
    if (count > most) {
      return together.apply(rows);
    }
    Dataset<Row> known = broadcast(shared);
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
