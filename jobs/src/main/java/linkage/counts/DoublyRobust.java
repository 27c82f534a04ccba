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
import java.util.stream.IntStream;
import linkage.calibration.SharedFits;
import linkage.config.Settings;
import linkage.sql.Doubles;
import linkage.sql.PartialSums;
import linkage.stats.drivers.CrossFit;
import linkage.stats.drivers.DriverColumns;
import linkage.stats.drivers.LowRatings;
import linkage.stats.drivers.LowRatings.Observation;
import linkage.stats.drivers.Moments;
import org.apache.spark.api.java.function.FlatMapFunction;
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
 * <p>What is compared is told by {@link LowRatings}: of each driver once in retention and revenue,
 * and where margins are known once more in contribution margin. The models are those of {@link
 * CrossFit}; a pass adds up the sums of all of them at once.
 *
 * <p><b>Nulls and edges:</b> only for everyone and for the segments of the first set, at most
 * {@value #MOST_SEGMENTS} of them, the largest first, and where each arm has {@value
 * #ROWS_PER_COVARIATE} effective observations (Kish) per covariate: there is no effect of all else.
 * None in margin where too few are known ({@link DriverBasis#readsMargin}).
 *
 * <p><b>Cost:</b> one scan of {@code linked}, whose rows are held, and 6 to 9 passes over those;
 * the driver program collects sums of 5 folds for the fits, and 28 numbers per bucket for the
 * effects. Where margins are known that is twice the arithmetic, in the same passes.
 */
public final class DoublyRobust {
  private static final int SETS = 2;
  private static final int EVERYONE = 0;
  private static final int MOST_SEGMENTS = 64;
  private static final int BUCKETS = 64;
  private static final int ROWS_PER_COVARIATE = 10;

  private static final StructType HELD =
      new StructType()
          .add("places", DataTypes.createArrayType(DataTypes.IntegerType, false), false)
          .add("bucket", DataTypes.IntegerType, false)
          .add("months_ago", DataTypes.IntegerType, false)
          .add("finest", DataTypes.IntegerType, false)
          .add("weight", DataTypes.DoubleType, false)
          .add("has_margin", DataTypes.BooleanType, false)
          .add("cells", DataTypes.BinaryType, false);

  private DoublyRobust() {}

  /**
   * One driver in one segment.
   *
   * @param place where
   * @param driver index of the driver
   * @param columnsCount the covariates of the effect on revenue
   * @param revenue cells of {@link LowRatings#REVENUE}, as [bucket][cell]; null if there is no
   *     effect
   * @param margin cells of {@link LowRatings#MARGIN}; null likewise
   */
  public record Effect(
      DriverBasis.Segment place,
      int driver,
      int columnsCount,
      double[][] revenue,
      double[][] margin) {}

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
    return of(linked, basis, settings, heldEqual, asOf, MOST_SEGMENTS);
  }

  static List<Effect> of(
      Dataset<Row> linked,
      DriverBasis basis,
      Settings settings,
      List<List<Integer>> heldEqual,
      LocalDate asOf,
      int mostSegments) {
    Dataset<Row> read = DriverRows.of(linked, settings);
    var observations = new DriverRows(read.schema(), settings, basis.caps(), asOf);
    var columns = observations.columns();
    Map<DriverBasis.Place, List<Fit>> fits = new HashMap<>();
    for (var segment : basis.segments()) {
      fits.put(segment.place(), fits(segment, basis, columns, heldEqual));
    }
    List<DriverBasis.Place> places = places(basis.segments(), fits, mostSegments);
    var cases = new Cases(places.stream().map(fits::get).toList());
    Map<Case, double[][]> cells =
        cases.size() == 0
            ? Map.of()
            : estimated(held(read, observations, places, basis.finest()), cases);
    List<Effect> effects = new ArrayList<>();
    for (var segment : basis.segments()) {
      for (int driver = 0; driver < heldEqual.size(); driver++) {
        effects.add(
            new Effect(
                segment,
                driver,
                ofRevenue(segment, driver, columns, heldEqual).covariatesCount(),
                cells.get(new Case(segment.place(), driver, false)),
                cells.get(new Case(segment.place(), driver, true))));
      }
    }
    return effects;
  }

  /** The cells of each case, as [bucket][cell]. */
  private static Map<Case, double[][]> estimated(Dataset<Row> compared, Cases cases) {
    Dataset<Row> held = compared.persist(StorageLevel.MEMORY_AND_DISK());
    try {
      List<SharedFits.Fitted> propensities =
          SharedFits.of(held, cases.covariatesCounts(), CrossFit.FOLDS, cases);
      Moments[][] untreated = untreated(held, cases);
      CrossFit[] models = new CrossFit[propensities.size()];
      for (int fit = 0; fit < models.length; fit++) {
        var fitted = propensities.get(fit);
        var ratings = cases.ratings(fit);
        models[fit] =
            CrossFit.of(
                fitted.fit(),
                fitted.buckets(),
                List.of(untreated[fit]),
                ratings.covariatesCount(),
                ratings.aipw().outcomes());
      }
      return cells(held, cases, models);
    } finally {
      held.unpersist();
    }
  }

  /** What is estimated. */
  private record Case(DriverBasis.Place place, int driver, boolean isOfMargin)
      implements Serializable {}

  private record Fit(Case of, LowRatings ratings) implements Serializable {}

  private static LowRatings ofRevenue(
      DriverBasis.Segment segment,
      int driver,
      DriverColumns columns,
      List<List<Integer>> heldEqual) {
    return LowRatings.ofRevenue(columns, driver, heldEqual.get(driver), segment.finest());
  }

  /** What can be told of a segment. */
  private static List<Fit> fits(
      DriverBasis.Segment segment,
      DriverBasis basis,
      DriverColumns columns,
      List<List<Integer>> heldEqual) {
    boolean readsMargin =
        basis.readsMargin(segment.horizon(), segment.segmentSet(), segment.name());
    List<Fit> fits = new ArrayList<>();
    for (int driver = 0; driver < heldEqual.size() && segment.segmentSet() < SETS; driver++) {
      var revenue = ofRevenue(segment, driver, columns, heldEqual);
      if (isEnough(segment.arms(), driver, revenue)) {
        fits.add(new Fit(new Case(segment.place(), driver, false), revenue));
      }
      if (readsMargin) {
        var margin = LowRatings.ofMargin(columns, driver, heldEqual.get(driver), segment.finest());
        if (isEnough(segment.armsWithMargin(), driver, margin)) {
          fits.add(new Fit(new Case(segment.place(), driver, true), margin));
        }
      }
    }
    return fits;
  }

  /** Whether both arms of a driver hold enough for its covariates. */
  private static boolean isEnough(DriverBasis.Arms arms, int driver, LowRatings ratings) {
    return arms.scarcer(driver) >= ROWS_PER_COVARIATE * ratings.covariatesCount();
  }

  /** Where anything can be told: of everyone, and in the largest segments in every horizon. */
  private static List<DriverBasis.Place> places(
      List<DriverBasis.Segment> segments,
      Map<DriverBasis.Place, List<Fit>> fits,
      int mostSegments) {
    Set<String> largest = new HashSet<>();
    List<DriverBasis.Place> places = new ArrayList<>();
    segments.stream()
        .filter(segment -> !fits.get(segment.place()).isEmpty())
        .sorted(
            Comparator.comparingInt(DriverBasis.Segment::segmentSet)
                .thenComparing(Comparator.comparingLong(DriverBasis.Segment::ratings).reversed())
                .thenComparing(DriverBasis.Segment::name)
                .thenComparingInt(DriverBasis.Segment::horizon))
        .forEach(
            segment -> {
              boolean isEveryone = segment.segmentSet() == EVERYONE;
              if (!isEveryone && largest.size() < mostSegments) {
                largest.add(segment.name());
              }
              if (isEveryone || largest.contains(segment.name())) {
                places.add(segment.place());
              }
            });
    return places;
  }

  /** The observations as rows of {@link DriverColumns}, with the places they belong to. */
  private static Dataset<Row> held(
      Dataset<Row> observed,
      DriverRows observations,
      List<DriverBasis.Place> places,
      List<String> finest) {
    Map<String, Integer> flags = new HashMap<>();
    finest.forEach(name -> flags.put(name, flags.size()));
    Map<DriverBasis.Place, Integer> indexes = new HashMap<>();
    places.forEach(place -> indexes.put(place, indexes.size()));
    FlatMapFunction<Row, Row> read =
        row -> {
          List<Row> kept = new ArrayList<>();
          for (int horizon = 0;
              horizon < observations.horizonsCount() && observations.isRead(row);
              horizon++) {
            Integer[] own = places(row, horizon, observations, indexes);
            if (own.length > 0 && observations.isMature(row, horizon)) {
              double[] values = new double[observations.columns().size()];
              observations.read(row, horizon, values);
              kept.add(
                  RowFactory.create(
                      own,
                      observations.bucket(row),
                      observations.monthsAgo(row),
                      flags.getOrDefault(observations.finest(row), -1),
                      observations.weight(row),
                      observations.hasMargin(row, horizon),
                      Doubles.pack(values)));
            }
          }
          return kept.iterator();
        };
    return observed.flatMap(read, Encoders.row(HELD));
  }

  /** The numbers of the places that an observation belongs to, of those where anything is told. */
  private static Integer[] places(
      Row row, int horizon, DriverRows observations, Map<DriverBasis.Place, Integer> indexes) {
    List<Integer> own = new ArrayList<>();
    for (int set = 0; set < Math.min(SETS, observations.segmentSetsCount()); set++) {
      var place = new DriverBasis.Place(horizon, set, observations.segment(row, set));
      if (indexes.containsKey(place)) {
        own.add(indexes.get(place));
      }
    }
    return own.toArray(Integer[]::new);
  }

  /** The moments of untreated rows, as [fit][fold]. */
  private static Moments[][] untreated(Dataset<Row> held, Cases cases) {
    List<String> names = cases.names();
    PartialSums.Pass add =
        rows -> {
          Moments[][] sums = new Moments[cases.size()][CrossFit.FOLDS];
          cases.forEach(
              rows,
              (fit, one) -> {
                if (cases.ratings(fit).arm(one) == CrossFit.Arm.UNTREATED) {
                  int fold = CrossFit.fold(one.bucket());
                  if (sums[fit][fold] == null) {
                    sums[fit][fold] = new Moments(names);
                  }
                  double[] values = cases.ratings(fit).row(one, names.size());
                  sums[fit][fold].add(values, 0, one.weight());
                }
              });
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
    PartialSums.Merge merge =
        (one, other) -> {
          var both = Moments.fromArray(names, one);
          both.merge(Moments.fromArray(names, other));
          return both.toArray();
        };
    Moments[][] sums = new Moments[cases.size()][CrossFit.FOLDS];
    for (Moments[] folds : sums) {
      Arrays.setAll(folds, fold -> new Moments(names));
    }
    long perPartition = (long) cases.size() * CrossFit.FOLDS;
    for (PartialSums.Sum part :
        PartialSums.of(held, add, merge, perPartition, PartialSums.MOST_BROUGHT_BACK)) {
      sums[part.fit()][part.part()] = Moments.fromArray(names, part.cells());
    }
    return sums;
  }

  /** The cells of each case, as [bucket][cell]. */
  private static Map<Case, double[][]> cells(Dataset<Row> held, Cases cases, CrossFit[] models) {
    PartialSums.Pass add =
        rows -> {
          double[][][] cells = new double[models.length][BUCKETS][];
          cases.forEach(
              rows,
              (fit, one) -> {
                var ratings = cases.ratings(fit);
                if (cells[fit][one.bucket()] == null) {
                  cells[fit][one.bucket()] = new double[ratings.aipw().cells()];
                }
                ratings.add(cells[fit][one.bucket()], one, models[fit]);
              });
          List<PartialSums.Sum> parts = new ArrayList<>();
          for (int fit = 0; fit < cells.length; fit++) {
            for (int bucket = 0; bucket < BUCKETS; bucket++) {
              if (cells[fit][bucket] != null) {
                parts.add(new PartialSums.Sum(fit, bucket, cells[fit][bucket]));
              }
            }
          }
          return parts;
        };
    long perPartition = (long) models.length * BUCKETS;
    Map<Case, double[][]> cells = new HashMap<>();
    for (PartialSums.Sum part :
        PartialSums.of(held, add, PartialSums.ADD, perPartition, PartialSums.MOST_BROUGHT_BACK)) {
      int size = cases.ratings(part.fit()).aipw().cells();
      cells
              .computeIfAbsent(cases.of(part.fit()), absent -> new double[BUCKETS][size])[
              part.part()] =
          part.cells();
    }
    return cells;
  }

  /** Reads held rows as cases of every fit. */
  private static final class Cases implements SharedFits.Cases {
    private static final long serialVersionUID = 1L;

    private final ArrayList<Fit> fits = new ArrayList<>();

    /** By place, the numbers of its fits. */
    private final int[][] own;

    Cases(List<List<Fit>> byPlace) {
      this.own = new int[byPlace.size()][];
      for (int place = 0; place < own.length; place++) {
        int before = fits.size();
        fits.addAll(byPlace.get(place));
        own[place] = IntStream.range(before, fits.size()).toArray();
      }
    }

    int size() {
      return fits.size();
    }

    Case of(int fit) {
      return fits.get(fit).of();
    }

    LowRatings ratings(int fit) {
      return fits.get(fit).ratings();
    }

    int[] covariatesCounts() {
      return fits.stream().mapToInt(fit -> fit.ratings().covariatesCount()).toArray();
    }

    /** As many as the widest fit has covariates and outcomes. */
    List<String> names() {
      int widest =
          fits.stream()
              .map(Fit::ratings)
              .mapToInt(ratings -> ratings.covariatesCount() + ratings.aipw().outcomes())
              .max()
              .orElse(0);
      return IntStream.range(0, widest).mapToObj(column -> "column " + column).toList();
    }

    void forEach(Iterator<Row> rows, CaseReader reader) {
      rows.forEachRemaining(row -> forEach(row, reader));
    }

    private void forEach(Row row, CaseReader reader) {
      var one =
          new Observation(
              row.getInt(1),
              row.getInt(2),
              row.getInt(3),
              row.getDouble(4),
              row.getBoolean(5),
              Doubles.unpack(row.<byte[]>getAs(6)));
      for (int place : row.<Integer>getList(0)) {
        for (int fit : own[place]) {
          if (ratings(fit).isRead(one)) {
            reader.read(fit, one);
          }
        }
      }
    }

    @Override
    public void read(Row row, SharedFits.Sink sink) {
      forEach(
          row,
          (fit, one) -> {
            var arm = ratings(fit).arm(one);
            if (arm != CrossFit.Arm.OTHER) {
              sink.add(
                  fit,
                  CrossFit.fold(one.bucket()),
                  ratings(fit).covariates(one),
                  arm == CrossFit.Arm.TREATED,
                  one.weight());
            }
          });
    }
  }

  /** Reads an observation as a case of a fit. */
  @FunctionalInterface
  private interface CaseReader {
    void read(int fit, Observation one);
  }
}
