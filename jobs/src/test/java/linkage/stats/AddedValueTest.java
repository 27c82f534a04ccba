package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import linkage.stats.AddedValue.Judgement;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Expected numbers of the fixture: added_value.R, which works on rows. */
class AddedValueTest {

  private static final int DRAWS = 400;

  @Test
  void agreesWithFitsOnRowsInR() {
    var added = fixture().addedValue();

    assertThat(added.withinStrata().value()).isCloseTo(0.6943374422187981, within(1e-12));
    assertThat(added.coefficient().value()).isCloseTo(0.7564308227714457, within(1e-9));
    assertThat(added.coefficient().variance()).isCloseTo(0.003600324248258034, within(1e-9));
    assertThat(added.pValue()).isCloseTo(6.996058257760912e-08, within(1e-12));
    assertThat(added.baselineLogLoss()).isCloseTo(0.6584991594588847, within(1e-9));
    assertThat(added.gain().value()).isCloseTo(0.05860704855237416, within(1e-9));
    assertThat(added.gain().variance()).isCloseTo(6.638447845982741e-05, within(1e-10));
    assertThat(added.judgement()).isEqualTo(Judgement.ADDS);
  }

  /** By counting pairs within strata one by one. */
  @Property(tries = 50)
  void aucWithinStrataIsThatOfAllPairsWithinStrata(@ForAll long seed) {
    var random = new Random(seed);
    int levels = 1 + random.nextInt(4);
    double[] retained = new double[3 * levels];
    double[] lost = new double[3 * levels];
    for (int cell = 0; cell < retained.length; cell++) {
      retained[cell] = random.nextInt(4);
      lost[cell] = random.nextInt(3);
    }
    double wins = 0;
    double pairs = 0;
    for (int good = 0; good < retained.length; good++) {
      for (int bad = 0; bad < lost.length; bad++) {
        if (good / levels == bad / levels) {
          pairs += retained[good] * lost[bad];
          wins += retained[good] * lost[bad] * (good > bad ? 1 : good == bad ? 0.5 : 0);
        }
      }
    }

    double auc = StratifiedAuc.of(retained, lost, levels);

    if (pairs == 0) {
      assertThat(auc).isNaN();
    } else {
      assertThat(auc).isCloseTo(wins / pairs, within(1e-12));
    }
  }

  /**
   * By simulation: a score that is history and noise has an AUC of 0.67 of its own, and adds
   * nothing. With 400 draws, 5 % has a standard error of 1.1 points.
   */
  @Test
  void saysThatAnEchoOfHistoryAddsNothing() {
    var echo = Tally.of(3000, 1, 0, 0);

    assertThat(echo.rawAuc).isCloseTo(0.67, within(0.02));
    assertThat(echo.withinStrata).isCloseTo(0.5, within(0.02));
    assertThat(echo.significant).isLessThan(0.08);
    assertThat(echo.gain).isNegative();
    assertThat(echo.share(Judgement.ADDS)).isLessThan(0.04);
    assertThat(echo.share(Judgement.ADDS_NOTHING)).isGreaterThan(0.75);
  }

  /** By simulation: some 20 lost customers of 130 are too few to show that nothing is added. */
  @Test
  void keepsItsLevelWithFewLosses() {
    var few = Tally.of(130, 1, 0, 0);

    assertThat(few.significant).isLessThan(0.08);
    assertThat(few.share(Judgement.ADDS)).isLessThan(0.04);
    assertThat(few.share(Judgement.CANNOT_TELL)).isGreaterThan(0.75);
  }

  @Test
  void findsWhatFeelingAdds() {
    var felt = Tally.of(1500, 0, 1, 0.6);

    assertThat(felt.share(Judgement.ADDS)).isGreaterThan(0.95);
    assertThat(felt.gain).isPositive();
  }

  @Test
  void noticesTheWrongDirection() {
    assertThat(Tally.of(1500, 0, 1, -0.6).share(Judgement.WRONG_DIRECTION)).isGreaterThan(0.95);
  }

  @Test
  void cannotTellWithoutOneOfTheClasses() {
    double[][] some = {{1, 2}, {3, 4}};
    double[][] none = new double[2][2];

    for (var counts :
        new RiskCounts[] {
          new RiskCounts(2, some, none, none), new RiskCounts(2, none, none, none)
        }) {
      var added = counts.addedValue();
      assertThat(added.pValue()).isNaN();
      assertThat(added.judgement()).isEqualTo(Judgement.CANNOT_TELL);
    }
  }

  /** By definition: everybody gives the same answer, so nothing can be added. */
  @Test
  void findsNothingInAScoreWithoutVariation() {
    double[][] retained = new double[12][];
    double[][] lost = new double[12][];
    double[][] odds = new double[12][];
    for (int bucket = 0; bucket < 12; bucket++) {
      retained[bucket] = new double[] {0, 5 + bucket % 3, 0, 7};
      lost[bucket] = new double[] {0, 2, 0, 1 + bucket % 2};
      odds[bucket] = new double[] {0, 3, 0, 9};
    }

    assertThat(new RiskCounts(2, retained, lost, odds).addedValue().judgement())
        .isEqualTo(Judgement.ADDS_NOTHING);
  }

  private static RiskCounts fixture() {
    double[][] retained = new double[12][12];
    double[][] lost = new double[12][12];
    double[][] odds = new double[12][12];
    for (int bucket = 0; bucket < 12; bucket++) {
      for (int cell = 0; cell < 12; cell++) {
        int stratum = cell / 4;
        int level = cell % 4;
        retained[bucket][cell] =
            (5 * bucket + 3 * level + 7 * stratum + bucket * level) % 5 + level + stratum;
        lost[bucket][cell] =
            (3 * bucket + 5 * level + 2 * stratum + bucket * stratum) % 4 + 3 - level;
        odds[bucket][cell] =
            (retained[bucket][cell] + lost[bucket][cell]) * (stratum - 1 + level / 10.0);
      }
    }
    return new RiskCounts(4, retained, lost, odds);
  }

  /** Averages over draws. */
  private static final class Tally {
    private double rawAuc;
    private double withinStrata;
    private double significant;
    private double gain;
    private final Map<Judgement, Double> shares = new EnumMap<>(Judgement.class);

    static Tally of(int customers, double fromHistory, double fromFeeling, double effect) {
      var tally = new Tally();
      var risks = new SurveyedRisks(customers + 31L);
      for (int draw = 0; draw < DRAWS; draw++) {
        var counts = risks.draw(customers, fromHistory, fromFeeling, effect);
        var added = counts.addedValue();
        tally.rawAuc += SurveyedRisks.rawAuc(counts) / DRAWS;
        tally.withinStrata += added.withinStrata().value() / DRAWS;
        tally.significant += added.pValue() <= 0.05 ? 1.0 / DRAWS : 0;
        tally.gain += added.gain().value() / DRAWS;
        tally.shares.merge(added.judgement(), 1.0 / DRAWS, Double::sum);
      }
      return tally;
    }

    double share(Judgement judgement) {
      return shares.getOrDefault(judgement, 0.0);
    }

    @Override
    public String toString() {
      return "raw %.3f within %.3f significant %.3f gain %.5f %s"
          .formatted(rawAuc, withinStrata, significant, gain, shares);
    }
  }
}
