package linkage.calibration;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** The categories of a customer that respondents are raked to. */
final class Margins implements Serializable {
  /** Completed years since the acquisition: 0, 1, 2 to 4, or 5 and more. */
  static final String TENURE = "years_of_tenure";

  /** Revenue over the horizon that ends at the anchor: none, or by powers of ten. */
  static final String REVENUE = "past_revenue";

  static final String SEPARATOR = "\u001f";

  private static final long serialVersionUID = 1L;
  private static final int DAYS_PER_YEAR = 365;

  private final String[] names;
  private final int[] attributes;
  private final HistoryColumns history;

  Margins(StructType linked, List<String> names, int horizonDays) {
    this.names = names.toArray(String[]::new);
    this.attributes = new int[this.names.length];
    for (int margin = 0; margin < this.names.length; margin++) {
      boolean isAttribute =
          !this.names[margin].equals(TENURE) && !this.names[margin].equals(REVENUE);
      attributes[margin] = isAttribute ? linked.fieldIndex(this.names[margin]) : -1;
    }
    this.history = new HistoryColumns(linked, horizonDays);
  }

  int count() {
    return names.length;
  }

  String category(Row row, int margin) {
    return switch (names[margin]) {
      case TENURE -> years(history.tenureDays(row));
      case REVENUE -> powerOfTen(history.pastRevenue(row));
      default -> row.getString(attributes[margin]);
    };
  }

  /** All categories of a row, joined. */
  String cell(Row row) {
    var cell = new StringBuilder();
    for (int margin = 0; margin < names.length; margin++) {
      cell.append(margin == 0 ? "" : SEPARATOR).append(category(row, margin));
    }
    return cell.toString();
  }

  private static String years(int days) {
    int years = days / DAYS_PER_YEAR;
    return years >= 5 ? "5+" : years >= 2 ? "2-4" : String.valueOf(Math.max(0, years));
  }

  private static String powerOfTen(double revenue) {
    return revenue < 1 ? "none" : String.valueOf((int) Math.floor(Math.log10(revenue)));
  }
}
