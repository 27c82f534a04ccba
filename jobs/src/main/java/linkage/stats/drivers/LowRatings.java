package linkage.stats.drivers;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import linkage.stats.drivers.CrossFit.Arm;

/**
 * The low ratings of a driver in a segment, beside the middle ones: who is compared with whom in
 * what, where what is equal.
 *
 * <p><b>Value:</b> an observation's covariates are what was known before ({@link
 * DriverColumns#controls}); rating and missing flag of the drivers that are held equal; the months
 * since the anchor's month in years, as a trend; a flag for each month of the year but that of the
 * as-of day, as a season; and a flag for each finest segment that the segment holds but the last,
 * for which the constant speaks. For contribution margin the margin before is a covariate, too, and
 * observations whose margin isn't known are left out.
 *
 * <p><b>Cost:</b> O(covariates) per observation.
 */
public final class LowRatings implements Serializable {
  /** The propensity beyond which low ratings have nobody to be compared with. */
  public static final double TRIM = 0.05;

  /** What the cells of {@link #ofRevenue} are of: retained, and revenue with and without caps. */
  public static final Aipw REVENUE = new Aipw(5, TRIM);

  /** The outcomes of {@link #REVENUE} with capped revenue. */
  public static final MoneyColumns CAPPED = new MoneyColumns(0, 1, 2);

  /** The same without caps. */
  public static final MoneyColumns UNCAPPED = new MoneyColumns(0, 3, 4);

  /** What the cells of {@link #ofMargin} are of: retained, and capped contribution margin. */
  public static final Aipw MARGIN = new Aipw(3, TRIM);

  private static final long serialVersionUID = 1L;
  private static final int MONTHS_PER_YEAR = 12;

  /** The trend, and after it the flags of the season. */
  private static final int OF_TIME = MONTHS_PER_YEAR;

  private final DriverColumns columns;
  private final int driver;
  private final boolean isOfMargin;
  private final int[] picked;
  private final int[] outcomes;
  private final ArrayList<Integer> finest;

  private LowRatings(
      DriverColumns columns,
      int driver,
      boolean isOfMargin,
      List<Integer> heldEqual,
      Collection<Integer> finest) {
    this.columns = columns;
    this.driver = driver;
    this.isOfMargin = isOfMargin;
    this.picked =
        Stream.of(
                IntStream.of(isOfMargin ? columns.marginControls() : columns.controls()),
                heldEqual.stream().mapToInt(columns::rating),
                heldEqual.stream().mapToInt(columns::missing))
            .flatMapToInt(own -> own)
            .toArray();
    MoneyColumns money = isOfMargin ? columns.margin() : columns.money();
    MoneyColumns uncapped = columns.uncappedMoney();
    int[] capped = {money.retained(), money.fromRetained(), money.fromLost()};
    int[] beside =
        isOfMargin ? new int[0] : new int[] {uncapped.fromRetained(), uncapped.fromLost()};
    this.outcomes = IntStream.concat(IntStream.of(capped), IntStream.of(beside)).toArray();
    this.finest = new ArrayList<>(new TreeSet<>(finest));
  }

  /**
   * Compared in retention and revenue.
   *
   * @param driver index of the driver
   * @param heldEqual the other drivers that are held equal
   * @param finest numbers of the finest segments that the segment holds
   */
  public static LowRatings ofRevenue(
      DriverColumns columns, int driver, List<Integer> heldEqual, Collection<Integer> finest) {
    return new LowRatings(columns, driver, false, heldEqual, finest);
  }

  /** Compared in contribution margin; parameters as for {@link #ofRevenue}. */
  public static LowRatings ofMargin(
      DriverColumns columns, int driver, List<Integer> heldEqual, Collection<Integer> finest) {
    return new LowRatings(columns, driver, true, heldEqual, finest);
  }

  /**
   * An observation.
   *
   * @param bucket of its customer
   * @param monthsAgo how long ago its month is
   * @param finest the number of its finest segment
   * @param weight above 0
   * @param hasMargin whether the margin before and after is known
   * @param values a row of {@link DriverColumns}
   */
  public record Observation(
      int bucket, int monthsAgo, int finest, double weight, boolean hasMargin, double[] values) {}

  /** What the cells are of. */
  public Aipw aipw() {
    return isOfMargin ? MARGIN : REVENUE;
  }

  /** How many covariates there are. */
  public int covariatesCount() {
    return OF_TIME + picked.length + finest.size() - 1;
  }

  /** Whether the observation belongs to the population that is looked at. */
  public boolean isRead(Observation one) {
    return one.hasMargin() || !isOfMargin;
  }

  /** Which side an observation is on. */
  public Arm arm(Observation one) {
    double[] values = one.values();
    if (values[columns.missing(driver)] == 1 || values[columns.high(driver)] == 1) {
      return Arm.OTHER;
    }
    return values[columns.low(driver)] == 1 ? Arm.TREATED : Arm.UNTREATED;
  }

  /** What is held equal. */
  public double[] covariates(Observation one) {
    return filled(new double[covariatesCount()], one);
  }

  /**
   * The row of an observation's moments: the covariates first, the outcomes last.
   *
   * @param size how long the row is to be; zeros fill the middle
   */
  public double[] row(Observation one, int size) {
    double[] row = filled(new double[size], one);
    for (int i = 0; i < outcomes.length; i++) {
      row[size - outcomes.length + i] = one.values()[outcomes[i]];
    }
    return row;
  }

  /** Adds an observation to the cells of its bucket. */
  public void add(double[] cells, Observation one, CrossFit models) {
    double[] happened = new double[outcomes.length];
    for (int i = 0; i < happened.length; i++) {
      happened[i] = one.values()[outcomes[i]];
    }
    var arm = arm(one);
    if (arm == Arm.OTHER) {
      aipw().addOther(cells, one.weight(), happened);
      return;
    }
    double[] covariates = covariates(one);
    double propensity = models.propensity(one.bucket(), covariates);
    double[] without = models.untreated(one.bucket(), covariates);
    if (arm == Arm.TREATED) {
      aipw().addTreated(cells, one.weight(), propensity, happened, without);
    } else {
      aipw().addUntreated(cells, one.weight(), propensity, happened, without);
    }
  }

  private double[] filled(double[] row, Observation one) {
    // What is hardly ever 0 stands first, so that sums of products with it have short lines.
    for (int i = 0; i < picked.length; i++) {
      row[i] = one.values()[picked[i]];
    }
    row[picked.length] = one.monthsAgo() / (double) MONTHS_PER_YEAR;
    int season = one.monthsAgo() % MONTHS_PER_YEAR;
    if (season > 0) {
      row[picked.length + season] = 1;
    }
    int own = finest.indexOf(one.finest());
    if (own < finest.size() - 1) {
      row[OF_TIME + picked.length + own] = 1;
    }
    return row;
  }
}
