package linkage.marts;

import static linkage.marts.Formats.two;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import linkage.contract.Contract;
import org.apache.spark.sql.Row;

/** All wording about drivers: what may be said, with numbers and units, and what may not. */
final class DriverSentences {
  /** How causal importance is. */
  static final String IMPORTANCE_EVIDENCE =
      "association, given history, segment, month and the other drivers";

  private static final String HELD_EQUAL =
      " where history, segment, month and the other drivers are equal.";
  private static final String ALL = "all drivers";
  private static final double PERCENT = 100;

  /** What a larger q says can't be told from nothing. */
  static final double LARGEST_Q = 0.05;

  private static final double HALO = 0.6;

  private DriverSentences() {}

  /** The sentence of a row of {@code driver_importance} that is otherwise finished. */
  static String ofImportance(Contract contract, Row row, DriverPlan plan) {
    var values = new Values(contract, row);
    String driver = "'%s'".formatted(values.text("driver_text"));
    String who = who(values);
    String outcome = outcome(values, plan);
    if (values.number("importance_share") == null) {
      return isTooFew(values)
          ? "%s, there are too few observations to say what %s has to do with %s: %s."
              .formatted(who, driver, outcome, need(values))
          : "%s, too few customers differ in %s to say what %s has to do with it."
              .formatted(who, outcome, driver);
    }
    String source =
        values.text("taken_from") == null
            ? ""
            : " (taken from %s, as there are too few here)".formatted(values.text("taken_from"));
    Double q = values.number("importance_q_value");
    String share =
        "%s adds %s %% (%s to %s) of what varies in %s to the %s %% that history explains%s"
            .formatted(
                driver,
                percent(values.number("importance_share")),
                percent(values.number("importance_lower")),
                percent(values.number("importance_upper")),
                outcome,
                percent(values.number("history_share")),
                source);
    if (q == null || q > LARGEST_Q) {
      Double lower = values.number("importance_lower");
      String why = lower != null && lower > 0 ? ", as a share is above 0 by chance alone" : "";
      return "%s, %s. That can't be told from nothing (q %s)%s: acting on it has no support here."
          .formatted(who, share, q(q), why);
    }
    return "%s, %s.%s%s%s Association, not proof of cause."
        .formatted(who, share, direction(values), asymmetry(values), halo(values));
  }

  private static String direction(Values values) {
    Double lower = values.number("coefficient_lower");
    Double upper = values.number("coefficient_upper");
    boolean isSuppressor = values.flag("is_suppressor");
    String turned =
        isSuppressor ? " Its role changes once the other drivers are known; read both signs." : "";
    if (lower != null && lower > 0) {
      return " Better ratings go with a better outcome" + HELD_EQUAL + turned;
    }
    if (upper != null && upper < 0) {
      return " Better ratings go with a worse outcome" + HELD_EQUAL + turned;
    }
    return " The direction of the rating itself can't be told." + turned;
  }

  private static String asymmetry(Values values) {
    String kind = values.text("asymmetry_kind");
    return switch (kind == null ? "undecided" : kind) {
      case "basic" -> " It is a basic: a low rating costs more than a high one earns.";
      case "excitement" -> " It delights: a high rating earns more than a low one costs.";
      case "performance" -> " It counts both ways: low ratings cost and high ones earn.";
      default -> "";
    };
  }

  private static String halo(Values values) {
    Double halo = values.number("halo_share");
    return halo != null && halo > HALO
        ? " One common impression makes up %s %% of all ratings, so drivers are hard to tell apart."
            .formatted(percent(halo))
        : "";
  }

  private static boolean isTooFew(Values values) {
    return values.number("effective_observations") < values.count("needed_observations_count");
  }

  private static String need(Values values) {
    return String.format(
        Locale.ROOT,
        "%,.0f effective ones where a model of %d columns needs %,d",
        Math.floor(values.number("effective_observations")),
        values.count("model_columns_count"),
        values.count("needed_observations_count"));
  }

  /** How causal a figure in money is, in words. */
  static String evidence(Contract contract, Row row, DriverPlan plan) {
    var values = new Values(contract, row);
    List<String> left =
        values.texts("left_out_drivers").stream().map(driver -> text(driver, plan)).toList();
    String held =
        "history, segment, month and the other ratings"
            + (left.isEmpty() ? "" : " but " + Formats.list(left))
            + " are held equal";
    String words =
        switch (values.text("rung")) {
          case "raw" -> "raw difference: nothing is held equal";
          case "adjusted" -> "adjusted association: " + held;
          default ->
              "doubly robust association: "
                  + held
                  + ", and it is causal only if nothing unmeasured tells both who rates low and"
                  + " what they do";
        };
    return words + contradiction(values);
  }

