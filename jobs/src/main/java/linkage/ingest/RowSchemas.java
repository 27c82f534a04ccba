package linkage.ingest;

import linkage.contract.Contract;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The shapes of rows on their way through ingest. */
public final class RowSchemas {
  /** Where a customer's attributes are kept: a map, since they differ between deployments. */
  static final String ATTRIBUTES = "attributes";

  private RowSchemas() {}

  /** A source's rows as staged: contract columns, where each came from, and since when known. */
  public static StructType staged(String source) {
    return provenance(canonical(Contract.source(source)))
        .add("content_hash", DataTypes.LongType)
        .add("known_from", DataTypes.DateType);
  }

  /** A source's rows as validated: contract columns, where each came from, and its reasons. */
  static StructType validated(Contract contract) {
    return provenance(canonical(contract))
        .add("record_key", DataTypes.StringType)
        .add("reasons", DataTypes.createArrayType(DataTypes.StringType))
        .add("details", DataTypes.createArrayType(DataTypes.StringType))
        .add("raw_text", DataTypes.StringType);
  }

  private static StructType canonical(Contract contract) {
    StructType columns = new StructType();
    for (var field : contract.sparkType().fields()) {
      columns = columns.add(field.name(), field.dataType(), true);
    }
    return contract.name().equals("customers")
        ? columns.add(
            ATTRIBUTES, DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType))
        : columns;
  }

  private static StructType provenance(StructType columns) {
    return columns
        .add("file_id", DataTypes.StringType)
        .add("file_name", DataTypes.StringType)
        .add("file_edition", DataTypes.IntegerType)
        .add("file_date", DataTypes.DateType)
        .add("record_number", DataTypes.LongType)
        .add("event_day", DataTypes.DateType)
        .add("control_amount", DataTypes.createDecimalType(18, 2));
  }
}
