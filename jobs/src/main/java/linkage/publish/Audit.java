package linkage.publish;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;

import java.util.ArrayList;
import java.util.List;
import linkage.contract.Contract;
import linkage.contract.Field;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What must hold of a mart as it was written, before anybody may read it: the contract's columns and
 * types, a unique key, no null where the contract forbids it, allowed values, ranges, and the
 * contract's own rules.
 */
public final class Audit {
  private Audit() {}

  /**
   * Checks written files.
   *
   * <p><b>Cost:</b> one aggregation over the files, and one count per rule.
   *
   * @param written the mart, read back from its files
   * @return what is wrong, in words; empty if nothing is
   */
  public static List<String> problems(Contract contract, Dataset<Row> written) {
    List<String> differences = contract.differences(written.schema());
    if (!differences.isEmpty()) {
      return differences;
    }
    List<Check> checks = checks(contract);
    List<Column> counts = new ArrayList<>();
    Column[] key = contract.key().stream().map(name -> col(name)).toArray(Column[]::new);
    counts.add(countDistinct(struct(key)));
    checks.forEach(check -> counts.add(sum(check.isBroken().cast("long"))));
    Row found =
        written.agg(count(lit(1)), counts.toArray(Column[]::new)).first();

    List<String> problems = new ArrayList<>();
    long repeated = found.getLong(0) - found.getLong(1);
    if (repeated > 0) {
      problems.add("%,d row(s) repeat a key %s".formatted(repeated, contract.key()));
    }
    for (int i = 0; i < checks.size(); i++) {
      long broken = found.isNullAt(2 + i) ? 0 : found.getLong(2 + i);
      if (broken > 0) {
        problems.add("%s in %,d row(s)".formatted(checks.get(i).words(), broken));
      }
    }
    contract.rules().forEach(rule -> addRule(rule, written, problems));
    return problems;
  }

  private record Check(String words, Column isBroken) {}

  private static List<Check> checks(Contract contract) {
    List<Check> checks = new ArrayList<>();
    for (Field field : contract.fields()) {
      Column column = col(field.name());
      if (field.required()) {
        checks.add(new Check(field.name() + " is null", column.isNull()));
      }
      if (!field.allowedValues().isEmpty()) {
        Column isAllowed = column.isin(field.allowedValues().toArray());
        checks.add(
            new Check(
                "%s is not one of %s".formatted(field.name(), field.allowedValues()),
                column.isNotNull().and(org.apache.spark.sql.functions.not(isAllowed))));
      }
      if (field.range().minimum() != null) {
        Column isBelow =
            field.range().minimumIncluded()
                ? column.lt(lit(field.range().minimum()))
                : column.leq(lit(field.range().minimum()));
        checks.add(new Check("%s is not %s".formatted(field.name(), field.range()), isBelow));
      }
      if (field.range().maximum() != null) {
        Column isAbove =
            field.range().maximumIncluded()
                ? column.gt(lit(field.range().maximum()))
                : column.geq(lit(field.range().maximum()));
        checks.add(new Check("%s is not %s".formatted(field.name(), field.range()), isAbove));
      }
    }
    return checks;
  }

  private static void addRule(
      linkage.contract.Rule rule, Dataset<Row> written, List<String> problems) {
    String view = "audited_" + rule.id();
    written.createOrReplaceTempView(view);
    try {
      long broken =
          written.sparkSession().sql(rule.queryOver(view)).first().getLong(0);
      if (broken > 0) {
        problems.add("%s: broken in %,d row(s)".formatted(rule.description(), broken));
      }
    } finally {
      written.sparkSession().catalog().dropTempView(view);
    }
  }
}