  private static String text(String driver, DriverPlan plan) {
    return plan.drivers().stream()
        .filter(own -> own.id().equals(driver))
        .map(own -> "'%s'".formatted(own.text()))
        .findFirst()
        .orElseThrow();
  }

  /** What a failed placebo says against a figure; where nothing is claimed it says nothing. */
  private static String contradiction(Values values) {
    if (!"failed".equals(values.text("placebo_verdict")) || !isTold(values)) {
      return "";
    }
    double before = values.number("placebo_change_per_customer");
    boolean isAlike = before > 0 == values.number("revenue_change_per_customer") > 0;
    return "; its placebo fails: the past, where there can be no effect, shows a difference of %s %s per customer %s"
        .formatted(
            money(before), values.text("currency"), isAlike ? "the same way" : "the other way");
  }

  private static boolean isTold(Values values) {
    return isTold(values, "revenue_change_per_customer");
  }

  private static boolean isTold(Values values, String figure) {
    Double lower = values.number(figure + "_lower");
    Double upper = values.number(figure + "_upper");
    return lower != null && upper != null && (lower > 0 || upper < 0);
  }

  private static String untold(Values values, String change) {
    String who = who(values);
    if (values.text("status").equals(AllSegments.NO_ESTIMAND)) {
      return "%s, there is no doubly robust figure of %s: it sets low ratings of one driver beside middle ones, and this is another change."
          .formatted(who, change);
    }
    String told = "%s, what %s would be worth can't be told: ".formatted(who, change);
    if (values.text("rung").equals(DoublyRobustImpacts.RUNG)) {
      return told
          + "a doubly robust figure is made for everyone and the first segment set, and needs %d effective low ratings and as many middle ones, and customers lost."
              .formatted(values.count("needed_observations_count") / 2);
    }
    return told
        + (isTooFew(values)
            ? "too few observations, %s.".formatted(need(values))
            : "too few customers lost, or too few ratings of each kind.");
  }

  /** The sentence of a row of {@code driver_revenue_impacts} that is otherwise finished. */
  static String ofImpact(Contract contract, Row row, DriverPlan plan) {
    var values = new Values(contract, row);
    String driver =
        values.text("driver").equals(ImpactRows.ALL_DRIVERS)
            ? ALL
            : "'%s'".formatted(values.text("driver_text"));
    String change = change(values, driver, plan);
    Double perCustomer = values.number("revenue_change_per_customer");
    if (perCustomer == null) {
      return untold(values, change);
    }
    int days = values.whole("horizon_days");
    String currency = values.text("currency");
    Double lower = values.number("revenue_change_per_customer_lower");
    Double upper = values.number("revenue_change_per_customer_upper");
    String verb = values.text("rung").equals("raw") ? "goes with" : verb(values);
    String money =
        "%s, %s %s %s %s per customer (%s to %s) and %s in all per %d days%s"
            .formatted(
                who(values),
                change,
                verb,
                money(perCustomer),
                currency,
                lower == null ? "unknown" : money(lower),
                upper == null ? "unknown" : money(upper),
                values.amount("revenue_change_amount") == null
                    ? "an unknown amount"
                    : String.format(
                        Locale.ROOT, "%,.0f %s", values.amount("revenue_change_amount"), currency),
                days,
                source(values));
    String margin = margin(values, currency);
    Double points = values.number("retention_change_points");
    String retention = points == null ? "" : ", with %s points of retention".formatted(two(points));
    return "%s%s%s.%s Evidence: %s."
        .formatted(money, retention, margin, trust(values), values.text("evidence"));
  }

  /** Of whom a rise is thought to be worth as much; low ratings are compared as such. */
  private static String verb(Values values) {
    return List.of(DriverScenarios.LOWS_TO_MIDDLE, DriverScenarios.ALL_LOWS_TO_MIDDLE)
            .contains(values.text("scenario"))
        ? "would be worth, if it is cause,"
        : "would be worth, if it is cause and a point is worth the same to all who rated and spent alike,";
  }

  private static String margin(Values values, String currency) {
    Double perCustomer = values.number("margin_change_per_customer");
    if (perCustomer == null) {
      return "";
    }
    Double lower = values.number("margin_change_per_customer_lower");
    Double upper = values.number("margin_change_per_customer_upper");
    return "; in contribution margin that is %s %s per customer (%s to %s), which %s be told from nothing"
        .formatted(
            money(perCustomer),
            currency,
            lower == null ? "unknown" : money(lower),
            upper == null ? "unknown" : money(upper),
            isTold(values, "margin_change_per_customer") ? "taken by itself can" : "can't");
  }

