package linkage.landing;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.ToLongFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/** Inspects and reads the files of a source with Spark, many files at a time. */
public final class RawFiles {
  /** Where a row came from: {@code _record}. */
  public static final StructType RECORD =
      new StructType()
          .add("file_id", DataTypes.StringType, false)
          .add("number", DataTypes.LongType, false)
          .add("text", DataTypes.StringType, true)
          .add("problem", DataTypes.StringType, true);

  private static final int TASKS_PER_CORE = 4;

  private RawFiles() {}

  /**
   * A file that passed its inspection, under the identity its records carry.
   *
   * @param fileId goes to {@code _record.file_id}
   */
  public record IdentifiedFile(String fileId, FileInspection inspection) implements Serializable {}

  /**
   * Inspects files, those of one source, side by side. Only facts about files reach the driver.
   *
   * @return one inspection per file, in the order of the files
   */
  public static List<FileInspection> inspect(
      SparkSession spark, FileShape shape, List<LandingFile> files) {
    if (files.isEmpty()) {
      return List.of();
    }
    if (shape.format() == FileShape.Format.DELTA) {
      return files.stream().map(file -> RawTables.inspectDelta(spark, file)).toList();
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> hadoop = broadcastHadoop(context);
    List<FileInspection> inspections =
        groups(context, files, LandingFile::bytes)
            .flatMap(group -> inspect(hadoop.value().value(), shape, group))
            .collect();
    Map<String, FileInspection> byPath = new HashMap<>();
    inspections.forEach(inspection -> byPath.put(inspection.file().path(), inspection));
    return files.stream().map(file -> byPath.get(file.path())).toList();
  }

  /**
   * The records of inspected files as rows.
   *
   * <p>The columns are the union of the files' own columns in the order of their first appearance,
   * where names that differ only by case are one column; what a file lacks is null. They are text
   * for CSV and JSON lines, and keep their types for Parquet and Delta. The last column, {@code
   * _record}, says where each row came from; of a table its {@code text} is the row as JSON and its
   * {@code number} counts along the parts in the order of their paths.
   *
   * <p><b>Cost:</b> each file is read by one task, streaming, whenever the result is computed.
   *
   * @throws IllegalArgumentException when a file failed its inspection
   * @throws linkage.GateException when a column has different types in different tables
   */
  public static Dataset<Row> read(SparkSession spark, FileShape shape, List<IdentifiedFile> files) {
    for (IdentifiedFile file : files) {
      if (file.inspection().isFailed()) {
        throw new IllegalArgumentException(
            "%s failed: %s"
                .formatted(file.inspection().file().name(), file.inspection().failure()));
      }
    }
    if (!shape.isText() && !files.isEmpty()) {
      return RawTables.read(spark, shape, files);
    }
    Map<String, Integer> indexes = new HashMap<>();
    StructType schema = new StructType();
    for (IdentifiedFile file : files) {
      for (String column : file.inspection().columns()) {
        if (indexes.putIfAbsent(ColumnNames.key(column), indexes.size()) == null) {
          schema = schema.add(column, DataTypes.StringType, true);
        }
      }
    }
    schema = schema.add(ColumnNames.RECORD, RECORD, false);
    if (files.isEmpty()) {
      return spark.createDataFrame(List.of(), schema);
    }
    List<Source> sources = files.stream().map(file -> Source.of(file, indexes)).toList();
    int width = indexes.size();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> hadoop = broadcastHadoop(context);
    JavaRDD<Row> rows =
        groups(context, sources, Source::bytes)
            .flatMap(group -> new Rows(hadoop.value().value(), shape, group.iterator(), width));
    return spark.createDataFrame(rows, schema);
  }

  /**
   * The texts of some records of tables, as {@link #read} gives them: file_id, number and text.
   *
   * <p><b>Cost:</b> each table is read once more, and its parts are counted; no text is made but
   * those asked for.
   *
   * @param files the tables of these records, each without a failure
   * @param addresses file_id and number of different records
   */
  public static Dataset<Row> texts(
      SparkSession spark, FileShape shape, List<IdentifiedFile> files, Dataset<Row> addresses) {
    return RawTables.texts(spark, shape, files, addresses);
  }

  private static Iterator<FileInspection> inspect(
      Configuration hadoop, FileShape shape, List<LandingFile> files) {
    return files.stream().map(file -> FileInspection.of(hadoop, shape, file)).iterator();
  }

  private static Broadcast<SerializableConfiguration> broadcastHadoop(JavaSparkContext context) {
    return context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
  }

  /** One task per group: the largest files first, each to the group with the fewest bytes. */
  private static <T> JavaRDD<List<T>> groups(
      JavaSparkContext context, List<T> files, ToLongFunction<T> bytes) {
    record Group<T>(long[] total, List<T> members) {}
    int count = Math.min(files.size(), TASKS_PER_CORE * context.defaultParallelism());
    PriorityQueue<Group<T>> groups =
        new PriorityQueue<>(Comparator.comparingLong((Group<T> group) -> group.total()[0]));
    for (int i = 0; i < count; i++) {
      groups.add(new Group<>(new long[1], new ArrayList<>()));
    }
    List<T> largestFirst = new ArrayList<>(files);
    largestFirst.sort(Comparator.comparingLong(bytes).reversed());
    for (T file : largestFirst) {
      Group<T> smallest = groups.remove();
      smallest.members().add(file);
      // Opening a file costs as much as reading a megabyte, so empty files are spread as well.
      smallest.total()[0] += bytes.applyAsLong(file) + (1 << 20);
      groups.add(smallest);
    }
    List<List<T>> members = new ArrayList<>();
    groups.forEach(group -> members.add(group.members()));
    return context.parallelize(members, count);
  }

  /** What a task needs to read one file: its place in the rows, and no more of its inspection. */
  private record Source(String fileId, String path, long bytes, List<String> columns, int[] targets)
      implements Serializable {

    static Source of(IdentifiedFile file, Map<String, Integer> indexes) {
      FileInspection inspection = file.inspection();
      int[] targets =
          inspection.columns().stream()
              .mapToInt(column -> indexes.get(ColumnNames.key(column)))
              .toArray();
      return new Source(
          file.fileId(),
          inspection.file().path(),
          inspection.file().bytes(),
          inspection.columns(),
          targets);
    }
  }

  /** The rows of one group of files, of which one is open at a time. */
  private static final class Rows implements Iterator<Row> {
    private final Configuration hadoop;
    private final FileShape shape;
    private final Iterator<Source> sources;
    private final int width;
    private Source source;
    private RawRecords records;

    Rows(Configuration hadoop, FileShape shape, Iterator<Source> sources, int width) {
      this.hadoop = hadoop;
      this.shape = shape;
      this.sources = sources;
      this.width = width;
      TaskContext task = TaskContext.get();
      if (task != null) {
        task.addTaskCompletionListener((TaskCompletionListener) ended -> close());
      }
    }

    @Override
    public boolean hasNext() {
      while (records == null || !records.hasNext()) {
        close();
        if (!sources.hasNext()) {
          return false;
        }
        source = sources.next();
        try {
          records = RawRecords.open(hadoop, shape, source.path(), source.columns());
        } catch (IOException e) {
          throw new UncheckedIOException(
              "Cannot read %s: %s".formatted(source.path(), e.getMessage()), e);
        }
      }
      return true;
    }

    @Override
    public Row next() {
      RawRecord record = records.next();
      Object[] values = new Object[width + 1];
      for (int i = 0; i < source.targets().length; i++) {
        values[source.targets()[i]] = record.values()[i];
      }
      values[width] =
          RowFactory.create(source.fileId(), record.number(), record.text(), record.problem());
      return RowFactory.create(values);
    }

    private void close() {
      if (records != null) {
        try {
          records.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        records = null;
      }
    }
  }
}
