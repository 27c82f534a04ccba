package linkage.contract;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.types.DataType;

/**
 * One declared column of a contract.
 *
 * @param name the column's name
 * @param type its Spark type
 * @param required whether a null is a fault
 * @param keyPosition its place in the key from 1, or 0 when it isn't part of the key
 * @param classification {@code public}, {@code internal}, {@code confidential} or {@code pii}
 * @param description what it means, with unit, range and the meaning of null
 * @param allowedValues the values it may hold, in their declared order; empty when any will do
 * @param range the numbers it may hold
 * @param pattern the regular expression a whole value must match; empty when any will do
 * @param eventDay whether it is the row's own event day (the local day of it, for an instant)
 * @param notAfterArrival whether its day must not lie after the day the file arrived
 * @param controlAmount whether it is the amount that conservation is checked on
 */
public record Field(
    String name,
    DataType type,
    boolean required,
    int keyPosition,
    String classification,
    String description,
    List<String> allowedValues,
    Range range,
    String pattern,
    boolean eventDay,
    boolean notAfterArrival,
    boolean controlAmount)
    implements Serializable {

  public Field {
    allowedValues = List.copyOf(allowedValues);
  }

  /** Whether the column is part of the key. */
  public boolean isKey() {
    return keyPosition > 0;
  }

  /** Whether the column identifies a person, or can be looked up to one. */
  public boolean isPersonal() {
    return classification.equals("pii");
  }
}
