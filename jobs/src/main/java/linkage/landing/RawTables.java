package linkage.landing;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import io.delta.tables.DeltaTable;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import linkage.landing.RawFiles.IdentifiedFile;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Parquet and Delta: typed tables, whose rows have no raw text. */
final class RawTables {
  private static final String PART = "_record_part";
  private static final String ROW_INDEX = "_record_row_index";
  private static final String FILE_ID = "_record_file_id";
  private static final String ROWS_BEFORE = "_record_rows_before";

  private static final StructType PARTS =
      new StructType()
          .add(PART, DataTypes.StringType, false)
          .add(FILE_ID, DataTypes.StringType, false)
          .add(ROWS_BEFORE, DataTypes.LongType, false);

  private RawTables() {}

  /** What a Delta table's log says. */
  static FileInspection inspectDelta(SparkSession spark, LandingFile file) {
    if (!DeltaTable.isDeltaTable(spark, file.path())) {
      return FileInspection.failed(file, null, "isn't a Delta table");
    }
    DeltaTable table = DeltaTable.forPath(spark, file.path());
    long version = table.history(1).select("version").first().getLong(0);
    String identity = table.detail().select("id").first().getString(0);
    Dataset<Row> rows = delta(spark, file, version);
    List<String> columns = List.of(rows.columns());
    List<String> failures = ColumnNames.failures(columns);
    String digest =
        HexFormat.of()
            .formatHex(
                RawContent.sha256()
                    .digest((identity + "@" + version).getBytes(StandardCharsets.UTF_8)));
    return new FileInspection(
        file,
        digest,
        rows.count(),
        columns,
        failures.isEmpty() ? null : String.join("; ", failures),
        List.of(),
        null,
        version);
  }

  static Dataset<Row> read(SparkSession spark, FileShape shape, List<IdentifiedFile> files) {
    List<Dataset<Row>> tables = new ArrayList<>();
    Map<String, StructField> types = new LinkedHashMap<>();
    for (List<IdentifiedFile> alike : alike(files)) {
      Dataset<Row> raw = raw(spark, shape, alike);
      checkTypes(alike.get(0).inspection().file().name(), raw.schema(), types);
      tables.add(
          placed(spark, raw, alike)
              .withColumn(
                  ColumnNames.RECORD,
                  struct(
                      col(FILE_ID).as("file_id"),
                      number().as("number"),
                      text(raw).as("text"),
                      lit(null).cast(DataTypes.StringType).as("problem"))));
    }
    List<String> columns = new ArrayList<>();
    types.values().forEach(field -> columns.add(field.name()));
    columns.add(ColumnNames.RECORD);
    return tables.stream()
        .reduce((left, right) -> left.unionByName(right, true))
        .orElseThrow()
        .select(columns.stream().map(RawTables::quoted).toArray(Column[]::new));
  }

  /** The texts of some records; making those of all others would take a quarter of reading. */
  static Dataset<Row> texts(
      SparkSession spark, FileShape shape, List<IdentifiedFile> files, Dataset<Row> addresses) {
    Column isWanted =
        col(FILE_ID)
            .equalTo(addresses.col("file_id"))
            .and(number().equalTo(addresses.col("number")));
    List<Dataset<Row>> tables = new ArrayList<>();
    for (List<IdentifiedFile> alike : alike(files)) {
      Dataset<Row> raw = raw(spark, shape, alike);
      tables.add(
          placed(spark, raw, alike)
              .join(addresses, isWanted, "left_semi")
              .select(col(FILE_ID).as("file_id"), number().as("number"), text(raw).as("text")));
    }
    return tables.stream().reduce(Dataset::union).orElseThrow();
  }

  private static Dataset<Row> raw(SparkSession spark, FileShape shape, List<IdentifiedFile> alike) {
    FileInspection first = alike.get(0).inspection();
    return shape.format() == FileShape.Format.DELTA
        ? delta(spark, first.file(), first.version())
        : spark
            .read()
            .parquet(
                alike.stream().map(file -> file.inspection().file().path()).toArray(String[]::new));
  }

  /** A row as JSON. */
  private static Column text(Dataset<Row> raw) {
    return to_json(struct(columns(raw)));
  }

  private static Column[] columns(Dataset<Row> raw) {
    return Arrays.stream(raw.columns()).map(RawTables::quoted).toArray(Column[]::new);
  }

  private static Dataset<Row> delta(SparkSession spark, LandingFile file, long version) {
    return spark.read().format("delta").option("versionAsOf", version).load(file.path());
  }

  /** Files that one scan can read: single Parquet files of one schema; each directory alone. */
  private static Iterable<List<IdentifiedFile>> alike(List<IdentifiedFile> files) {
    Map<String, List<IdentifiedFile>> alike = new LinkedHashMap<>();
    for (IdentifiedFile file : files) {
      FileInspection inspection = file.inspection();
      String key = inspection.schema() == null ? inspection.file().path() : inspection.schema();
      alike.computeIfAbsent(key, added -> new ArrayList<>()).add(file);
    }
    return alike.values();
  }

  private static void checkTypes(String name, StructType schema, Map<String, StructField> types) {
    for (StructField field : schema.fields()) {
      StructField expected = types.putIfAbsent(ColumnNames.key(field.name()), field);
      if (expected != null && !expected.dataType().equals(field.dataType())) {
        throw LandingErrors.differentTypes(
            name, field.name(), field.dataType().sql(), expected.dataType().sql());
      }
    }
  }

  /**
   * Adds each row's file and place: rows are numbered along the parts, in the order of their paths.
   */
  private static Dataset<Row> placed(
      SparkSession spark, Dataset<Row> raw, List<IdentifiedFile> files) {
    Column[] columns = columns(raw);
    Column[] found = Arrays.copyOf(columns, columns.length + 2);
    found[columns.length] = col("_metadata.file_path").as(PART);
    found[columns.length + 1] = col("_metadata.row_index").as(ROW_INDEX);
    Dataset<Row> rows = raw.select(found);
    Dataset<Row> parts = spark.createDataFrame(parts(rows, files), PARTS);
    // One row per part, so the join keeps every row once.
    return rows.join(broadcast(parts), new String[] {PART}, "inner");
  }

  /** The number of a placed row in its file. */
  private static Column number() {
    return col(ROWS_BEFORE).plus(col(ROW_INDEX)).plus(lit(1L));
  }

  /**
   * The file of each part and the rows in the parts before it; one row per part, so it is small.
   */
  private static List<Row> parts(Dataset<Row> rows, List<IdentifiedFile> files) {
    List<Row> lastIndexes =
        rows.groupBy(PART).agg(max(ROW_INDEX)).collectAsList().stream()
            .sorted(Comparator.comparing((Row part) -> part.getString(0)))
            .toList();
    Map<Path, String> fileIds = new HashMap<>();
    files.forEach(file -> fileIds.put(new Path(file.inspection().file().path()), file.fileId()));
    Map<String, Long> rowsBefore = new HashMap<>();
    List<Row> parts = new ArrayList<>();
    for (Row part : lastIndexes) {
      String fileId =
          files.size() == 1
              ? files.get(0).fileId()
              : fileIds.get(new Path(URI.create(part.getString(0))));
      long before = rowsBefore.getOrDefault(fileId, 0L);
      parts.add(RowFactory.create(part.getString(0), fileId, before));
      rowsBefore.put(fileId, before + part.getLong(1) + 1);
    }
    return parts;
  }

  private static Column quoted(String name) {
    return col("`" + name.replace("`", "``") + "`");
  }
}
