package linkage.link;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import linkage.link.LinkRules.Question;

/**
 * A seeded company whose events crowd where definitions differ: on the anchor, the landmark and the
 * ends of the windows, and a day to either side.
 */
final class RandomCompany {
  private static final LocalDate FIRST_DAY = LocalDate.parse("2023-01-01");
  private static final int DAYS = 430;

  private final LinkRules rules;
  private final Random random;
  private final Company company = new Company();

  private RandomCompany(LinkRules rules, long seed) {
    this.rules = rules;
    this.random = new Random(seed);
  }

  static Company of(int customersCount, LinkRules rules, long seed) {
    var builder = new RandomCompany(rules, seed);
    for (int i = 0; i < customersCount; i++) {
      builder.addCustomer("c" + i);
    }
    return builder.company;
  }

  /** The rules' clocks on the company's calendar; the as-of day cuts off its last days. */
  static LinkRules onCalendar(LinkRules rules) {
    return Rules.days(rules, "2024-02-20", "2024-01-31", "2023-03-15");
  }

  private void addCustomer(String customer) {
    boolean isKnown = random.nextInt(20) > 0;
    if (isKnown) {
      addVersions(customer);
    }
    List<LocalDate> anchors = addResponses(customer);
    List<LocalDate> edges = edges(anchors);
    if (random.nextInt(8) > 0) {
      addTransactions(customer, edges);
    }
    if (random.nextInt(3) > 0) {
      addAttrition(customer, edges);
    }
  }

  private void addVersions(String customer) {
    LocalDate acquiredOn = FIRST_DAY.plusDays(random.nextInt(500) - 350);
    var effectiveDays = new HashSet<LocalDate>();
    for (int v = random.nextInt(4); v >= 0; v--) {
      effectiveDays.add(acquiredOn.plusDays(random.nextInt(400) - 20));
    }
    for (LocalDate effectiveFrom : effectiveDays) {
      company.versions.add(
          new Company.Version(
              customer,
              random.nextBoolean() ? customer : "account" + random.nextInt(9),
              acquiredOn,
              effectiveFrom,
              Arrays.asList(
                  oneOf("north", "south", "unknown", null), oneOf("gold", "basic", null))));
    }
  }

  private List<LocalDate> addResponses(String customer) {
    List<LocalDate> anchors = new ArrayList<>();
    for (int r = random.nextInt(9); r > 0; r--) {
      boolean isNear = !anchors.isEmpty() && random.nextInt(3) == 0;
      LocalDate on =
          isNear
              ? anchors.get(random.nextInt(anchors.size())).plusDays(random.nextInt(33))
              : anyDay();
      anchors.add(on);
      // Few different times of day, so that the id must decide now and then.
      Instant at = on.atTime(10 + random.nextInt(3), 0).toInstant(ZoneOffset.UTC);
      String id = "r" + random.nextInt(1_000_000) + "_" + company.responses.size();
      company.responses.add(new Company.Response(customer, id, at, on, answers()));
    }
    return anchors;
  }

  private Map<String, Integer> answers() {
    Map<String, Integer> answers = new HashMap<>();
    for (Question question : rules.questions()) {
      if (random.nextBoolean()) {
        int levels = question.maximum() - question.minimum() + 1;
        answers.put(question.name(), question.minimum() + random.nextInt(levels));
      }
    }
    if (random.nextInt(5) == 0) {
      answers.put("retired", 3);
    }
    return answers;
  }

  private List<LocalDate> edges(List<LocalDate> anchors) {
    List<LocalDate> edges = new ArrayList<>();
    for (LocalDate anchor : anchors) {
      LocalDate landmark = anchor.plusDays(rules.landmarkDays());
      List<LocalDate> ends = new ArrayList<>(List.of(anchor, landmark));
      for (int horizon : rules.horizonsDays()) {
        ends.add(landmark.plusDays(horizon));
        ends.add(anchor.minusDays(horizon));
        ends.add(anchor.minusDays(2L * horizon));
      }
      ends.add(anchor.plusDays(rules.inactivityDays()));
      ends.add(anchor.minusDays(rules.inactivityDays()));
      for (LocalDate end : ends) {
        edges.addAll(List.of(end.minusDays(1), end, end.plusDays(1)));
      }
    }
    return edges;
  }

  private void addTransactions(String customer, List<LocalDate> edges) {
    for (int t = random.nextInt(25); t > 0; t--) {
      String kind = oneOf("purchase", "purchase", "renewal", "refund", "credit");
      boolean isCost = kind.equals("refund") || kind.equals("credit");
      BigDecimal amount = BigDecimal.valueOf(random.nextInt(1_000_00), 2);
      BigDecimal signed = isCost ? amount.negate() : amount;
      BigDecimal margin = signed.movePointLeft(1).setScale(2, RoundingMode.HALF_UP);
      boolean isKnown = random.nextInt(12) > 0;
      company.transactions.add(
          new Company.Transaction(customer, anyDay(edges), kind, signed, isKnown ? margin : null));
    }
  }

  private void addAttrition(String customer, List<LocalDate> edges) {
    for (int a = random.nextInt(6); a > 0; a--) {
      LocalDate on = anyDay(edges);
      LocalDate noticedOn = random.nextInt(3) == 0 ? on.plusDays(random.nextInt(60) - 40) : null;
      company.attrition.add(
          new Company.Attrition(customer, on, noticedOn, oneOf("lost", "lost", "regained")));
      if (random.nextInt(4) == 0) {
        company.attrition.add(new Company.Attrition(customer, on, null, "regained"));
      }
    }
  }

  private LocalDate anyDay(List<LocalDate> edges) {
    return edges.isEmpty() || random.nextInt(3) == 0
        ? anyDay()
        : edges.get(random.nextInt(edges.size()));
  }

  private LocalDate anyDay() {
    return FIRST_DAY.plusDays(random.nextInt(DAYS));
  }

  private String oneOf(String... values) {
    return values[random.nextInt(values.length)];
  }
}
