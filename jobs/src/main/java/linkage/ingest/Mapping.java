package linkage.ingest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import linkage.config.QuestionSettings;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.contract.Contract;
import linkage.contract.Field;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.catalyst.plans.logical.View;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A deployment's SQL that selects raw columns into the canonical ones. */
final class Mapping {
  /** The column that says where a row came from; every mapping hands it on. */
  static final String RECORD = "_record";

  /** Why a record is refused that the mapping returned no row for. */
  static final String LEFT_OUT = "the mapping returned no row for this record";

  /** The view of the new files. */
  static final String RAW = "raw";

  private static final StructType RECORD_TYPE =
      new StructType()
          .add("file_id", DataTypes.StringType)
          .add("number", DataTypes.LongType)
          .add("text", DataTypes.StringType)
          .add("problem", DataTypes.StringType);

  private Mapping() {}

  /**
   * Plans the mapping of one source; nothing is read yet.
   *
   * @param views the raw view and the lookups, by name; they are registered only while planning
   * @param of what the raw view shows, in words
   * @param problems where everything that is wrong with the SQL or its columns is added
   * @return the mapped rows, or null if there was a problem
   */
  static Dataset<Row> plan(
      SparkSession spark,
      SourceSettings source,
      Settings settings,
      Map<String, Dataset<Row>> views,
      String of,
      List<String> problems) {
    String file = "%s.sql".formatted(source.name());
    views.forEach((name, rows) -> rows.createOrReplaceTempView(name));
    try {
      Dataset<Row> mapped = spark.sql(source.mappingSql());
      List<String> found = check(file, mapped.schema(), source, settings);
      problems.addAll(found);
      return found.isEmpty() ? mapped : null;
    } catch (Exception e) {
      if (!(e instanceof AnalysisException analysis)) {
        throw e;
      }
      boolean isColumn = String.valueOf(analysis.getCondition()).startsWith("UNRESOLVED_COLUMN");
      problems.add(
          "%s can't be planned for %s with the columns of %s: %s%s"
              .formatted(
                  file,
                  contract(source),
                  of,
                  firstLines(e.getMessage()),
                  isColumn
                      ? "; if the SQL is right and a column is missing, " + whatToDo(source)
                      : ""));
      return null;
    } finally {
      views.keySet().forEach(name -> spark.catalog().dropTempView(name));
    }
  }

  /** What is said of a column that the mapping needs and a file has lost. */
  static String lost(SourceSettings source, Ingest.NewFile file, String column, String holder) {
    return "%s has no column %s, which %s had and %s.sql needs for %s; %s"
        .formatted(
            file.inspection().file().name(),
            column,
            holder,
            source.name(),
            contract(source),
            whatToDo(source));
  }

  private static String whatToDo(SourceSettings source) {
    return "%s; or, if the source has dropped it for good, add it to sources.%s.optional-columns"
        .formatted(
            source.jdbc().isPresent()
                ? "have the database give it again and delete the file, and those pulled after it,"
                    + " so that their rows are pulled again"
                : "deliver the file again with it or take the file away",
            source.name());
  }

  private static String contract(SourceSettings source) {
    return "schemas/sources/%s.yaml %s"
        .formatted(source.name(), Contract.source(source.name()).version());
  }

  /**
   * Whether a mapping makes at most one row of each record: it does if its plan is one line of
   * projections and filters down to the raw view, which has one row per record.
   */
  static boolean isRowByRow(Dataset<Row> mapped) {
    LogicalPlan plan =
        ((org.apache.spark.sql.classic.Dataset<Row>) mapped).queryExecution().analyzed();
    while (plan instanceof Project || plan instanceof Filter || plan instanceof SubqueryAlias) {
      plan = plan.children().head();
    }
    return plan instanceof View view && view.desc().identifier().table().equals(RAW);
  }

  private static List<String> check(
      String file, StructType mapped, SourceSettings source, Settings settings) {
    List<String> problems = new ArrayList<>();
    List<String> found = Arrays.asList(mapped.fieldNames());
    Contract contract = Contract.source(source.name());
    boolean isSurvey = source.name().equals("survey_responses");
    boolean isCustomers = source.name().equals("customers");
    List<String> questions = settings.questions().stream().map(QuestionSettings::id).toList();

    if (!found.contains(RECORD)) {
      problems.add(
          "%s doesn't select _record; add `_record` to its select list, so that every row can be traced to its file"
              .formatted(file));
    } else if (!mapped
        .apply(RECORD)
        .dataType()
        .catalogString()
        .equals(RECORD_TYPE.catalogString())) {
      problems.add("%s changes _record; select it as it is".formatted(file));
    }
    for (Field field : contract.fields()) {
      boolean isAnswers = field.name().equals("answers");
      if (field.required() && !isAnswers && !found.contains(field.name())) {
        problems.add(
            "%s doesn't select %s, which schemas/sources/%s.yaml requires"
                .formatted(file, field.name(), source.name()));
      }
    }
    if (isSurvey && !found.contains("answers")) {
      List<String> missing = questions.stream().filter(id -> !found.contains(id)).toList();
      if (!missing.isEmpty()) {
        problems.add(
            "%s selects neither `answers` nor a column for question(s) %s"
                .formatted(file, String.join(", ", missing)));
      }
    }
    switch (source.order()) {
      case VERSION -> {
        if (!found.contains("version_at") && !found.contains("version_number")) {
          problems.add(
              "%s selects neither version_at nor version_number, but the source declares order: version"
                  .formatted(file));
        }
      }
      case FILE_DATE, RECORD -> {}
    }
    if (isCustomers) {
      for (String attribute : settings.attributes()) {
        if (!found.contains(attribute)) {
          problems.add(
              "segment-sets use the attribute %s, but %s selects only %s"
                  .formatted(attribute, file, String.join(", ", attributes(found, contract))));
        }
      }
    } else {
      List<String> extra = new ArrayList<>(attributes(found, contract));
      if (isSurvey) {
        extra.removeAll(questions);
      }
      if (!extra.isEmpty()) {
        problems.add(
            "%s selects %s, which schemas/sources/%s.yaml doesn't declare%s"
                .formatted(
                    file,
                    String.join(", ", extra),
                    source.name(),
                    isSurvey ? " and which aren't declared questions" : ""));
      }
    }
    if (found.stream().distinct().count() < found.size()) {
      problems.add("%s selects a column twice: %s".formatted(file, found));
    }
    return problems;
  }

  private static List<String> attributes(List<String> found, Contract contract) {
    return found.stream().filter(name -> !contract.has(name) && !name.equals(RECORD)).toList();
  }

  /** Spark's message without its plan, which says nothing to the author of the SQL. */
  private static String firstLines(String message) {
    String text = message.strip();
    int plan = text.indexOf(";\n'");
    return (plan < 0 ? text : text.substring(0, plan)).replaceAll("\\s*\\n\\s*", " ");
  }
}
