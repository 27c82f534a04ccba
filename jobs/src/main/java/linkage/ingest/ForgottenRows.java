package linkage.ingest;

import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import linkage.config.FileFormat;
import linkage.config.RawFileSettings;
import linkage.config.SourceSettings;
import linkage.contract.Contract;
import linkage.staging.Forgotten;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * What is kept of the rows of forgotten customers.
 *
 * <p>Where a source's amounts must tie to the ledger, its rows stay without the person: a keyed
 * hash stands in for a number that is part of the key, and every other column classified PII is
 * null. Of all other sources nothing stays.
 */
public final class ForgottenRows {
  /** The reason of rows that go no further; they aren't bad, and nobody reads it. */
  static final String LEFT_OUT = "the customer was forgotten";

  private static final String CUSTOMER = "customer_id";

  /** What words of a record end with, in any of the formats. */
  private static final String BETWEEN_WORDS = "\\s,;:|=\"'{}\\[\\]()<>";

  private ForgottenRows() {}

  /** Whether rows go no further because their customer was forgotten. */
  static Column areLeftOut() {
    return array_contains(col("reasons"), LEFT_OUT);
  }

  /** Validated rows without forgotten customers, told by number, else by the text of a bad row. */
  static Dataset<Row> without(Dataset<Row> validated, SourceSettings source, Forgotten forgotten) {
    var contract = Contract.source(source.name());
    if (forgotten.isEmpty() || !contract.has(CUSTOMER)) {
      return validated;
    }
    var redactor = new Redactor(validated.schema(), contract, forgotten);
    var names = new Names(source.raw(), forgotten);
    int customer = validated.schema().fieldIndex(CUSTOMER);
    int text = validated.schema().fieldIndex("raw_text");
    return validated.map(
        (MapFunction<Row, Row>)
            row ->
                isOf(row, customer, text, forgotten::contains, names::areIn)
                    ? redactor.call(row)
                    : row,
        Encoders.row(validated.schema()));
  }

  /** Records without the text of those that mention forgotten customers. */
  static Dataset<Row> withoutTexts(
      Dataset<Row> records, SourceSettings source, Forgotten forgotten) {
    if (forgotten.isEmpty()) {
      return records;
    }
    var names = new Names(source.raw(), forgotten);
    int text = records.schema().fieldIndex("raw_text");
    return records.map(
        (MapFunction<Row, Row>)
            row -> {
              Object[] values = values(row);
              values[text] = names.areIn(row.getString(text)) ? null : values[text];
              return RowFactory.create(values);
            },
        Encoders.row(records.schema()));
  }

  /** The staged rows of forgotten customers. */
  public static Dataset<Row> of(Dataset<Row> staged, Forgotten forgotten) {
    int customer = staged.schema().fieldIndex(CUSTOMER);
    return staged.filter((FilterFunction<Row>) row -> forgotten.contains(row.getString(customer)));
  }

  /** Validated rows that hold some customers, by number, else by the text of a bad row. */
  public static Dataset<Row> ofCustomers(Dataset<Row> validated, Set<String> customers) {
    int customer = validated.schema().fieldIndex(CUSTOMER);
    int text = validated.schema().fieldIndex("raw_text");
    var mentions = new Mentions(customers);
    return validated.filter(
        (FilterFunction<Row>)
            row -> isOf(row, customer, text, customers::contains, mentions::isIn));
  }

  private static boolean isOf(
      Row row, int customer, int text, Predicate<String> isOne, Predicate<String> isIn) {
    return row.isNullAt(customer)
        ? isIn.test(row.getString(text))
        : isOne.test(row.getString(customer));
  }

  /** Staged rows as they stay: see the class. */
  public static Dataset<Row> kept(Dataset<Row> staged, Contract contract, Forgotten forgotten) {
    int customer = staged.schema().fieldIndex(CUSTOMER);
    if (contract.controlAmount().isEmpty()) {
      return staged.filter(
          (FilterFunction<Row>) row -> !forgotten.contains(row.getString(customer)));
    }
    var redactor = new Redactor(staged.schema(), contract, forgotten);
    return staged
        .map(
            (MapFunction<Row, Row>)
                row -> forgotten.contains(row.getString(customer)) ? redactor.call(row) : row,
            Encoders.row(staged.schema()))
        // What a later delivery of the row is compared with.
        .withColumn("content_hash", RowVersions.contentHash(contract));
  }

