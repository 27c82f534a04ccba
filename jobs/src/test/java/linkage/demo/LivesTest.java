package linkage.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;
import linkage.demo.Life.Attrition;
import linkage.demo.Life.Invitation;
import linkage.demo.Life.Response;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The true lives of many customers, before anything is written down. */
class LivesTest {
  private static final int CUSTOMERS = 15_000;

  private static List<Life> lives;

  @BeforeAll
  static void simulate() {
    lives =
        LongStream.range(0, CUSTOMERS).mapToObj(index -> Lives.of(5, index, CUSTOMERS)).toList();
  }

  @Test
  void lifeDependsOnTheSeedAndTheNumberOnly() {
    Life again = Lives.of(5, 123, CUSTOMERS);

    assertThat(again.transactions()).isEqualTo(lives.get(123).transactions());
    assertThat(again.attrition()).isEqualTo(lives.get(123).attrition());
    assertThat(Lives.of(6, 123, CUSTOMERS).transactions())
        .isNotEqualTo(lives.get(123).transactions());
  }

  @Test
  void smallRegionsHaveTheSameCustomersInACompanyOfAnySize() {
    for (int customers : new int[] {1_000, 1_017, 15_000}) {
      assertThat(
              LongStream.range(0, customers)
                  .mapToObj(index -> Lives.of(5, index, customers).region())
                  .filter(region -> region.kind() == PlantedTruth.Kind.TOO_FEW))
          .hasSize(2 * Region.SMALL_REGION_CUSTOMERS);
    }
  }

  @Test
  void longStandingAndSpendingCustomersAnswerMoreOften() {
    assertThat(responseRate(life -> life.acquiredOn() < Calendar.START - 3 * 365))
        .isGreaterThan(responseRate(life -> life.acquiredOn() > Calendar.START) + 0.03);
    assertThat(responseRate(life -> spent(life) > 1_500_00))
        .isGreaterThan(responseRate(life -> spent(life) < 1_000_00) + 0.03);
  }

  @Test
  void satisfiedCustomersAnswerMoreOften() {
    // By the first response's score, the rate at which the following invitations are answered.
    ToDoubleFunction<Predicate<Integer>> rateAfter =
        scores -> {
          var later = new ArrayList<Invitation>();
          for (Life life : lives) {
            List<Invitation> invitations = life.invitations();
            for (int i = 0; i < invitations.size(); i++) {
              if (invitations.get(i).response().isPresent()) {
                Response first = invitations.get(i).response().get();
                if (scores.test(first.score(Question.RELIABILITY))) {
                  later.addAll(invitations.subList(i + 1, invitations.size()));
                }
                break;
              }
            }
          }

          return rate(later);
        };

    assertThat(rateAfter.applyAsDouble(score -> score >= 9))
        .isGreaterThan(rateAfter.applyAsDouble(score -> score >= 0 && score <= 5) + 0.03);
  }

  @Test
  void someOfTheLostComeBackAndMostGiveNotice() {
    List<Attrition> losses =
        lives.stream()
            .flatMap(life -> life.attrition().stream())
            .filter(Attrition::isLoss)
            .toList();
    long returns =
        lives.stream()
            .flatMap(life -> life.attrition().stream())
            .filter(event -> !event.isLoss())
            .count();

    assertThat((double) returns / losses.size()).isCloseTo(0.13, within(0.02));
    assertThat(losses)
        .allMatch(loss -> loss.noticedOn().orElse(loss.occurredOn()) <= loss.occurredOn())
        .allMatch(loss -> loss.noticedOn().orElse(loss.occurredOn()) > loss.occurredOn() - 31);
    assertThat(losses.stream().filter(loss -> loss.noticedOn().isPresent()).count())
        .isGreaterThan(losses.size() * 7L / 10);
  }

  @Test
  void nobodyIsAskedOrPaysAfterLeavingForGood() {
    for (Life life : lives) {
      List<Attrition> events = life.attrition();
      if (!events.isEmpty() && events.get(events.size() - 1).isLoss()) {
        int lostOn = events.get(events.size() - 1).occurredOn();
        assertThat(life.invitations()).allMatch(one -> one.day() < lostOn);
        assertThat(life.transactions())
            .filteredOn(one -> one.kind().sign() > 0)
            .allMatch(one -> one.day() < lostOn);
      }
    }
  }

  @Test
  void metricsCorrelatePositivelyButNotPerfectly() {
    for (Region region : List.of(Region.NORTH, Region.EAST, Region.ALPINE)) {
      var pairs = new ArrayList<int[]>();
      for (Life life : lives) {
        if (life.region() == region) {
          for (Invitation invitation : life.invitations()) {
            invitation
                .response()
                .map(one -> new int[] {one.score(Question.CSAT), -one.score(Question.CES)})
                .filter(pair -> pair[0] > 0 && pair[1] < 0)
                .ifPresent(pairs::add);
          }
        }
      }
      assertThat(correlation(pairs)).as(region.label()).isBetween(0.3, 0.8);
    }
  }

  private static double correlation(List<int[]> pairs) {
    double meanX = pairs.stream().mapToInt(pair -> pair[0]).average().orElseThrow();
    double meanY = pairs.stream().mapToInt(pair -> pair[1]).average().orElseThrow();
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int[] pair : pairs) {
      xy += (pair[0] - meanX) * (pair[1] - meanY);
      xx += (pair[0] - meanX) * (pair[0] - meanX);
      yy += (pair[1] - meanY) * (pair[1] - meanY);
    }

    return xy / Math.sqrt(xx * yy);
  }

  private static double responseRate(Predicate<Life> who) {
    return rate(lives.stream().filter(who).flatMap(life -> life.invitations().stream()).toList());
  }

  private static double rate(List<Invitation> invitations) {
    long answered = invitations.stream().filter(one -> one.response().isPresent()).count();
    return (double) answered / invitations.size();
  }

  private static long spent(Life life) {
    return life.transactions().stream().mapToLong(one -> one.kind().sign() * one.cents()).sum();
  }
}
