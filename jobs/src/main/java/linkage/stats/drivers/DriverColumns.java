package linkage.stats.drivers;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import linkage.stats.History;

/**
 * What stands where in an observation's row of {@link Moments}.
 *
 * <p>First {@link History}, then the revenue of the two periods before as amounts: what revenue
 * comes to depends on the level before in the units of the level after. Then five columns per
 * driver: the rating as a level (0 if missing), 1 or 0 for missing, for low and for high, and the
 * rating's distance from the middle times the revenue of the period before (0 if missing), by which
 * a point may be worth more to who spends more. Then the outcomes: {@code retained}, {@code
 * repeat_purchase}, {@code revenue_next}, revenue if retained and revenue if lost, both without
 * caps too, and each metric's level (0 if it wasn't answered: such rows must not be read for it).
 * Where margins are known, last the contribution margin of the period before, and that if retained
 * and if lost; 0 in rows without {@link #WITH_MARGIN}, which must not be read for it either.
 *
 * <p>Amounts are in units of currency and capped, but for the two that say otherwise.
 *
 * @param drivers names of the drivers
 * @param metrics names of the metrics
 * @param hasMargins whether there are columns of contribution margin
 */
public record DriverColumns(List<String> drivers, List<String> metrics, boolean hasMargins)
    implements Serializable {

  /** The bit of a pattern that says that every driver was rated; bit m says it of metric m. */
  public static final int COMPLETE = 62;

  /** The bit of a pattern that says that the margin before and after is known. */
  public static final int WITH_MARGIN = 61;

  private static final int PAST_REVENUE = History.COLUMNS.size();
  private static final int PRIOR_REVENUE = PAST_REVENUE + 1;
  private static final int FIRST_DRIVER = PRIOR_REVENUE + 1;
  private static final int PER_DRIVER = 5;

  /** Keeps copies. */
  public DriverColumns {
    drivers = List.copyOf(drivers);
    metrics = List.copyOf(metrics);
  }

  /** The names of all columns, in order. */
  public List<String> names() {
    List<String> names = new ArrayList<>(History.COLUMNS);
    names.add("past_revenue");
    names.add("prior_revenue");
    for (String driver : drivers) {
      names.add("rating of " + driver);
      names.add("missing " + driver);
      names.add("low " + driver);
      names.add("high " + driver);
      names.add("spending by rating of " + driver);
    }
    names.addAll(
        List.of(
            "retained",
            "repeat_purchase",
            "revenue_next",
            "revenue if retained",
            "revenue if lost",
            "uncapped revenue if retained",
            "uncapped revenue if lost"));
    metrics.forEach(metric -> names.add("metric " + metric));
    if (hasMargins) {
      names.addAll(List.of("past_margin", "margin if retained", "margin if lost"));
    }
    return names;
  }

  /** How many columns there are. */
  public int size() {
    return metric(metrics.size()) + (hasMargins ? 3 : 0);
  }

  /** What CRM knew, history and the amounts before: what importance and money hold equal. */
  public int[] controls() {
    return IntStream.range(0, FIRST_DRIVER).toArray();
  }

  /** The {@link #controls} that say the same in several ways, each such group under a name. */
  public Map<String, int[]> controlGroups() {
    Map<String, int[]> groups = new LinkedHashMap<>();
    groups.put("past revenue", new int[] {history("log_past_revenue"), PAST_REVENUE});
    groups.put("prior revenue", new int[] {history("log_prior_revenue"), PRIOR_REVENUE});
    groups.put("past purchases", new int[] {history("log_past_purchases")});
    groups.put("tenure", new int[] {history("log_tenure")});
    groups.put("recency", new int[] {history("log_recency"), history("never_purchased")});
    return groups;
  }

  private static int history(String column) {
    return History.COLUMNS.indexOf(column);
  }

  /** The controls of money, and the margin before: the controls of margin. */
  public int[] marginControls() {
    int[] controls = Arrays.copyOf(controls(), FIRST_DRIVER + 1);
    controls[FIRST_DRIVER] = pastMargin();
    return controls;
  }

  /** What was known before the period that the placebo is about. */
  public int[] placeboControls() {
    return new int[] {history("log_prior_revenue"), history("log_tenure"), PRIOR_REVENUE};
  }

  /** Revenue of the horizon that ends at the anchor: the placebo's outcome. */
  public int pastRevenue() {
    return PAST_REVENUE;
  }

  /** Revenue of the horizon before that. */
  public int priorRevenue() {
    return PRIOR_REVENUE;
  }

  /** A driver's rating, with its missing flag. */
  public Driver driver(int driver) {
    return new Driver(rating(driver), missing(driver));
  }

  /** All drivers, in order. */
  public Driver[] allDrivers() {
    return IntStream.range(0, drivers.size()).mapToObj(this::driver).toArray(Driver[]::new);
  }

  /** A driver's rating. */
  public int rating(int driver) {
    return FIRST_DRIVER + PER_DRIVER * driver;
  }

  /** The flag that a driver wasn't rated. */
  public int missing(int driver) {
    return rating(driver) + 1;
  }

  /** The flag of a low rating. */
  public int low(int driver) {
    return rating(driver) + 2;
  }

  /** The flag of a high rating. */
  public int high(int driver) {
    return rating(driver) + 3;
  }

  /** The rating's distance from the middle times the revenue before. */
  public int spending(int driver) {
    return rating(driver) + 4;
  }

  /**
   * All that says where on its scale a driver stands: its rating, its flags of low and of high, and
   * its {@link #spending}.
   */
  public int[] scale(int driver) {
    return new int[] {rating(driver), low(driver), high(driver), spending(driver)};
  }

  /** A driver's flags of low and high. */
  public Asymmetry.Flags flags(int driver) {
    return new Asymmetry.Flags(low(driver), high(driver));
  }

  /** 1 for retained. */
  public int retained() {
    return rating(drivers.size());
  }

  /** 1 for who bought again. */
  public int repeatPurchase() {
    return retained() + 1;
  }

  /** Revenue over the horizon. */
  public int revenueNext() {
    return retained() + 2;
  }

  /** The outcomes that money is counted from. */
  public MoneyColumns money() {
    return new MoneyColumns(retained(), retained() + 3, retained() + 4);
  }

  /** The same without caps. */
  public MoneyColumns uncappedMoney() {
    return new MoneyColumns(retained(), retained() + 5, retained() + 6);
  }

  /** A metric's level. */
  public int metric(int metric) {
    return retained() + 7 + metric;
  }

  /** Contribution margin of the horizon that ends at the anchor. */
  public int pastMargin() {
    return metric(metrics.size());
  }

  /** The outcomes that contribution margin is counted from. */
  public MoneyColumns margin() {
    return new MoneyColumns(retained(), pastMargin() + 1, pastMargin() + 2);
  }
}
