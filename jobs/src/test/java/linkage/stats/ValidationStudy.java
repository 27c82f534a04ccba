package linkage.stats;

import static linkage.stats.SurveyedCustomers.Loss.OF_THE_CUSTOMER;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import linkage.stats.SurveyedCustomers.Question;

/**
 * How the verdicts and their intervals do where the truth is known by construction; run by hand for
 * the tables of {@code docs/validation.md}, which says how.
 *
 * <p>Every replicate has a seed of its own, so the tables don't depend on the number of threads.
 * Behind each share stands its Monte-Carlo standard error; behind a share of 0 or 100 %, which has
 * none, the exact limit of Clopper and Pearson's 95 % interval.
 */
final class ValidationStudy {

  private static final int DRAWS = 2000;

  /** Of companies of 200 segments, each of which is as dear as 200 others. */
  private static final int LARGE_COMPANIES = 200;

  /** The default: of 24 months of answers, 18 have windows of 180 days behind them. */
  private static final Looks LOOKS = Looks.of(24, 180);

  private static final int CUSTOMERS_PER_LOSS = 6;
  private static final double GOOD = 0.70;

  /** Shares of the answers by lost customers: eleven levels, with about 10 % ties. */
  private static final double[] FINE = {
    0.06, 0.05, 0.06, 0.07, 0.09, 0.11, 0.11, 0.13, 0.13, 0.10, 0.09
  };

  /** Five levels, of which the best is the usual answer, with about 40 % ties. */
  private static final double[] COARSE = {0.10, 0.10, 0.15, 0.20, 0.45};