  private static String change(Values values, String driver, DriverPlan plan) {
    String scenario = values.text("scenario");
    return switch (scenario) {
      case "lows_to_middle" ->
          "moving low ratings of %s to the middle%s".formatted(driver, trimmed(values));
      case "all_lows_to_middle" ->
          driver.equals(ALL)
              ? "moving all low ratings of every driver to the middle"
              : "the part of %s in moving all low ratings to the middle".formatted(driver);
      case "to_best_segment" ->
          "raising ratings of %s below the best segment's mean to it".formatted(driver);
      case "plus_one_point" -> "one point more on %s for all below the top".formatted(driver);
      default ->
          plan.scenarios().stream()
              .filter(own -> own.name().equals(scenario))
              .map(
                  own ->
                      "turning ratings of %s from %d to %d into %d for %s %% of those who gave them (%s)"
                          .formatted(
                              driver,
                              own.from(),
                              own.to(),
                              own.become(),
                              percent(own.share()),
                              scenario))
              .findFirst()
              .orElseThrow();
    };
  }

  /** Of a doubly robust figure, which low ratings it is of. */
  private static String trimmed(Values values) {
    Double overlap = values.number("overlap_share");
    return overlap == null || percent(overlap).equals("100.0")
        ? ""
        : ", of those %s %% that have middle ones like them to be compared with,"
            .formatted(percent(overlap));
  }

  private static String source(Values values) {
    return values.text("taken_from") == null
        ? ""
        : " (per customer taken from %s, as there are too few here)"
            .formatted(values.text("taken_from"));
  }

  private static String trust(Values values) {
    if (!isTold(values)) {
      return " It can't be told from nothing.";
    }
    Double q = values.number("q_value");
    if (q == null || q > LARGEST_Q) {
      return " Among so many drivers and segments, chance may have brought it about (q %s)."
          .formatted(q(q));
    }
    Double robustness = values.number("robustness_value");
    return robustness == null
        ? ""
        : " Something unmeasured that explains %s %% of what is left of ratings and of revenue would erase it%s."
            .formatted(percent(robustness), benchmark(values));
  }

  private static String benchmark(Values values) {
    Double left = values.number("benchmark_change_per_customer");
    return left == null
        ? ""
        : "; beside something as strong as %s, %s %s would be left"
            .formatted(values.text("benchmark"), money(left), values.text("currency"));
  }

  /** With so many digits that a q above the limit doesn't look as if it weren't. */
  private static String q(Double q) {
    return q != null && q > LARGEST_Q && two(q).equals("0.05")
        ? String.format(Locale.ROOT, "%.3f", Math.ceil(1000 * q) / 1000)
        : two(q);
  }

  private static String money(double amount) {
    return String.format(Locale.ROOT, "%,.2f", Math.round(100 * amount) / 100.0 + 0.0);
  }

  private static String who(Values values) {
    String segment = values.text("segment");
    return segment.equals("all") ? "Among all customers" : "Among customers of " + segment;
  }

  private static String outcome(Values values, DriverPlan plan) {
    String outcome = values.text("outcome");
    int days = values.whole("horizon_days");
    return switch (outcome) {
      case "retained" -> "who stays for %d days".formatted(days);
      case "repeat_purchase" -> "who buys again within %d days".formatted(days);
      case "revenue_next" -> "revenue of %d days".formatted(days);
      default ->
          plan.metrics().stream()
              .filter(metric -> metric.id().equals(outcome))
              .findFirst()
              .orElseThrow()
              .label();
    };
  }

  /** A number of per cent with one decimal, or two digits below one. */
  static String percent(Double share) {
    if (share == null) {
      return "unknown";
    }
    double percent = PERCENT * share + 0.0;
    return String.format(Locale.ROOT, Math.abs(percent) < 1 ? "%.2f" : "%.1f", percent);
  }

  /** A row's values by the names of its contract. */
  record Values(Contract contract, Row row) {
    private Object value(String column) {
      return row.get(contract.names().indexOf(column));
    }

    String text(String column) {
      return (String) value(column);
    }

    List<String> texts(String column) {
      return row.getList(contract.names().indexOf(column));
    }

    Double number(String column) {
      return (Double) value(column);
    }

    BigDecimal amount(String column) {
      return (BigDecimal) value(column);
    }

    long count(String column) {
      return (Long) value(column);
    }

    Object date(String column) {
      return value(column);
    }

    int whole(String column) {
      return (Integer) value(column);
    }

    boolean flag(String column) {
      return (Boolean) value(column);
    }
  }
}
