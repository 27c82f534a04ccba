package linkage.marts;

import java.util.Locale;
import linkage.counts.Cell;

/** What is measured after an anchor, and read as yes or no. */
enum Outcome {
  /** The customer was not lost in the window. */
  RETAINED,

  /** The customer was not lost, and bought again in the window. */
  REPEAT_PURCHASE;

  /** The name in marts, such as {@code repeat_purchase}. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** How many of a cell's observations have the outcome. */
  long positive(Cell cell) {
    return switch (this) {
      case RETAINED -> cell.observations() - cell.lost();
      case REPEAT_PURCHASE -> cell.repeated();
    };
  }
}
