package linkage.calibration;

import java.io.Serializable;
import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import linkage.config.Settings;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Reads the rows that models are fitted on; fits are by horizon, and within it by outcome. */
final class TrainingRows implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int bucket;
  private final int month;
  private final ArrayList<HistoryColumns> histories = new ArrayList<>();
  private final int[] outcomes;
  private final Answers answers;

  TrainingRows(StructType schema, Settings settings) {
    List<Integer> horizonsDays = settings.horizonsDays();
    this.bucket = schema.fieldIndex("bucket");
    this.month = schema.fieldIndex("month");
    this.outcomes = new int[horizonsDays.size() * Calibration.OUTCOMES.size()];
    this.answers = new Answers(schema, settings);
    for (int horizon : horizonsDays) {
      for (int outcome = 0; outcome < Calibration.OUTCOMES.size(); outcome++) {
        outcomes[histories.size() * Calibration.OUTCOMES.size() + outcome] =
            schema.fieldIndex(Calibration.OUTCOMES.get(outcome) + "_" + horizon);
      }
      histories.add(new HistoryColumns(schema, horizon));
    }
  }

  int fits() {
    return outcomes.length;
  }

  int bucket(Row row) {
    return row.getInt(bucket);
  }

  /** The anchor's calendar month, as {@code 12 * year + month - 1}. */
  int month(Row row) {
    return month(row.get(month));
  }

  /** The month of a date column, whichever of its two types Spark reads it as. */
  static int month(Object date) {
    LocalDate first = date instanceof LocalDate local ? local : ((Date) date).toLocalDate();
    return first.getYear() * 12 + first.getMonthValue() - 1;
  }

  /** Whether the outcome of a fit was complete. */
  boolean isKnown(Row row, int fit) {
    return !row.isNullAt(outcomes[fit]);
  }

  boolean isPositive(Row row, int fit) {
    return row.getBoolean(outcomes[fit]);
  }

  /** History before the anchor, over the horizon of a fit. */
  double[] history(Row row, int fit) {
    return histories.get(fit / Calibration.OUTCOMES.size()).read(row);
  }

  Answers answers() {
    return answers;
  }
}
