package linkage.marts;

import java.util.Locale;

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

  /** How many of these observations have the outcome. */
  long positive(long observations, long lost, long repeated) {
    return switch (this) {
      case RETAINED -> observations - lost;
      case REPEAT_PURCHASE -> repeated;
    };
  }
}
