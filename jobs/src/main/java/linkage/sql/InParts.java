package linkage.sql;

import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.apache.spark.sql.Row;

/**
 * A partition's rows turned into others part by part, for a task that sums rows up in memory and
 * hands its sums on when they grow many.
 */
public final class InParts implements Iterator<Row> {
  private final Iterator<Row> rows;
  private final Function<Iterator<Row>, Iterator<Row>> part;
  private Iterator<Row> ready = Collections.emptyIterator();

  private InParts(Iterator<Row> rows, Function<Iterator<Row>, Iterator<Row>> part) {
    this.rows = rows;
    this.part = part;
  }

  /**
   * The parts, one after the other.
   *
   * @param rows the partition's rows
   * @param part takes some of the rows, at least one, and gives what comes of them; it is asked
   *     again as long as rows are left
   */
  public static Iterator<Row> of(Iterator<Row> rows, Function<Iterator<Row>, Iterator<Row>> part) {
    return new InParts(rows, part);
  }

  @Override
  public boolean hasNext() {
    while (!ready.hasNext() && rows.hasNext()) {
      ready = part.apply(rows);
    }
    return ready.hasNext();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.next();
  }
}