  private ValidationStudy() {}

  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT);
    long started = System.nanoTime();
    Map<String, Runnable> tables = new LinkedHashMap<>();
    tables.put("coverage", ValidationStudy::coverage);
    tables.put("false", ValidationStudy::falseVerdicts);
    tables.put("looks", ValidationStudy::monthlyLooks);
    tables.put("weights", ValidationStudy::weights);
    tables.put("power", ValidationStudy::power);
    tables.put("few", ValidationStudy::fewLosses);
    tables.put("segments", ValidationStudy::segments);
    tables.put("shrunk", ValidationStudy::shrinkage);
    tables.put("open", ValidationStudy::openWindows);
    var wanted = args.length == 0 ? tables.keySet() : Set.of(args);
    tables.forEach(
        (name, table) -> {
          if (wanted.contains(name)) {
            table.run();
          }
        });
    System.err.printf(
        "%.0f s on %d processors%n",
        (System.nanoTime() - started) / 1e9, Runtime.getRuntime().availableProcessors());
  }

  private static void coverage() {
    header(
        "Coverage", "answers each", "losses", "ties", "judged", "AUC", "AUC of second", "margin");
    for (int answers : new int[] {1, 5}) {
      for (int losses : new int[] {10, 30, 100, 300}) {
        for (double[] scale : List.of(FINE, COARSE)) {
          var questions = List.of(Question.of(scale, GOOD), Question.of(scale, 0.65));
          var judged = judged(comparisons(questions, losses, answers, DRAWS));
          row(
              answers,
              losses,
              percent(questions.get(0).ties()),
              percent(judged.size() / (double) DRAWS),
              share(judged, each -> each.aucs().get(0).interval().contains(GOOD)),
              share(judged, each -> each.aucs().get(1).interval().contains(0.65)),
              share(
                  judged,
                  each ->
                      each.withBest().margin().contains((GOOD - 0.65) * (1 - 2 * each.leader()))));
        }
      }
    }
  }

  private static void falseVerdicts() {
    header(
        "False verdicts",
        "metrics",
        "ties",
        "answers each",
        "losses",
        "clear, all equal at AUC 0.70",
        "p ≤ 0.05 at one look",
        "the best left out of the best set",
        "any verdict but no signal, all at 0.50");
    falseVerdicts(2, FINE);
    falseVerdicts(2, COARSE);
    falseVerdicts(2, FINE, COARSE);
    falseVerdicts(3, FINE, COARSE);
  }

  private static void falseVerdicts(int metrics, double[]... scales) {
    for (int answers : new int[] {1, 5}) {
      for (int losses : new int[] {30, 100, 300}) {
        var questions = equal(metrics, GOOD, scales);
        var equal = judged(comparisons(questions, losses, answers, DRAWS));
        var silent = judged(comparisons(equal(metrics, 0.5, scales), losses, answers, DRAWS));
        row(
            metrics,
            ties(questions),
            answers,
            losses,
            share(equal, each -> verdict(each) == Verdict.CLEAR),
            share(equal, each -> verdictOfOneLook(each) == Verdict.CLEAR),
            // All are best, so that it holds for the first is what is promised.
            share(equal, each -> !each.withBest().bestSet().get(0)),
            share(silent, each -> verdict(each) != Verdict.NO_SIGNAL));
      }
    }
  }

  /** Of the scales that the questions are asked on. */
  private static String ties(List<Question> questions) {
    return questions.stream()
        .map(question -> percent(question.ties()))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  /** A company whose verdicts are looked at twelve times. */
  private record Looked(int clear, int clearAtOneLook) {}

  /** A verdict each month on the answers of so many, all but one of which were there before. */
  private static void monthlyLooks() {
    header(
        "Monthly looks",
        "metrics",
        "ties",
        "answers each",
        "months in the window",
        "months of data at the first look",
        "clear in a month",
        "clear in any of 12 months",
        "p ≤ 0.05 in any of 12 months");
    monthlyLooks(2, 1, 18, 18, FINE, COARSE);
    monthlyLooks(2, 1, 18, 18, FINE);
    monthlyLooks(2, 1, 18, 18, COARSE);
    monthlyLooks(2, 5, 18, 18, FINE, COARSE);
    monthlyLooks(2, 1, 18, 1, FINE, COARSE);
    monthlyLooks(2, 1, 18, 6, FINE, COARSE);
    monthlyLooks(2, 1, 12, 12, FINE, COARSE);
    monthlyLooks(2, 1, 6, 6, FINE, COARSE);
    monthlyLooks(2, 1, 1, 1, FINE, COARSE);
    monthlyLooks(3, 1, 18, 18, FINE, COARSE);
  }

  private static void monthlyLooks(
      int metrics, int answers, int window, int first, double[]... scales) {
    int losses = 20;
    var questions = equal(metrics, GOOD, scales);
    List<Looked> looked =
        parallel(
            DRAWS,
            company -> {
              var customers =
                  new SurveyedCustomers(7_000_000L + company, questions, OF_THE_CUSTOMER);
              List<MetricCounts[]> months = new ArrayList<>();
              int clear = 0;
              int clearAtOneLook = 0;
              for (int month = 1; month < first + Looks.A_YEAR; month++) {
                months.add(customers.draw(CUSTOMERS_PER_LOSS * losses, losses, answers));
                if (month >= first) {
                  int begin = Math.max(0, month - window);
                  var comparison = Comparison.of(sum(months.subList(begin, month)));
                  clear += verdict(comparison, Looks.ofMonths(window)) == Verdict.CLEAR ? 1 : 0;
                  clearAtOneLook += verdictOfOneLook(comparison) == Verdict.CLEAR ? 1 : 0;
                }
              }
              return new Looked(clear, clearAtOneLook);
            });
    row(
        metrics,
        ties(questions),
        answers,
        window,
        first,
        mean(looked, each -> each.clear / (double) Looks.A_YEAR),
        share(looked, each -> each.clear > 0),
        share(looked, each -> each.clearAtOneLook > 0));
  }

  /**
   * A quarter of all customers each: what the first metric's AUC is among them, and how many of 24
   * respondents they are. Whom the metric tells apart well, answers often.
   */
  private static final double[] AUC_OF_QUARTER = {0.60, 0.65, 0.75, 0.80};

  private static final int[] RESPONDENTS_OF_24 = {2, 4, 6, 12};

  /** How far the second metric is behind the first, in any quarter. */
  private static final double BEHIND = 0.05;

  private static void weights() {
    header(
        "Weights",
        "answers each",
        "losses",
        "AUC",
        "AUC without weights",
        "margin",
        "truth of the AUC held without weights",
        "clear, both equal",
        "p ≤ 0.05 at one look, both equal");
    double ofAll = Arrays.stream(AUC_OF_QUARTER).average().orElseThrow();
    for (int answers : new int[] {1, 5}) {
      for (int losses : new int[] {48, 96, 288}) {
        List<Comparison[]> drawn =
            parallel(
                DRAWS, draw -> respondents(COARSE, BEHIND, losses, answers, 13_000_000L + draw));
        List<Comparison> equal =
            parallel(DRAWS, draw -> respondents(FINE, 0, losses, answers, 13_000_000L + draw)[0]);
        double ofRespondents = 0;
        for (int quarter = 0; quarter < 4; quarter++) {
          ofRespondents += AUC_OF_QUARTER[quarter] * RESPONDENTS_OF_24[quarter] / 24;
        }
        double truth = ofRespondents;
        row(
            answers,
            losses,
            share(drawn, each -> each[0].aucs().get(0).interval().contains(ofAll)),
            share(drawn, each -> each[1].aucs().get(0).interval().contains(truth)),
            share(
                drawn,
                each -> each[0].withBest().margin().contains(BEHIND * (1 - 2 * each[0].leader()))),
            share(drawn, each -> each[1].aucs().get(0).interval().contains(ofAll)),
            share(equal, each -> verdict(each) == Verdict.CLEAR),
            share(equal, each -> verdictOfOneLook(each) == Verdict.CLEAR));
      }
    }
  }

  /**
   * Respondents with weights that make all quarters equal, and the same without.
   *
   * @param scale of the second metric
   * @param behind how far it is behind the first in each
   */
  private static Comparison[] respondents(
      double[] scale, double behind, int losses, int answers, long seed) {
    List<MetricCounts[]> weighted = new ArrayList<>();
    List<MetricCounts[]> plain = new ArrayList<>();
    for (int quarter = 0; quarter < 4; quarter++) {
      double auc = AUC_OF_QUARTER[quarter];
      var questions = List.of(Question.of(FINE, auc), Question.of(scale, auc - behind));
      var customers = new SurveyedCustomers(4 * seed + quarter, questions, OF_THE_CUSTOMER);
      int lost = losses * RESPONDENTS_OF_24[quarter] / 24;
      MetricCounts[] counts = customers.draw(CUSTOMERS_PER_LOSS * lost, lost, answers);
      double weight = 6.0 / RESPONDENTS_OF_24[quarter];
      plain.add(counts);
      weighted.add(
          Arrays.stream(counts)
              .map(
                  each ->
                      new MetricCounts(
                          times(weight, each.retained()),
                          times(weight, each.lost()),
                          each.revenue()))
              .toArray(MetricCounts[]::new));
    }
    return new Comparison[] {Comparison.of(sum(weighted)), Comparison.of(sum(plain))};
  }

  private static double[][] times(double weight, double[][] counts) {
    return Arrays.stream(counts)
        .map(row -> Arrays.stream(row).map(count -> weight * count).toArray())
        .toArray(double[][]::new);
  }

  private static void power() {
    header(
        "Power",
        "difference",
        "losses",
        "clear, and right",
        "clear, and wrong",
        "tie",
        "undecided",
        "right by p ≤ 0.05 at one look");
    for (double difference : new double[] {0.02, 0.05, 0.10, 0.15}) {
      for (int losses : new int[] {30, 100, 300, 1000}) {
        var questions = List.of(Question.of(FINE, GOOD), Question.of(COARSE, GOOD - difference));
        var drawn = comparisons(questions, losses, 1, DRAWS);
        row(
            difference,
            losses,
            share(drawn, each -> verdict(each) == Verdict.CLEAR && each.leader() == 0),
            share(drawn, each -> verdict(each) == Verdict.CLEAR && each.leader() == 1),
            share(drawn, each -> verdict(each) == Verdict.TIE),
            share(drawn, each -> verdict(each) == Verdict.UNDECIDED),
            share(drawn, each -> verdictOfOneLook(each) == Verdict.CLEAR && each.leader() == 0));
      }
    }
  }

  private static void fewLosses() {
    var verdicts =
        List.of(Verdict.INSUFFICIENT, Verdict.NO_SIGNAL, Verdict.UNDECIDED, Verdict.CLEAR);
    List<Object> names = new ArrayList<>(List.of("answers each", "losses", "coverage of AUC"));
    verdicts.forEach(verdict -> names.add(verdict.label()));
    names.add("clear, and wrong");
    header("Few losses", names.toArray());
    var questions = List.of(Question.of(FINE, GOOD), Question.of(COARSE, GOOD - 0.15));
    for (int answers : new int[] {1, 5}) {
      for (int losses : new int[] {10, 12, 15, 20, 25, 30}) {
        var drawn = comparisons(questions, losses, answers, DRAWS);
        List<Object> cells =
            new ArrayList<>(
                List.of(
                    answers,
                    losses,
                    share(judged(drawn), each -> each.aucs().get(0).interval().contains(GOOD))));
        Map<Verdict, Long> counts =
            drawn.stream()
                .collect(
                    Collectors.groupingBy(
                        ValidationStudy::verdict,
                        () -> new EnumMap<>(Verdict.class),
                        Collectors.counting()));
        verdicts.forEach(
            verdict -> cells.add(percent(counts.getOrDefault(verdict, 0L) / (double) DRAWS)));
        cells.add(share(drawn, each -> verdict(each) == Verdict.CLEAR && each.leader() == 1));
        row(cells.toArray());
      }
    }
  }

  /** What one company's segments were called: clear, and clear though no metric is best. */
  private record Called(int clear, int falsely) {}

  private static void segments() {
    header(
        "Segments",
        "segments",
        "with a best metric",
        "clear of these",
        "companies with a false clear",
        "false among the clear (mean over companies)",
        "false among the clear without q, by the p of a year");
    int losses = 60;
    for (int segments : new int[] {5, 200}) {
      for (int withBest : new int[] {0, segments * 2 / 5}) {
        List<Called[]> companies =
            parallel(
                segments == 5 ? DRAWS : LARGE_COMPANIES,
                company -> called(segments, withBest, losses, company));
        row(
            segments,
            withBest,
            withBest == 0
                ? "-"
                : mean(companies, each -> (each[0].clear - each[0].falsely) / (double) withBest),
            share(companies, each -> each[0].falsely > 0),
            mean(companies, each -> each[0].falsely / Math.max(1.0, each[0].clear)),
            mean(companies, each -> each[1].falsely / Math.max(1.0, each[1].clear)));
      }
    }
  }

  /** What segments are called with q across them, and with p alone. */
  private static Called[] called(int segments, int withBest, int losses, int company) {
    var equal = equal(2, GOOD);
    var unequal = List.of(Question.of(FINE, GOOD), Question.of(COARSE, GOOD - 0.20));
    List<Comparison> comparisons = new ArrayList<>();
    for (int segment = 0; segment < segments; segment++) {
      var questions = segment < withBest ? unequal : equal;
      long seed = 9_000_000_000L + 1000L * company + segment;
      var customers = new SurveyedCustomers(seed, questions, OF_THE_CUSTOMER);
      comparisons.add(
          Comparison.of(List.of(customers.draw(CUSTOMERS_PER_LOSS * losses, losses, 1))));
    }
    double[] p =
        comparisons.stream().mapToDouble(each -> LOOKS.ofYear(each.withBest().pValue())).toArray();
    return new Called[] {
      called(comparisons, withBest, BenjaminiHochberg.adjust(p)), called(comparisons, withBest, p)
    };
  }

  private static Called called(List<Comparison> comparisons, int withBest, double[] q) {
    int clear = 0;
    int falsely = 0;
    for (int segment = 0; segment < q.length; segment++) {
      var comparison = comparisons.get(segment);
      if (Verdict.of(comparison, new BitSet(), q[segment]) == Verdict.CLEAR) {
        clear++;
        falsely += segment >= withBest || comparison.leader() != 0 ? 1 : 0;
      }
    }
    return new Called(clear, falsely);
  }

  /** How the figures of one company's segments did. */
  private record Drawn(double held, double heldOwn, double squares, double squaresOfOwn) {}

  private static void shrinkage() {
    header(
        "Shrunk AUCs",
        "segments",
        "spread of logit AUC",
        "coverage of shrunk",
        "coverage of own",
        "error of shrunk / of own");
    for (int segments : new int[] {5, 20, 60}) {
      for (double spread : new double[] {0, 0.2, 0.5}) {
        List<Drawn> drawn = parallel(DRAWS, company -> drawn(segments, spread, company));
        double squares = drawn.stream().mapToDouble(Drawn::squares).sum();
        double squaresOfOwn = drawn.stream().mapToDouble(Drawn::squaresOfOwn).sum();
        row(
            segments,
            spread,
            mean(drawn, Drawn::held),
            mean(drawn, Drawn::heldOwn),
            "%.2f".formatted(Math.sqrt(squares / squaresOfOwn)));
      }
    }
  }

  /** Segments of 30 to 300 losses whose logit AUCs are normal about that of 0.65. */
  private static Drawn drawn(int segments, double spread, int company) {
    var random = new SplittableRandom(11_000_000L + company);
    double[] truths = new double[segments];
    double[] values = new double[segments];
    double[] variances = new double[segments];
    List<Estimate> own = new ArrayList<>();
    for (int segment = 0; segment < segments; segment++) {
      truths[segment] = Interval.logit(0.65) + spread * normal(random);
      int losses = (int) Math.round(30 * Math.pow(10, random.nextDouble()));
      var question = Question.of(FINE, Interval.logistic(truths[segment]));
      var customers = new SurveyedCustomers(random.nextLong(), List.of(question), OF_THE_CUSTOMER);
      var logit = customers.draw(CUSTOMERS_PER_LOSS * losses, losses, 1)[0].logitAuc();
      own.add(logit);
      values[segment] = logit.value();
      variances[segment] = logit.variance();
    }
    var set = RandomEffects.of(values, variances);
    double[] sums = new double[4];
    for (int segment = 0; segment < segments; segment++) {
      var estimate = own.get(segment);
      var shrunk = set.shrink(estimate.value(), estimate.variance(), estimate.degreesOfFreedom());
      sums[0] += shrunk.interval().contains(truths[segment]) ? 1.0 / segments : 0;
      sums[1] += estimate.interval().contains(truths[segment]) ? 1.0 / segments : 0;
      sums[2] += Math.pow(shrunk.value() - truths[segment], 2);
      sums[3] += Math.pow(estimate.value() - truths[segment], 2);
    }
    return new Drawn(sums[0], sums[1], sums[2], sums[3]);
  }

  private static void openWindows() {
    List<OpenWindows> drawn =
        parallel(DRAWS, draw -> OpenWindows.draw(new SplittableRandom(1000 + draw)));
    double auc = OpenWindows.trueAuc();
    double retention = OpenWindows.trueRetention();
    header("Open windows", "figure", "AUC", "retention");
    row("truth", "%.4f".formatted(auc), "%.4f".formatted(retention));
    row(
        "published, mean",
        figure(drawn, d -> d.auc().value()),
        figure(drawn, d -> d.retention().value()));
    row(
        "its interval holds the truth",
        share(drawn, each -> each.auc().interval().contains(auc)),
        share(drawn, each -> each.retention().interval().contains(retention)));
    row(
        "open windows counted as retained",
        figure(drawn, OpenWindows::aucOfOpenAsRetained),
        figure(drawn, OpenWindows::retentionOfOpenAsRetained));
    row(
        "early losses counted, survivors dropped",
        figure(drawn, OpenWindows::aucOfAnyLoss),
        figure(drawn, OpenWindows::retentionOfAnyLoss));
  }

  /** Metrics of one AUC, on scales with few and with many ties by turns. */
  static List<Question> equal(int metrics, double auc) {
    return equal(metrics, auc, FINE, COARSE);
  }

  /** Metrics of one AUC, on these scales by turns. */
  private static List<Question> equal(int metrics, double auc, double[]... scales) {
    return IntStream.range(0, metrics)
        .mapToObj(metric -> Question.of(scales[metric % scales.length], auc))
        .toList();
  }

  private static List<Comparison> comparisons(
      List<Question> questions, int losses, int answers, int draws) {
    return parallel(
        draws,
        draw -> {
          long seed = 1_000_000L * losses + 100_000L * answers + draw;
          var customers = new SurveyedCustomers(seed, questions, OF_THE_CUSTOMER);
          return Comparison.of(
              List.of(customers.draw(CUSTOMERS_PER_LOSS * losses, losses, answers)));
        });
  }

  private static List<Comparison> judged(List<Comparison> comparisons) {
    return comparisons.stream().filter(each -> !each.support().insufficient()).toList();
  }

  private static Verdict verdict(Comparison comparison) {
    return verdict(comparison, LOOKS);
  }

  /** The verdict of a segment that stands alone, so that q is the p of a year. */
  private static Verdict verdict(Comparison comparison, Looks looks) {
    double p = comparison.withBest().pValue();
    // The p of a year is no smaller, and what isn't clear needs none.
    double q = p <= Verdict.LARGEST_Q ? looks.ofYear(p) : p;
    return Verdict.of(comparison, new BitSet(), q);
  }

  /** What it would be if nobody ever looked again. */
  private static Verdict verdictOfOneLook(Comparison comparison) {
    return Verdict.of(comparison, new BitSet(), comparison.withBest().pValue());
  }

  static List<MetricCounts> sum(List<MetricCounts[]> months) {
    List<MetricCounts> sums = new ArrayList<>();
    for (int metric = 0; metric < months.get(0).length; metric++) {
      int levels = months.get(0)[metric].levels();
      double[][] retained = new double[SurveyedCustomers.BUCKETS][levels];
      double[][] lost = new double[SurveyedCustomers.BUCKETS][levels];
      for (MetricCounts[] month : months) {
        for (int bucket = 0; bucket < lost.length; bucket++) {
          Sums.add(retained[bucket], month[metric].retained()[bucket]);
          Sums.add(lost[bucket], month[metric].lost()[bucket]);
        }
      }
      sums.add(new MetricCounts(retained, lost, retained));
    }
    return sums;
  }

  /** A standard normal by its own formula, the same on every Java release. */
  private static double normal(SplittableRandom random) {
    return Math.sqrt(-2 * Math.log(1 - random.nextDouble()))
        * Math.cos(2 * Math.PI * random.nextDouble());
  }

  private static <T> List<T> parallel(int count, IntFunction<T> draw) {
    return IntStream.range(0, count).parallel().mapToObj(draw).toList();
  }

  private static <T> String share(List<T> drawn, Predicate<T> condition) {
    return mean(drawn, each -> condition.test(each) ? 1 : 0);
  }

  /** The mean of a share, with its error from the spread over replicates. */
  private static <T> String mean(List<T> drawn, ToDoubleFunction<T> share) {
    double mean = drawn.stream().mapToDouble(share).average().orElseThrow();
    if (mean == 0 || mean == 1) {
      // A share that any replicate had could be no more often than this and be seen in none.
      double limit = 100 * -Math.expm1(Math.log(0.025) / drawn.size());
      return mean == 0
          ? "0 %% (below %.1f)".formatted(limit)
          : "100 %% (above %.1f)".formatted(100 - limit);
    }
    double error = 100 * error(drawn, share, mean);
    // An error that isn't 0 isn't to be read as 0.
    return (error < 0.05 ? "%.2f ± %.2f %%" : "%.1f ± %.1f %%").formatted(100 * mean, error);
  }

  private static <T> String figure(List<T> drawn, ToDoubleFunction<T> figure) {
    double mean = drawn.stream().mapToDouble(figure).average().orElseThrow();
    return "%.4f ± %.4f".formatted(mean, error(drawn, figure, mean));
  }

  private static <T> double error(List<T> drawn, ToDoubleFunction<T> figure, double mean) {
    double squares =
        drawn.stream().mapToDouble(each -> Math.pow(figure.applyAsDouble(each) - mean, 2)).sum();
    return Math.sqrt(squares / (drawn.size() - 1.0) / drawn.size());
  }

  private static String percent(double share) {
    return "%.1f %%".formatted(100 * share);
  }

  private static void header(String title, Object... names) {
    System.out.printf("%n### %s%n%n", title);
    row(names);
    row(IntStream.range(0, names.length).mapToObj(name -> "---").toArray());
  }

  private static void row(Object... cells) {
    System.out.println(
        Arrays.stream(cells).map(String::valueOf).collect(Collectors.joining(" | ", "| ", " |")));
  }
}
