package linkage.contract;

import java.io.Serializable;

/**
 * A rule over several columns of a table.
 *
 * @param id the rule's short name
 * @param description what holds when the rule is kept, as a sentence
 * @param query SQL for Spark and DuckDB alike that counts the rows that break the rule, with {@code
 *     {object}} in place of the table
 */
public record Rule(String id, String description, String query) implements Serializable {

  /** The query over a table or view of the given name. */
  public String queryOver(String table) {
    return query.replace("{object}", table);
  }
}
