package linkage.calibration;

import java.io.Serializable;
import java.time.LocalDate;
import java.util.List;
import linkage.link.MarginCategory;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** The categories of a customer that respondents are raked to. */
final class Margins implements Serializable {
  /** The margins that every company has, besides its segment attributes. */
  static final List<String> COMMON =
      List.of(MarginCategory.TENURE, MarginCategory.REVENUE, MarginCategory.QUARTER);

  static final String SEPARATOR = "\u001f";

  private static final long serialVersionUID = 1L;

  private final String[] names;
  private final int[] attributes;
  private final int tenure;
  private final int revenue;
  private final int anchor;

  Margins(StructType linked, List<String> names, int horizonDays) {
    this.names = names.toArray(String[]::new);
    this.attributes =
        names.stream()
            .mapToInt(name -> COMMON.contains(name) ? -1 : linked.fieldIndex(name))
            .toArray();
    this.tenure = linked.fieldIndex("tenure_days");
    this.revenue = linked.fieldIndex("past_revenue_cents_" + horizonDays);
    this.anchor = linked.fieldIndex("anchor_on");
  }

  private String category(Row row, int margin) {
    return switch (names[margin]) {
      case MarginCategory.TENURE -> MarginCategory.ofTenure(row.getInt(tenure));
      case MarginCategory.REVENUE -> MarginCategory.ofRevenue(row.getLong(revenue));
      case MarginCategory.QUARTER -> MarginCategory.ofQuarter(epochDay(row.get(anchor)));
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

  private static int epochDay(Object date) {
    LocalDate day = date instanceof LocalDate local ? local : ((java.sql.Date) date).toLocalDate();
    return Math.toIntExact(day.toEpochDay());
  }
}
