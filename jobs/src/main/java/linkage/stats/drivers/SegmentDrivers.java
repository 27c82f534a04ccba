package linkage.stats.drivers;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import linkage.stats.Estimate;
import linkage.stats.Interval;
import linkage.stats.Jackknife;
import linkage.stats.Support;

/**
 * One segment's observations of one horizon, as far as statistics of drivers read them: sums by
 * bucket, apart for each pattern of what was answered.
 *
 * <p><b>Cost:</b> of a sample, one merge per cell and the replicates over buckets, O(buckets ·
 * groups · columns²). Not thread-safe.
 */
public final class SegmentDrivers {

  private final DriverColumns columns;
  private final int[] levels;
  private final int buckets;
  private final Map<Long, List<List<DriverSums>>> patterns = new HashMap<>();
  private final Map<List<Long>, Sample> samples = new HashMap<>();

  /**
   * Nothing yet.
   *
   * @param columns of each row
   * @param levels how many levels each driver's scale has
   * @param buckets how many buckets there are, with rows or without
   */
  public SegmentDrivers(DriverColumns columns, int[] levels, int buckets) {
    this.columns = columns;
    this.levels = levels;
    this.buckets = buckets;
  }

  /**
   * Adds a part of a bucket.
   *
   * @param pattern the metrics that were answered, as bits, and {@link DriverColumns#COMPLETE}
   * @param state as {@link DriverSums#toArray} wrote it
   */
  public void add(long pattern, int bucket, double[] state) {
    patterns
        .computeIfAbsent(
            pattern,
            absent ->
                IntStream.range(0, buckets)
                    .<List<DriverSums>>mapToObj(own -> new ArrayList<>())
                    .toList())
        .get(bucket)
        .add(DriverSums.fromArray(columns, levels, state));
  }

  /** All observations. */
  public Sample everyone() {
    return sample(pattern -> true);
  }

  /** The observations whose margin is known, before and after. */
  public Sample withMargin() {
    return sample(SegmentDrivers::hasMargin);
  }

  private static boolean hasMargin(long pattern) {
    return (pattern >> DriverColumns.WITH_MARGIN & 1) == 1;
  }

  /** The observations that answered a metric. */
  public Sample answering(int metric) {
    return sample(pattern -> (pattern >> metric & 1) == 1);
  }

  /** All observations that rated every driver, merged. */
  public Moments complete() {
    return total(pattern -> (pattern >> DriverColumns.COMPLETE & 1) == 1);
  }

  /** The observations that answered a metric and rated every driver, merged. */
  public Moments completeAnswering(int metric) {
    return total(
        pattern -> (pattern >> DriverColumns.COMPLETE & 1) == 1 && (pattern >> metric & 1) == 1);
  }

  private Moments total(LongPredicate wanted) {
    var sum = new Moments(columns.names());
    double[] ratings = new double[DriverSums.ratings(levels)];
    patterns.forEach(
        (pattern, cells) -> {
          if (wanted.test(pattern)) {
            cells.forEach(parts -> parts.forEach(part -> part.addTo(sum, ratings)));
          }
        });
    return sum;
  }

  /** The same sample is made once, whoever asks for it. */
  private Sample sample(LongPredicate wanted) {
    List<Long> own = patterns.keySet().stream().filter(wanted::test).sorted().toList();
    return samples.computeIfAbsent(own, this::sampleOf);
  }

  private Sample sampleOf(List<Long> own) {
    List<Moments> moments = new ArrayList<>();
    double[][] ratings = new double[buckets][DriverSums.ratings(levels)];
    for (int bucket = 0; bucket < buckets; bucket++) {
      var sum = new Moments(columns.names());
      for (long pattern : own) {
        for (DriverSums part : patterns.get(pattern).get(bucket)) {
          part.addTo(sum, ratings[bucket]);
        }
      }
      moments.add(sum);
    }
    boolean holdsEveryone = own.size() == patterns.size();
    boolean holdsMargins =
        own.stream().allMatch(SegmentDrivers::hasMargin)
            && own.size() == patterns.keySet().stream().filter(SegmentDrivers::hasMargin).count();
    return new Sample(
        columns, levels, new BucketedMoments(moments), ratings, holdsEveryone || holdsMargins);
  }

  /** Some of a segment's observations. */
  public static final class Sample {
    private static final int FIGURES = 4;

    /** What sums of weights may leave of a share of 0, or of 1. */
    private static final double ROUNDING = 1e-12;

    private final DriverColumns columns;
    private final int[] levels;
    private final BucketedMoments moments;
    private final double[][] ratings;
    private final boolean isOfMoney;
    private final CrossProducts total;
    private Replicates<Products> products;

    private Sample(
        DriverColumns columns,
        int[] levels,
        BucketedMoments moments,
        double[][] ratings,
        boolean isOfMoney) {
      this.columns = columns;
      this.levels = levels;
      this.moments = moments;
      this.ratings = ratings;
      this.isOfMoney = isOfMoney;
      this.total = moments.total().absorbed().imputed(columns.allDrivers());
    }

    /** How all columns vary together within groups; missing ratings stand at the mean. */
    public CrossProducts total() {
      return total;
    }

