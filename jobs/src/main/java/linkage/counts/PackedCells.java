package linkage.counts;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * How the cells of a group are held in one row: millions of cells would otherwise be millions of
 * rows, and the packing and sorting of rows would take far longer than the sums do.
 *
 * <p>A cell is its key (metric, level and bucket in one number, then the bin) and the measures of
 * its table, each as a number of variable length, so that the small numbers that most of them are
 * take a byte.
 */
public final class PackedCells {
  static final StructType SCHEMA =
      new StructType()
          .add("table", DataTypes.StringType, false)
          .add("segment_set", DataTypes.IntegerType, false)
          .add("segment", DataTypes.StringType, false)
          .add("period", DataTypes.IntegerType, false)
          .add("pattern", DataTypes.LongType, false)
          .add("cells_count", DataTypes.IntegerType, false)
          .add("cells", DataTypes.BinaryType, false);

  private static final int CELLS = SCHEMA.fieldIndex("cells");

  /** Levels and buckets stay below these, so that an answer of a bucket is one int. */
  private static final int MOST_LEVELS = 1 << 12;

  private static final int MOST_BUCKETS = 1 << 8;

  /** What a cell takes at most but for its measures, and each of these. */
  private static final int LARGEST_KEY = 10;

  private static final int LARGEST_MEASURE = 9;
  private static final int USUAL_MEASURE = 2;

  private PackedCells() {}

  /** A cell's place in its group as one number. */
  static long key(int metric, int level, int bucket, int bin) {
    Objects.checkIndex(level, MOST_LEVELS);
    Objects.checkIndex(bucket, MOST_BUCKETS);
    int answer = (metric * MOST_LEVELS + level) * MOST_BUCKETS + bucket;
    return (long) bin << Integer.SIZE | answer;
  }

  /** Packs cells one after the other. */
  static final class Writer {
    private final int width;
    private final Output out;

    Writer(int width, int cells) {
      this.width = width;
      this.out =
          new Output(
              Math.max(
                  LARGEST_KEY + width * LARGEST_MEASURE,
                  cells * (LARGEST_KEY / 2 + width * USUAL_MEASURE)),
              -1 /* it grows as needed */);
    }

    void write(long key, long[] sums, int from) {
      out.writeVarInt((int) key, true);
      out.writeVarInt((int) (key >> Integer.SIZE), false);
      for (int measure = 0; measure < width; measure++) {
        out.writeVarLong(sums[from + measure], false);
      }
    }
  }

  /** A group's row. */
  static Row row(CellGroup key, int count, Writer cells) {
    return RowFactory.create(
        key.table().name(),
        key.segmentSet(),
        key.segment(),
        key.period(),
        key.pattern(),
        count,
        cells.out.toBytes());
  }

  /** Hands every cell of a row to the reader. */
  public static void read(Row row, Consumer<Cell> reader) {
    CountTable table = CountTable.valueOf(row.getString(0));
    var group =
        new CellGroup(table, row.getInt(1), row.getString(2), row.getInt(3), row.getLong(4));
    int width = table.measures().size();
    var in = new Input(row.<byte[]>getAs(CELLS));
    while (!in.eof()) {
      int answer = in.readVarInt(true);
      int bin = in.readVarInt(false);
      long[] sums = new long[width];
      for (int measure = 0; measure < width; measure++) {
        sums[measure] = in.readVarLong(false);
      }
      int level = answer / MOST_BUCKETS;
      reader.accept(
          new Cell(
              group, level / MOST_LEVELS, level % MOST_LEVELS, answer % MOST_BUCKETS, bin, sums));
    }
  }
}
