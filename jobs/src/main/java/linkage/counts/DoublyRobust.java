package linkage.counts;

import java.io.Serializable;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
 * a trend, a flag for each finest segment that {@link DriverBasis} tells apart but the largest, and
 * the ratings of the drivers that are held equal. Both have not seen the customer's fold (bucket
 * mod {@value CrossFit#FOLDS}); the logistic one is a Newton step away from the fit of all.
 *
 * <p><b>Nulls and edges:</b> only for everyone and for the segments of the first set, at most
 * {@value #MOST_SEGMENTS} of them, the largest first, and where each arm has {@value
 * #ROWS_PER_COVARIATE} effective observations (Kish) per covariate: there is no effect of all else.
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

  private static final double[][][] NONE = new double[2][][];

  private static final StructType HELD =
      new StructType()
          .add("places", DataTypes.createArrayType(DataTypes.IntegerType, false), false)
          .add("bucket", DataTypes.IntegerType, false)
          .add("months_ago", DataTypes.IntegerType, false)
          .add("finest", DataTypes.IntegerType, false)
          .add("weight", DataTypes.DoubleType, false)
          .add("cells", DataTypes.BinaryType, false);

  private DoublyRobust() {}

  /**
   * One driver in one segment.
   *
   * @param place where
   * @param driver index of the driver
   * @param columnsCount the covariates
   * @param capped cells of {@link #aipw} with capped revenue, as [bucket][cell]; null if there is
   *     no effect
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
   * @return one for each driver in each segment of the basis
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
    List<DriverBasis.Segment> places = places(basis.segments(), columns, heldEqual);
    var cases = new Cases(columns, heldEqual, places);
    Dataset<Row> held =
        held(linked, observations, places, basis.finest()).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      int fits = places.size() * columns.drivers().size();
      int[] covariates = new int[fits];
      Arrays.setAll(covariates, cases::covariatesCount);
      List<SharedFits.Fitted> propensities = SharedFits.of(held, covariates, CrossFit.FOLDS, cases);
      double[][][] coefficients = new double[fits][CrossFit.FOLDS][];
      for (int fit = 0; fit < fits; fit++) {
        var fitted = propensities.get(fit);
        var place = places.get(fit / columns.drivers().size());
        int driver = fit % columns.drivers().size();
        boolean isEnough = isEnough(place, driver, columns, heldEqual);
        for (int fold = 0; fold < CrossFit.FOLDS && isEnough; fold++) {
          coefficients[fit][fold] =
              fitted.fit().withoutFold(fitted.buckets(), fold, CrossFit.FOLDS);
        }
      }
      LeastSquares[][][] untreated = untreated(held, cases, coefficients);
      Map<Integer, double[][][]> cells = cells(held, cases, coefficients, untreated);
      List<Effect> effects = new ArrayList<>();
      for (var place : basis.segments()) {
        int at = places.indexOf(place);
        for (int driver = 0; driver < cases.drivers(); driver++) {
          double[][][] own =
              at < 0 ? NONE : cells.getOrDefault(at * cases.drivers() + driver, NONE);
          int count = covariatesCount(place, driver, columns, heldEqual);
          effects.add(new Effect(place, driver, count, own[0], own[1]));
        }
      }
      return effects;
    } finally {
      held.unpersist();
    }
  }

  /** The segments where any driver's effect can be told, the largest of them in every horizon. */
  private static List<DriverBasis.Segment> places(
      List<DriverBasis.Segment> segments, DriverColumns columns, List<List<Integer>> heldEqual) {
    Set<DriverBasis.Place> largest = new HashSet<>();
    List<DriverBasis.Segment> places = new ArrayList<>();
    segments.stream()
        .filter(segment -> segment.segmentSet() < SETS)
        .filter(
            segment ->
                IntStream.range(0, columns.drivers().size())
                    .anyMatch(driver -> isEnough(segment, driver, columns, heldEqual)))
        .sorted(
            Comparator.comparingInt(DriverBasis.Segment::segmentSet)
                .thenComparing(Comparator.comparingLong(DriverBasis.Segment::ratings).reversed())
                .thenComparing(DriverBasis.Segment::name)
                .thenComparingInt(DriverBasis.Segment::horizon))
        .forEach(
            segment -> {
              var inAnyHorizon = new DriverBasis.Place(0, segment.segmentSet(), segment.name());
              if (largest.contains(inAnyHorizon) || largest.size() < MOST_SEGMENTS) {
                largest.add(inAnyHorizon);
                places.add(segment);
              }
            });
    return places;
  }

  /** Whether both arms of a driver hold enough for its covariates. */
  private static boolean isEnough(
      DriverBasis.Segment place, int driver, DriverColumns columns, List<List<Integer>> heldEqual) {
    double scarcer = Math.min(place.lows()[driver], place.middles()[driver]);
    return scarcer >= ROWS_PER_COVARIATE * covariatesCount(place, driver, columns, heldEqual);
  }

  /** The month, the finest segments beyond the first, what was known before, and the ratings. */
  private static int covariatesCount(
      DriverBasis.Segment place, int driver, DriverColumns columns, List<List<Integer>> heldEqual) {
    return place.finest().size() + columns.controls().length + 2 * heldEqual.get(driver).size();
  }

  /** The observations as rows of {@link DriverColumns}, with the places they belong to. */
  private static Dataset<Row> held(
      Dataset<Row> linked,
      DriverRows observations,
      List<DriverBasis.Segment> places,
      List<String> finest) {
    Map<String, Integer> flags = new HashMap<>();
    finest.forEach(name -> flags.put(name, flags.size()));
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
                        flags.getOrDefault(observations.finest(row), -1),
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
                  sums[fit][fold].add(one.withOutcomes(fit), 0, one.weight());
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
    LeastSquares[][][] fits = new LeastSquares[others.length][CrossFit.FOLDS][];
    for (int fit = 0; fit < fits.length; fit++) {
      int[] predictors = IntStream.range(0, cases.covariatesCount(fit)).toArray();
      for (int fold = 0; fold < CrossFit.FOLDS && others[fit][fold] != null; fold++) {
        var products = others[fit][fold].centred();
        fits[fit][fold] =
            IntStream.range(0, Cases.OUTCOMES)
                .mapToObj(outcome -> LeastSquares.of(products, cases.widest + outcome, predictors))
                .toArray(LeastSquares[]::new);
      }
    }
    return fits;
  }

  /** The cells of each fit that has an effect, as [capped or not][bucket][cell]. */
  private static Map<Integer, double[][][]> cells(
      Dataset<Row> held, Cases cases, double[][][] coefficients, LeastSquares[][][] untreated) {
    double[][][][] predictions = new double[untreated.length][CrossFit.FOLDS][][];
    for (int fit = 0; fit < untreated.length; fit++) {
      for (int fold = 0; fold < CrossFit.FOLDS; fold++) {
        if (untreated[fit][fold] != null) {
          int covariates = cases.covariatesCount(fit);
          predictions[fit][fold] =
              Arrays.stream(untreated[fit][fold])
                  .map(model -> model.asLine(covariates))
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
    return cells;
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
          double[] covariates = one.covariates(fit);
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
    private final ArrayList<ArrayList<Integer>> finest = new ArrayList<>();

    /** The most covariates of any fit: where one has fewer, zeros stand before its outcomes. */
    private final int widest;

    Cases(DriverColumns columns, List<List<Integer>> heldEqual, List<DriverBasis.Segment> places) {
      this.columns = columns;
      places.forEach(place -> finest.add(new ArrayList<>(new TreeSet<>(place.finest()))));
      this.picked =
          heldEqual.stream()
              .map(
                  others ->
                      IntStream.concat(
                              IntStream.of(columns.controls()),
                              others.stream()
                                  .flatMapToInt(
                                      other ->
                                          IntStream.of(
                                              columns.rating(other), columns.missing(other))))
                          .toArray())
              .toArray(int[][]::new);
      this.widest =
          IntStream.range(0, places.size() * picked.length)
              .map(this::covariatesCount)
              .max()
              .orElse(0);
    }

    int drivers() {
      return picked.length;
    }

    /** The trend, a flag per finest segment of the place but the last, and the driver's own. */
    int covariatesCount(int fit) {
      return finest.get(fit / drivers()).size() + picked[fit % drivers()].length;
    }

    List<String> names() {
      return IntStream.range(0, widest + OUTCOMES).mapToObj(column -> "column " + column).toList();
    }

    Held observation(Row row) {
      return new Held(
          row.<Integer>getList(0).stream().mapToInt(Integer::intValue).toArray(),
          row.getInt(1),
          row.getInt(2),
          row.getInt(3),
          row.getDouble(4),
          Doubles.unpack(row.<byte[]>getAs(5)),
          this);
    }

    @Override
    public void read(Row row, SharedFits.Sink sink) {
      var one = observation(row);
      for (int driver = 0; driver < drivers(); driver++) {
        var arm = one.arm(driver);
        if (arm != CrossFit.Arm.OTHER) {
          for (int place : one.places()) {
            int fit = place * drivers() + driver;
            sink.add(
                fit,
                one.bucket() % CrossFit.FOLDS,
                one.covariates(fit),
                arm == CrossFit.Arm.TREATED,
                one.weight());
          }
        }
      }
    }
  }

  /** One observation. */
  private record Held(
      int[] places,
      int bucket,
      int monthsAgo,
      int finest,
      double weight,
      double[] values,
      Cases cases)
      implements Serializable {

    CrossFit.Arm arm(int driver) {
      DriverColumns columns = cases.columns;
      if (values[columns.missing(driver)] == 1 || values[columns.high(driver)] == 1) {
        return CrossFit.Arm.OTHER;
      }
      return values[columns.low(driver)] == 1 ? CrossFit.Arm.TREATED : CrossFit.Arm.UNTREATED;
    }

    double[] covariates(int fit) {
      return filled(new double[cases.covariatesCount(fit)], fit);
    }

    double[] withOutcomes(int fit) {
      int covariates = cases.widest;
      double[] row = filled(new double[covariates + Cases.OUTCOMES], fit);
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

    private double[] filled(double[] row, int fit) {
      int[] picked = cases.picked[fit % cases.drivers()];
      row[0] = monthsAgo / MONTHS_PER_YEAR;
      for (int i = 0; i < picked.length; i++) {
        row[1 + i] = values[picked[i]];
      }
      List<Integer> segments = cases.finest.get(fit / cases.drivers());
      int own = segments.indexOf(finest);
      // Of the last one the constant speaks.
      if (own < segments.size() - 1) {
        row[1 + picked.length + own] = 1;
      }
      return row;
    }
  }
}