    /** The same, and what else is replicated. */
    public Replicates<Products> products() {
      if (products == null) {
        var drivers = columns.allDrivers();
        var made =
            moments.replicates(
                part ->
                    new Products(
                        part.absorbed().imputed(drivers),
                        isOfMoney ? part.centred().imputed(drivers) : null,
                        null));
        List<Products> others = new ArrayList<>();
        for (int bucket = 0; bucket < ratings.length; bucket++) {
          others.add(made.without().get(bucket).with(ratingsWithout(bucket)));
        }
        products = new Replicates<>(made.total().with(ratingsWithout(-1)), others);
      }
      return products;
    }

    private double[] ratingsWithout(int left) {
      double[] sum = new double[ratings[0].length];
      for (int bucket = 0; bucket < ratings.length; bucket++) {
        for (int i = 0; i < sum.length && bucket != left; i++) {
          sum[i] += ratings[bucket][i];
        }
      }
      return sum;
    }

    /**
     * How many effective rows a model needs ({@link DriverImportance#needed}).
     *
     * @param model its columns
     * @param isWithinGroups whether each group's mean is taken out, or the common one alone
     */
    public long needed(int[] model, boolean isWithinGroups) {
      return DriverImportance.needed(model.length, isWithinGroups ? total.absorbed() : 1);
    }

    /** Whether there are so many. */
    public boolean isEnough(int[] model, boolean isWithinGroups) {
      return total.effectiveRows() >= needed(model, isWithinGroups);
    }

    /** How many buckets hold each class of an outcome of 0 and 1. */
    public Support support(int outcome) {
      int with = 0;
      int without = 0;
      for (var bucket : moments.buckets()) {
        double mean = bucket.mean(outcome);
        with += mean > ROUNDING ? 1 : 0;
        without += mean < 1 - ROUNDING ? 1 : 0;
      }
      return new Support(without, with);
    }

    /** How many buckets hold an observation. */
    public int occupied() {
      return moments.degreesOfFreedom() + 1;
    }

    /** How many observations rated a driver at each level, whatever they weigh. */
    public long[] raters(int driver) {
      int first = ratings[0].length / 3 + DriverSums.firstLevels(levels)[driver];
      long[] raters = new long[levels[driver]];
      for (double[] bucket : ratings) {
        for (int level = 0; level < raters.length; level++) {
          raters[level] += Math.round(bucket[first + level]);
        }
      }
      return raters;
    }

    /** How each driver was rated. */
    public List<Performance> performances() {
      int[] first = DriverSums.firstLevels(levels);
      int drivers = levels.length;
      var jackknife =
          Jackknife.of(
              ratings,
              cells -> {
                double[] figures = new double[FIGURES * drivers];
                double average = 0;
                int rated = 0;
                for (int driver = 0; driver < drivers; driver++) {
                  int best = first[driver] + levels[driver] - 1;
                  double weight = 0;
                  double sum = 0;
                  for (int cell = first[driver]; cell <= best; cell++) {
                    weight += cells[cell];
                    sum += cells[cell] * (cell - first[driver]);
                  }
                  int at = FIGURES * driver;
                  figures[at] = sum / weight;
                  figures[at + 1] = cells[best] / weight;
                  figures[at + 2] = cells[first[driver]] / weight;
                  figures[at + 3] = figures[at] / (levels[driver] - 1);
                  average += weight > 0 ? figures[at + 3] : 0;
                  rated += weight > 0 ? 1 : 0;
                }
                for (int driver = 0; driver < drivers; driver++) {
                  figures[FIGURES * driver + 3] -= average / rated;
                }
                return figures;
              });
      int degreesOfFreedom = moments.degreesOfFreedom();
      return IntStream.range(0, drivers)
          .mapToObj(driver -> performance(jackknife, FIGURES * driver, degreesOfFreedom))
          .toList();
    }

    private static Performance performance(Jackknife jackknife, int at, int degreesOfFreedom) {
      return new Performance(
          jackknife.component(at, degreesOfFreedom),
          clipped(jackknife.component(at + 1, degreesOfFreedom)),
          clipped(jackknife.component(at + 2, degreesOfFreedom)),
          jackknife.component(at + 3, degreesOfFreedom).interval());
    }

    private static Estimate clipped(Estimate share) {
      return new Estimate(
          share.value(), share.variance(), share.degreesOfFreedom(), share.interval().clip(0, 1));
    }
  }

  /**
   * What is replicated over buckets.
   *
   * @param absorbed cross products within groups
   * @param centred cross products around the common means; only where money is read of the sample
   * @param ratings the weight at each level of each driver, one driver after another, then the
   *     observations there, and then what they spent before, by weight
   */
  public record Products(CrossProducts absorbed, CrossProducts centred, double[] ratings) {

    /** The weight at one of all drivers' levels. */
    public double weightAt(int level) {
      return ratings[level];
    }

    /** What those at one of all drivers' levels spent before, by weight. */
    public double spentAt(int level) {
      return ratings[2 * ratings.length / 3 + level];
    }

    private Products with(double[] others) {
      return new Products(absorbed, centred, others);
    }
  }

  /**
   * How a driver is rated by those who rated it.
   *
   * @param mean level
   * @param topBox the share of the best level
   * @param bottomBox the share of the worst
   * @param aboveAverage interval of its mean as a share of its scale, minus the average driver's
   */
  public record Performance(
      Estimate mean, Estimate topBox, Estimate bottomBox, Interval aboveAverage) {}
}
