package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import linkage.stats.ChurnCheck.Judgement;
import org.junit.jupiter.api.Test;

/**
 * Weights from propensity to verdict, on made customers.
 *
 * <p>A customer's history x is standard normal; loyal customers (high x) stay more often, are
 * happier and answer more readily. Where nothing else makes them answer, weights by history put all
 * of it right; where those who are about to stay answer more readily for that very reason, no
 * weight can, and the churn check must see it.
 */
class NonResponseTest {

  private static final int BUCKETS = 64;
  private static final int CUSTOMERS = 8000;
  private static final int DRAWS = 100;

  @Test
  void weightsByHistoryPutRightWhatHistoryExplains() {
    var study = new Study(1, 0);

    assertThat(study.unweightedBias).isGreaterThan(0.15);
    assertThat(study.weightedBias).isCloseTo(0, within(0.02));
    assertThat(study.covered).isGreaterThan(0.89);
    assertThat(study.share(Judgement.AGREES)).isGreaterThan(0.6);
    assertThat(study.share(Judgement.DIFFERS)).isLessThan(0.1);
    assertThat(study.effectiveShare).isBetween(0.6, 0.95);
  }

  @Test
  void theChurnCheckSeesWhatHistoryDoesNotExplain() {
    var study = new Study(2, 1);

    assertThat(study.share(Judgement.DIFFERS)).isGreaterThan(0.95);
  }

  /** By hand: the frame loses 100 of 1000; respondents the same in every bucket. */
  @Test
  void agreesWhereEveryBucketDoes() {
    double[] lost = new double[20];
    double[] total = new double[20];
    for (int bucket = 0; bucket < 20; bucket++) {
      lost[bucket] = 5;
      total[bucket] = 50;
    }

    var check = ChurnCheck.of(lost, total, lost, total);

    assertThat(check.frame().value()).isEqualTo(0.1);
    assertThat(check.difference().value()).isZero();
    assertThat(check.tolerance()).isCloseTo(0.02, within(1e-12));
    assertThat(check.judgement()).isEqualTo(Judgement.AGREES);
    assertThat(ChurnCheck.of(lost, total, new double[20], total).judgement())
        .isEqualTo(Judgement.CANNOT_TELL);
    assertThat(ChurnCheck.of(lost, total, new double[20], new double[20]).judgement())
        .isEqualTo(Judgement.CANNOT_TELL);
  }

  /** By definition: with all weights 1 nothing changes, and that is sure. */
  @Test
  void weightsOfOneChangeNothing() {
    double[][] counts = new double[16][];
    for (int bucket = 0; bucket < 16; bucket++) {
      counts[bucket] = new double[] {bucket % 3, 2, 5 + bucket % 4};
    }
    double[] raw = {1, 2, 3};

    var same = Reweighted.headline(HeadlineScore.MEAN, counts, counts, raw);

    assertThat(same.difference().value()).isZero();
    assertThat(same.difference().interval()).isEqualTo(new Interval(0, 0));
    assertThat(same.weighted()).isEqualTo(same.unweighted());
    assertThat(same.unweighted().value()).isEqualTo(HeadlineScore.MEAN.of(counts, raw).value());
    assertThat(Reweighted.headline(HeadlineScore.NPS, counts, counts, raw).difference().value())
        .isNaN();
  }

  /** Averages over draws of a company whose frame is known. */
  private static final class Study {
    private double unweightedBias;
    private double weightedBias;
    private double covered;
    private double effectiveShare;
    private final Map<Judgement, Double> shares = new EnumMap<>(Judgement.class);

    Study(long seed, double becauseTheyStay) {
      var random = new Random(seed);
      for (int draw = 0; draw < DRAWS; draw++) {
        add(random, becauseTheyStay);
      }
    }

    private void add(Random random, double becauseTheyStay) {
      double[] history = new double[CUSTOMERS];
      double[] score = new double[CUSTOMERS];
      boolean[] lost = new boolean[CUSTOMERS];
      boolean[] answers = new boolean[CUSTOMERS];
      for (int i = 0; i < CUSTOMERS; i++) {
        history[i] = random.nextGaussian();
        score[i] = 7 + 0.5 * history[i] + random.nextGaussian();
        lost[i] = random.nextDouble() > Logistic.probability(1.5 + 0.7 * history[i]);
        double eagerness = -1.2 + 0.8 * history[i] + becauseTheyStay * (lost[i] ? 0 : 1);
        answers[i] = random.nextDouble() < Logistic.probability(eagerness);
      }
      double[] coefficients =
          Logistic.fit(
                  1,
                  sums -> {
                    for (int i = 0; i < CUSTOMERS; i++) {
                      sums.add(new double[] {history[i]}, answers[i] ? 1 : 0, answers[i] ? 0 : 1);
                    }
                  })
              .coefficients();
      double rate = 0;
      for (boolean answered : answers) {
        rate += answered ? 1.0 / CUSTOMERS : 0;
      }

      double[][] plain = new double[2][BUCKETS];
      double[][] weighted = new double[3][BUCKETS];
      double[][] frame = new double[2][BUCKETS];
      double truth = 0;
      var weights = ResponseWeight.NONE;
      for (int i = 0; i < CUSTOMERS; i++) {
        int bucket = i % BUCKETS;
        truth += score[i] / CUSTOMERS;
        frame[0][bucket] += lost[i] ? 1 : 0;
        frame[1][bucket]++;
        if (answers[i]) {
          double logOdds = Logistic.logOdds(coefficients, new double[] {history[i]});
          double weight = ResponseWeight.stabilised(rate, Logistic.probability(logOdds));
          weights = weights.plus(weight);
          plain[0][bucket] += score[i];
          plain[1][bucket]++;
          weighted[0][bucket] += weight * score[i];
          weighted[1][bucket] += weight;
          weighted[2][bucket] += lost[i] ? weight : 0;
        }
      }
      var mean = Reweighted.mean(plain[0], plain[1], weighted[0], weighted[1]);
      unweightedBias += (mean.unweighted().value() - truth) / DRAWS;
      weightedBias += (mean.weighted().value() - truth) / DRAWS;
      covered += mean.weighted().interval().contains(7) ? 1.0 / DRAWS : 0;
      effectiveShare += weights.effective() / weights.respondents() / DRAWS;
      shares.merge(
          ChurnCheck.of(frame[0], frame[1], weighted[2], weighted[1]).judgement(),
          1.0 / DRAWS,
          Double::sum);
    }

    double share(Judgement judgement) {
      return shares.getOrDefault(judgement, 0.0);
    }

    @Override
    public String toString() {
      return "%.3f %.3f covered %.2f effective %.2f %s"
          .formatted(unweightedBias, weightedBias, covered, effectiveShare, shares);
    }
  }
}
