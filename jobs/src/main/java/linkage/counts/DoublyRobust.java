package linkage.counts;

import java.io.Serializable;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import linkage.calibration.SharedFits;
import linkage.config.Settings;
import linkage.sql.Doubles;
import linkage.sql.PartialSums;
import linkage.stats.Logistic;
import linkage.stats.drivers.Aipw;
import linkage.stats.drivers.CrossFit;
import linkage.stats.drivers.DriverColumns;
import linkage.stats.drivers.LeastSquares;
import linkage.stats.drivers.Moments;
import linkage.stats.drivers.MoneyColumns;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * The effect of low ratings on those who gave them, beside like customers who rated in the middle:
 * {@link Aipw} with models of who rates low and of what happens to those who don't, by passes over
 * the observations.
 *
 * <p>Of each driver, the model of who rates low is a {@link Logistic} regression, and those of
 * retention and revenue are least squares, on history, the revenue before as amounts, the month as
 * a trend, and the ratings of the drivers that are held equal. Both have not seen the customer's
 * fold (bucket mod {@value CrossFit#FOLDS}); the logistic one is a Newton step away from the fit of
 * all.
 *
 * <p><b>Nulls and edges:</b> only for everyone and for the segments of the first set, at most
 * {@value #MOST_SEGMENTS} of them, the largest first, and where each arm has ten observations per
 * covariate: everything else is left to regression.
 *
 * <p><b>Cost:</b> one scan of {@code linked}, whose rows are held, and 6 to 9 passes over those;
 * the driver program collects sums of 5 folds for the fits, and 40 numbers per bucket for the
 * effects.
 */
public final class DoublyRobust {
  /** The propensity beyond which low ratings have nobody to be compared with. */
  public static final double TRIM = 0.05;

  private static final int SETS = 2;
  private static final int MOST_SEGMENTS = 64;
  private static final int BUCKETS = 64;
  private static final int ROWS_PER_COVARIATE = 10;
  private static final double MONTHS_PER_YEAR = 12;

  /** The effect on the treated of retained, revenue if retained, and revenue if lost. */
  private static final Aipw AIPW = new Aipw(Aipw.Estimand.ON_TREATED, 3, TRIM);

  private static final StructType HELD =
      new StructType()
          .add("places", DataTypes.createArrayType(DataTypes.IntegerType, false), false)
          .add("bucket", DataTypes.IntegerType, false)
          .add("months_ago", DataTypes.IntegerType, false)
          .add("weight", DataTypes.DoubleType, false)
          .add("cells", DataTypes.BinaryType, false);

  private DoublyRobust() {}

  /**
   * One driver in one segment.
   *
   * @param place where
   * @param driver index of the driver
   * @param columnsCount the covariates
   * @param capped cells of {@link #aipw} with capped revenue, as [bucket][cell]
   * @param uncapped the same without caps
   */
  public record Effect(
      DriverBasis.Segment place,
      int driver,
      int columnsCount,
      double[][] capped,
      double[][] uncapped) {}

  /** What the cells are of. */
  public static Aipw aipw() {
    return AIPW;
  }

  /**
   * Estimates.
   *
   * @param linked the observations, with the weights that {@code linkage.calibration} adds
   * @param heldEqual by driver, the other drivers that are held equal
   */
  public static List<Effect> of(
      Dataset<Row> linked,
      DriverBasis basis,
      Settings settings,
      List<List<Integer>> heldEqual,
      LocalDate asOf) {
    var observations = new DriverRows(linked.schema(), settings, basis.caps(), asOf);
    var columns = observations.columns();
    List<DriverBasis.Segment> places =
        basis.segments().stream()
            .filter(segment -> segment.segmentSet() < SETS)
            .sorted(
                Comparator.comparingInt(DriverBasis.Segment::segmentSet)
                    .thenComparing(
                        Comparator.comparingLong(DriverBasis.Segment::ratings).reversed())
                    .thenComparing(DriverBasis.Segment::name)
                    .thenComparingInt(DriverBasis.Segment::horizon))
            .filter(
                segment -> segment.ratings() >= 2L * ROWS_PER_COVARIATE * columns.drivers().size())
            .limit(MOST_SEGMENTS)
            .toList();
    var cases = new Cases(columns, heldEqual);
    Dataset<Row> held = held(linked, observations, places).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      int fits = places.size() * columns.drivers().size();
      int[] covariates = new int[fits];
      Arrays.fill(covariates, cases.covariatesCount());
      List<SharedFits.Fitted> propensities = SharedFits.of(held, covariates, CrossFit.FOLDS, cases);
      double[][][] coefficients = new double[fits][CrossFit.FOLDS][];
      for (int fit = 0; fit < fits; fit++) {
        var fitted = propensities.get(fit);
        int own = cases.varying(fit % columns.drivers().size());
        boolean isEnough =
            Math.min(fitted.positive(), fitted.negative()) >= ROWS_PER_COVARIATE * own;
        for (int fold = 0; fold < CrossFit.FOLDS && isEnough; fold++) {
          coefficients[fit][fold] =
              fitted.fit().withoutFold(fitted.buckets(), fold, CrossFit.FOLDS);
        }
      }
      LeastSquares[][][] untreated = untreated(held, cases, coefficients);
      return effects(held, cases, coefficients, untreated, places);
    } finally {
      held.unpersist();
    }
  }

  /** The observations as rows of {@link DriverColumns}, with the places they belong to. */
  private static Dataset<Row> held(
      Dataset<Row> linked, DriverRows observations, List<DriverBasis.Segment> places) {
    Map<DriverBasis.Place, Integer> indexes = new HashMap<>();
    for (int i = 0; i < places.size(); i++) {
      indexes.put(places.get(i).place(), i);
    }
    MapPartitionsFunction<Row, Row> read =
        rows -> {
          List<Row> kept = new ArrayList<>();
          double[] values = new double[observations.columns().size()];
          while (rows.hasNext()) {
            Row row = rows.next();
            for (int horizon = 0;
                horizon < observations.horizonsCount() && observations.isRead(row);
                horizon++) {
              if (observations.isMature(row, horizon)) {
                List<Integer> own = new ArrayList<>();
                for (int set = 0; set < Math.min(SETS, observations.segmentSetsCount()); set++) {
                  Integer index =
                      indexes.get(
                          new DriverBasis.Place(horizon, set, observations.segment(row, set)));
                  if (index != null) {
                    own.add(index);
                  }
                }
                observations.read(row, horizon, values);
                kept.add(
                    RowFactory.create(
                        own.toArray(Integer[]::new),
                        observations.bucket(row),
                        observations.monthsAgo(row),
                        observations.weight(row),
                        Doubles.pack(values)));
              }
            }
          }
          return kept.iterator();
        };
    return linked.mapPartitions(read, Encoders.row(HELD));
  }

  /** Regressions of the outcomes among untreated rows, without each fold, as [fit][fold]. */
  private static LeastSquares[][][] untreated(
      Dataset<Row> held, Cases cases, double[][][] coefficients) {
    PartialSums.Pass add =
        rows -> {
          Moments[][] sums = new Moments[coefficients.length][CrossFit.FOLDS];
          while (rows.hasNext()) {
            var one = cases.observation(rows.next());
            for (int place : one.places()) {
              for (int driver = 0; driver < cases.drivers(); driver++) {
                int fit = place * cases.drivers() + driver;
                if (coefficients[fit][0] != null && one.arm(driver) == CrossFit.Arm.UNTREATED) {
                  int fold = one.bucket() % CrossFit.FOLDS;
                  if (sums[fit][fold] == null) {
                    sums[fit][fold] = new Moments(cases.names());
                  }
                  sums[fit][fold].add(one.withOutcomes(driver), 0, one.weight());
                }
              }
            }
          }
          List<PartialSums.Sum> parts = new ArrayList<>();
          for (int fit = 0; fit < sums.length; fit++) {
            for (int fold = 0; fold < CrossFit.FOLDS; fold++) {
              if (sums[fit][fold] != null) {
                parts.add(new PartialSums.Sum(fit, fold, sums[fit][fold].toArray()));
              }
            }
          }
          return parts;
        };
    List<String> names = cases.names();
    PartialSums.Merge merge =
        (one, other) -> {
          var both = Moments.fromArray(names, one);
          both.merge(Moments.fromArray(names, other));
          return both.toArray();
        };
    Moments[][] others = new Moments[coefficients.length][CrossFit.FOLDS];
    long perPartition = (long) coefficients.length * CrossFit.FOLDS;
    for (PartialSums.Sum part :
        PartialSums.of(held, add, merge, perPartition, PartialSums.MOST_BROUGHT_BACK)) {
      var own = Moments.fromArray(names, part.cells());
      for (int fold = 0; fold < CrossFit.FOLDS; fold++) {
        Moments[] sums = others[part.fit()];
        if (sums[fold] == null) {
          sums[fold] = new Moments(names);
        }
        if (fold != part.part()) {
          sums[fold].merge(own);
        }
      }
    }
    int[] predictors = IntStream.range(0, cases.covariatesCount()).toArray();
    LeastSquares[][][] fits = new LeastSquares[others.length][CrossFit.FOLDS][];
    for (int fit = 0; fit < fits.length; fit++) {
      for (int fold = 0; fold < CrossFit.FOLDS && others[fit][fold] != null; fold++) {
        var products = others[fit][fold].centred();
        fits[fit][fold] =
            IntStream.range(0, Cases.OUTCOMES)
                .mapToObj(
                    outcome -> LeastSquares.of(products, predictors.length + outcome, predictors))
                .toArray(LeastSquares[]::new);
      }
    }
    return fits;
  }

  private static List<Effect> effects(
      Dataset<Row> held,
      Cases cases,
      double[][][] coefficients,
      LeastSquares[][][] untreated,
      List<DriverBasis.Segment> places) {
    double[][][][] predictions = new double[untreated.length][CrossFit.FOLDS][][];
    for (int fit = 0; fit < untreated.length; fit++) {
      for (int fold = 0; fold < CrossFit.FOLDS; fold++) {
        if (untreated[fit][fold] != null) {
          predictions[fit][fold] =
              Arrays.stream(untreated[fit][fold])
                  .map(model -> model.asLine(cases.covariatesCount()))
                  .toArray(double[][]::new);
        }
      }
    }
    Map<Integer, double[][][]> cells = new HashMap<>();
    for (PartialSums.Sum part :
        PartialSums.of(
            held,
            rows -> scores(rows, cases, coefficients, predictions),
            PartialSums.ADD,
            (long) coefficients.length * BUCKETS,
            PartialSums.MOST_BROUGHT_BACK)) {
      double[][][] own =
          cells.computeIfAbsent(part.fit(), absent -> new double[2][BUCKETS][AIPW.cells()]);
      own[0][part.part()] = Arrays.copyOf(part.cells(), AIPW.cells());
      own[1][part.part()] = Arrays.copyOfRange(part.cells(), AIPW.cells(), 2 * AIPW.cells());
    }
    List<Effect> effects = new ArrayList<>();
    for (int fit = 0; fit < coefficients.length; fit++) {
      if (cells.containsKey(fit)) {
        int driver = fit % cases.drivers();
        effects.add(
            new Effect(
                places.get(fit / cases.drivers()),
                driver,
                cases.varying(driver),
                cells.get(fit)[0],
                cells.get(fit)[1]));
      }
    }
    return effects;
  }

  private static List<PartialSums.Sum> scores(
      Iterator<Row> rows, Cases cases, double[][][] coefficients, double[][][][] predictions) {
    double[][][][] cells = new double[coefficients.length][BUCKETS][][];
    while (rows.hasNext()) {
      var one = cases.observation(rows.next());
      int fold = one.bucket() % CrossFit.FOLDS;
      for (int place : one.places()) {
        for (int driver = 0; driver < cases.drivers(); driver++) {
          int fit = place * cases.drivers() + driver;
          if (coefficients[fit][0] == null || predictions[fit][fold] == null) {
            continue;
          }
          if (cells[fit][one.bucket()] == null) {
            cells[fit][one.bucket()] = new double[2][AIPW.cells()];
          }
          double[] covariates = one.covariates(driver);
          double propensity =
              Logistic.probability(Logistic.logOdds(coefficients[fit][fold], covariates));
          double[] predicted =
              Arrays.stream(predictions[fit][fold])
                  .mapToDouble(line -> Logistic.logOdds(line, covariates))
                  .toArray();
          for (int kind = 0; kind < 2; kind++) {
            double[] own = cells[fit][one.bucket()][kind];
            double[] outcome = one.outcomes(kind);
            double[] without =
                kind == 0
                    ? Arrays.copyOf(predicted, 3)
                    : new double[] {predicted[0], predicted[3], predicted[4]};
            switch (one.arm(driver)) {
              case TREATED ->
                  AIPW.addTreated(own, one.weight(), propensity, outcome, without, without);
              case UNTREATED ->
                  AIPW.addUntreated(own, one.weight(), propensity, outcome, without, without);
              default -> AIPW.addOther(own, one.weight(), outcome);
            }
          }
        }
      }
    }
    List<PartialSums.Sum> parts = new ArrayList<>();
    for (int fit = 0; fit < cells.length; fit++) {
      for (int bucket = 0; bucket < BUCKETS; bucket++) {
        double[][] own = cells[fit][bucket];
        if (own != null) {
          double[] both = Arrays.copyOf(own[0], 2 * AIPW.cells());
          System.arraycopy(own[1], 0, both, AIPW.cells(), AIPW.cells());
          parts.add(new PartialSums.Sum(fit, bucket, both));
        }
      }
    }
    return parts;
  }

  /** Reads held rows as cases of every driver's models. */
  private static final class Cases implements SharedFits.Cases {
    private static final long serialVersionUID = 1L;
    private static final int OUTCOMES = 5;

    private final DriverColumns columns;
    private final int[][] picked;

    Cases(DriverColumns columns, List<List<Integer>> heldEqual) {
      this.columns = columns;
      this.picked =
          heldEqual.stream()
              .map(
                  others ->
                      IntStream.concat(
                              IntStream.of(columns.moneyControls()),
                              others.stream()
                                  .flatMapToInt(
                                      other ->
                                          IntStream.of(
                                              columns.rating(other), columns.missing(other))))
                          .toArray())
              .toArray(int[][]::new);
    }

    int drivers() {
      return picked.length;
    }

    /** As many as any driver needs, and the trend; those that one doesn't need are 0. */
    int covariatesCount() {
      return 1 + Arrays.stream(picked).mapToInt(own -> own.length).max().orElse(0);
    }

    int varying(int driver) {
      return 1 + picked[driver].length;
    }

    List<String> names() {
      return IntStream.range(0, covariatesCount() + OUTCOMES)
          .mapToObj(column -> "column " + column)
          .toList();
    }

    Held observation(Row row) {
      return new Held(
          row.<Integer>getList(0).stream().mapToInt(Integer::intValue).toArray(),
          row.getInt(1),
          row.getInt(2),
          row.getDouble(3),
          Doubles.unpack(row.<byte[]>getAs(4)),
          this);
    }

    @Override
    public void read(Row row, SharedFits.Sink sink) {
      var one = observation(row);
      for (int driver = 0; driver < drivers(); driver++) {
        var arm = one.arm(driver);
        if (arm != CrossFit.Arm.OTHER) {
          double[] covariates = one.covariates(driver);
          for (int place : one.places()) {
            sink.add(
                place * drivers() + driver,
                one.bucket() % CrossFit.FOLDS,
                covariates,
                arm == CrossFit.Arm.TREATED,
                one.weight());
          }
        }
      }
    }
  }

  /** One observation. */
  private record Held(
      int[] places, int bucket, int monthsAgo, double weight, double[] values, Cases cases)
      implements Serializable {

    CrossFit.Arm arm(int driver) {
      DriverColumns columns = cases.columns;
      if (values[columns.missing(driver)] == 1 || values[columns.high(driver)] == 1) {
        return CrossFit.Arm.OTHER;
      }
      return values[columns.low(driver)] == 1 ? CrossFit.Arm.TREATED : CrossFit.Arm.UNTREATED;
    }

    double[] covariates(int driver) {
      return filled(new double[cases.covariatesCount()], driver);
    }

    double[] withOutcomes(int driver) {
      int covariates = cases.covariatesCount();
      double[] row = filled(new double[covariates + Cases.OUTCOMES], driver);
      System.arraycopy(outcomes(0), 0, row, covariates, 3);
      System.arraycopy(outcomes(1), 1, row, covariates + 3, 2);
      return row;
    }

    /** Retained, and revenue if retained and if lost: capped for kind 0, as it is for kind 1. */
    double[] outcomes(int kind) {
      MoneyColumns money = kind == 0 ? cases.columns.money() : cases.columns.uncappedMoney();
      return new double[] {
        values[money.retained()], values[money.fromRetained()], values[money.fromLost()]
      };
    }

    private double[] filled(double[] row, int driver) {
      int[] picked = cases.picked[driver];
      row[0] = monthsAgo / MONTHS_PER_YEAR;
      for (int i = 0; i < picked.length; i++) {
        row[1 + i] = values[picked[i]];
      }
      return row;
    }
  }
}