  /**
   * Quarantined rows without the text of those that mention anything of a person.
   *
   * @param identifiers the person's numbers and addresses
   */
  public static Dataset<Row> withoutMentions(
      Dataset<Row> quarantined, Mentions identifiers, Forgotten forgotten) {
    StructType schema = quarantined.schema();
    int key = schema.fieldIndex("record_key");
    int details = schema.fieldIndex("details");
    int text = schema.fieldIndex("raw_text");
    return quarantined.map(
        (MapFunction<Row, Row>)
            row -> {
              if (!isAbout(row, identifiers)) {
                return row;
              }
              Object[] values = values(row);
              values[key] = forgotten.standIn(row.getString(key));
              values[details] = blanks(row.getList(details).size());
              values[text] = null;
              return RowFactory.create(values);
            },
        Encoders.row(schema));
  }

  /** Quarantined rows that mention anything of a person. */
  public static Dataset<Row> mentioning(Dataset<Row> quarantined, Mentions identifiers) {
    return quarantined.filter((FilterFunction<Row>) row -> isAbout(row, identifiers));
  }

  private static boolean isAbout(Row row, Mentions identifiers) {
    return identifiers.isIn(row.getAs("record_key"))
        || identifiers.isIn(row.getAs("raw_text"))
        || row.<String>getList(row.fieldIndex("details")).stream().anyMatch(identifiers::isIn);
  }

  /**
   * Finds forgotten customers in the text of records. Of them only hashes are known, so that a text
   * must be taken apart: into the fields that its source's format has, and into words.
   */
  private static final class Names implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Pattern betweenFields;
    private final Pattern betweenWords;
    private final Forgotten forgotten;

    Names(RawFileSettings raw, Forgotten forgotten) {
      // JSON, and what stands for the text of a Parquet file, has its values in double quotes.
      String marks =
          raw.format() != FileFormat.CSV
              ? "\""
              : raw.delimiter().equals("whitespace") ? raw.quote() : raw.delimiter() + raw.quote();
      String own = marks.isEmpty() ? "" : Pattern.quote(marks);
      this.betweenFields = Pattern.compile("[\\r\\n" + own + "]+");
      this.betweenWords = Pattern.compile("[" + BETWEEN_WORDS + own + "]+");
      this.forgotten = forgotten;
    }

    /** Whether any of them is in a text; an absent text has none. */
    boolean areIn(String text) {
      return text != null
          && Stream.of(betweenFields, betweenWords)
              .flatMap(between -> between.splitAsStream(text))
              .map(String::strip)
              .distinct()
              .anyMatch(forgotten::contains);
    }
  }

  private static Object[] values(Row row) {
    Object[] values = new Object[row.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.get(i);
    }
    return values;
  }

  private static String[] blanks(int number) {
    String[] blanks = new String[number];
    Arrays.fill(blanks, "");
    return blanks;
  }

  /** Takes the person out of a row. */
  private static final class Redactor implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Forgotten forgotten;
    private final boolean isKept;
    private final int[] standIns;
    private final int[] nulls;
    private final int reasons;
    private final int details;

    Redactor(StructType schema, Contract contract, Forgotten forgotten) {
      List<String> names = List.of(schema.fieldNames());
      this.forgotten = forgotten;
      this.isKept = contract.controlAmount().isPresent();
      this.standIns =
          names.stream()
              .filter(name -> name.equals("record_key") || isPersonal(contract, name, true))
              .mapToInt(names::indexOf)
              .toArray();
      this.nulls =
          names.stream()
              .filter(
                  name ->
                      List.of("raw_text", RowSchemas.ATTRIBUTES).contains(name)
                          || isPersonal(contract, name, false))
              .mapToInt(names::indexOf)
              .toArray();
      this.reasons = names.indexOf("reasons");
      this.details = names.indexOf("details");
    }

    private static boolean isPersonal(Contract contract, String name, boolean isKey) {
      return contract.has(name)
          && contract.field(name).isPersonal()
          && contract.field(name).isKey() == isKey;
    }

    /** A row that comes straight from another function has its arrays still as Java's. */
    private static int size(Object list) {
      return list instanceof String[] texts
          ? texts.length
          : ((scala.collection.Seq<?>) list).size();
    }

    Row call(Row row) {
      Object[] values = values(row);
      for (int column : standIns) {
        values[column] = forgotten.standIn(row.getString(column));
      }
      for (int column : nulls) {
        values[column] = null;
      }
      if (reasons >= 0) {
        values[reasons] = isKept ? row.get(reasons) : new String[] {LEFT_OUT};
        values[details] = blanks(isKept ? size(row.get(details)) : 1);
      }
      return RowFactory.create(values);
    }
  }
}
