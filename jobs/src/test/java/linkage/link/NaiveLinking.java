package linkage.link;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import linkage.link.LinkRules.Favourable;
import linkage.link.LinkRules.Question;

/**
 * Links a company by the letter of the definitions: each response meets each transaction, states
 * are found by reading all events, inactivity by counting days. Slow on purpose, and written
 * without regard to {@link CustomerTimeline}.
 */
final class NaiveLinking {
  private final Company company;
  private final LinkRules rules;
  private final ToIntFunction<String> bucketOfCluster;

  private NaiveLinking(Company company, LinkRules rules, ToIntFunction<String> bucketOfCluster) {
    this.company = company;
    this.rules = rules;
    this.bucketOfCluster = bucketOfCluster;
  }

  static List<Map<String, Object>> link(
      Company company, LinkRules rules, ToIntFunction<String> bucketOfCluster) {
    var naive = new NaiveLinking(company, rules, bucketOfCluster);
    List<Map<String, Object>> rows = new ArrayList<>();
    for (String customer : company.customers()) {
      if (company.versions.stream().anyMatch(version -> version.customer().equals(customer))) {
        naive.addRows(customer, rows);
      }
    }
    return rows;
  }

  private void addRows(String customer, List<Map<String, Object>> rows) {
    var anchors = new TreeSet<LocalDate>();
    for (Company.Response response : company.responses) {
      if (response.customer().equals(customer) && !response.on().isAfter(rules.asOf())) {
        anchors.add(response.on());
      }
    }
    List<Map<String, Object>> own = new ArrayList<>();
    for (LocalDate anchor : anchors) {
      own.add(row(customer, anchor, own));
    }
    rows.addAll(own);
  }

  private Map<String, Object> row(
      String customer, LocalDate anchor, List<Map<String, Object>> earlier) {
    Map<String, Object> row = new LinkedHashMap<>();
    LocalDate landmark = anchor.plusDays(rules.landmarkDays());
    LocalDate acquiredOn = lastVersion(customer).acquiredOn();

    row.put("customer_id", customer);
    row.put("bucket", bucketOfCluster.applyAsInt(firstVersion(customer).cluster()));
    row.put("anchor_on", anchor);
    row.put("month", YearMonth.from(anchor).atDay(1));
    row.put(
        "is_primary",
        earlier.stream().noneMatch(other -> other.get("month").equals(row.get("month"))));
    row.put("in_window", !anchor.isBefore(rules.windowStart()));
    row.put("eligibility", eligibility(customer, anchor, landmark, acquiredOn));
    Company.Version version = versionOn(customer, anchor);
    for (int a = 0; a < rules.attributes().size(); a++) {
      row.put(
          rules.attributes().get(a),
          version.attributes().get(a) == null ? "unknown" : version.attributes().get(a));
    }
    row.put("segment_backfilled", anchor.isBefore(version.effectiveFrom()));

    List<Company.Response> responses =
        company.responses.stream()
            .filter(response -> response.customer().equals(customer))
            .filter(response -> response.on().equals(anchor))
            .sorted(Comparator.comparing(Company.Response::at).thenComparing(Company.Response::id))
            .toList();
    for (Question question : rules.questions()) {
      row.put(question.name(), code(question, responses));
    }
    for (int q = 0; q < rules.questions().size(); q++) {
      if (rules.maxPairAgeDays() > 0 && rules.metrics().contains(q)) {
        String question = rules.questions().get(q).name();
        row.put("carried_" + question, carried(question, anchor, row, earlier));
      }
    }
    row.put("responses_count", (long) responses.size());
    row.put("tenure_days", (int) ChronoUnit.DAYS.between(acquiredOn, anchor));
    row.put(
        "recency_days",
        transactions(customer, LocalDate.MIN, anchor).stream()
            .filter(NaiveLinking::isPurchase)
            .map(purchase -> (int) ChronoUnit.DAYS.between(purchase.on(), anchor))
            .min(Comparator.naturalOrder())
            .orElse(null));

    boolean isEligible = row.get("eligibility").equals("eligible");
    Integer lossDays = isEligible ? lossDays(customer, landmark) : null;
    for (int horizon : rules.horizonsDays()) {
      LocalDate end = landmark.plusDays(horizon);
      LocalDate past = anchor.minusDays(horizon);
      LocalDate prior = past.minusDays(horizon);
      boolean isRetained = isRetained(customer, anchor, landmark, end);
      row.put("past_revenue_cents_" + horizon, revenue(customer, past, anchor));
      row.put("past_purchases_count_" + horizon, purchases(customer, past, anchor));
      row.put("prior_revenue_cents_" + horizon, revenue(customer, prior, past));
      row.put("past_margin_cents_" + horizon, margin(customer, past, anchor));
      row.put("mature_" + horizon, !end.isAfter(rules.completeThrough()));
      row.put("retained_" + horizon, isEligible ? isRetained : null);
      row.put(
          "active_at_horizon_" + horizon,
          isEligible ? isActiveAtHorizon(customer, end, acquiredOn) : null);
      row.put(
          "repeat_purchase_" + horizon,
          isEligible ? isRetained && purchases(customer, landmark, end) > 0 : null);
      row.put(
          "revenue_next_cents_" + horizon, isEligible ? revenue(customer, landmark, end) : null);
      row.put("margin_next_cents_" + horizon, isEligible ? margin(customer, landmark, end) : null);
      addFirsts(horizon, row, earlier);
    }
    row.put("loss_days", lossDays);
    row.put(
        "follow_up_days",
        Math.max(0, (int) ChronoUnit.DAYS.between(landmark, rules.completeThrough())));
    boolean isAnalysed =
        (boolean) row.get("is_primary") && (boolean) row.get("in_window") && isEligible;
    row.put(
        "monthly_revenue_cents",
        isAnalysed && rules.inactivityDays() == 0
            ? monthlyRevenue(customer, anchor, landmark)
            : null);
    return row;
  }

  private List<Long> monthlyRevenue(String customer, LocalDate anchor, LocalDate landmark) {
    List<Long> months = new ArrayList<>();
    months.add(revenue(customer, anchor.minusDays(720), anchor.minusDays(360)));
    for (int ago = 12; ago > 0; ago--) {
      months.add(revenue(customer, anchor.minusDays(30 * ago), anchor.minusDays(30 * (ago - 1))));
    }
    for (int month = 1; month <= 12; month++) {
      months.add(
          revenue(customer, landmark.plusDays(30 * (month - 1)), landmark.plusDays(30 * month)));
    }
    return months;
  }

  private String eligibility(
      String customer, LocalDate anchor, LocalDate landmark, LocalDate acquiredOn) {
    if (anchor.isBefore(acquiredOn)) {
      return "before_acquisition";
    }
    if (rules.inactivityDays() > 0) {
      return purchases(customer, anchor.minusDays(rules.inactivityDays()), anchor) > 0
          ? "eligible"
          : "inactive_at_anchor";
    }
    return isActive(customer, landmark, acquiredOn) ? "eligible" : "not_active_at_landmark";
  }

  private boolean isActive(String customer, LocalDate day, LocalDate acquiredOn) {
    LocalDate lastDay = null;
    boolean isActive = !day.isBefore(acquiredOn);
    for (Company.Attrition event : attrition(customer)) {
      LocalDate on = effectiveOn(event);
      boolean isNewer = lastDay == null || on.isAfter(lastDay);
      boolean isReturnOfSameDay = on.equals(lastDay) && event.event().equals("regained");
      if (!on.isAfter(day) && (isNewer || isReturnOfSameDay)) {
        lastDay = on;
        isActive = event.event().equals("regained");
      }
    }
    return isActive;
  }

  private boolean isActiveAtHorizon(String customer, LocalDate end, LocalDate acquiredOn) {
    return rules.inactivityDays() > 0
        ? purchases(customer, end.minusDays(rules.inactivityDays()), end) > 0
        : isActive(customer, end, acquiredOn);
  }

  private boolean isRetained(String customer, LocalDate anchor, LocalDate landmark, LocalDate end) {
    if (rules.inactivityDays() > 0) {
      return purchases(customer, anchor, anchor.plusDays(rules.inactivityDays())) > 0;
    }
    return attrition(customer).stream()
        .filter(event -> event.event().equals("lost"))
        .map(NaiveLinking::effectiveOn)
        .noneMatch(on -> on.isAfter(landmark) && !on.isAfter(end));
  }

  private Integer lossDays(String customer, LocalDate landmark) {
    if (rules.inactivityDays() == 0) {
      return attrition(customer).stream()
          .filter(event -> event.event().equals("lost"))
          .map(NaiveLinking::effectiveOn)
          .filter(on -> on.isAfter(landmark))
          .min(Comparator.naturalOrder())
          .map(on -> (int) ChronoUnit.DAYS.between(landmark, on))
          .orElse(null);
    }
    int idleDays = 0;
    for (LocalDate day = landmark.plusDays(1);
        !day.isAfter(rules.completeThrough());
        day = day.plusDays(1)) {
      idleDays = purchases(customer, day.minusDays(1), day) > 0 ? 0 : idleDays + 1;
      if (idleDays == rules.inactivityDays()) {
        return (int) ChronoUnit.DAYS.between(landmark, day);
      }
    }
    return null;
  }

  private void addFirsts(int horizon, Map<String, Object> row, List<Map<String, Object>> earlier) {
    int metricsCount = rules.metrics().size();
    long inSegment = 0;
    long atScore = 0;
    long inPopulation = 0;
    for (int s = 0; s < rules.segmentSets().size() && isCounted(row, horizon); s++) {
      List<Integer> set = rules.segmentSets().get(s);
      Function<Map<String, Object>, Object> segmentOf =
          other ->
              set.stream().map(attribute -> other.get(rules.attributes().get(attribute))).toList();
      List<Map<String, Object>> peers =
          earlier.stream()
              .filter(other -> isCounted(other, horizon))
              .filter(other -> segmentOf.apply(other).equals(segmentOf.apply(row)))
              .toList();
      if (answersAny(row) && peers.stream().noneMatch(this::answersAny)) {
        inPopulation |= 1L << s;
      }
      for (int m = 0; m < metricsCount; m++) {
        String metric = rules.questions().get(rules.metrics().get(m)).name();
        byte score = (byte) row.get(metric);
        long bit = 1L << (s * metricsCount + m);
        if (score != 0 && peers.stream().allMatch(other -> (byte) other.get(metric) == 0)) {
          inSegment |= bit;
        }
        if (score != 0 && peers.stream().allMatch(other -> (byte) other.get(metric) != score)) {
          atScore |= bit;
        }
      }
    }
    row.put("first_in_segment_" + horizon, inSegment);
    row.put("first_at_score_" + horizon, atScore);
    row.put("first_in_population_" + horizon, inPopulation);
  }

  private static boolean isCounted(Map<String, Object> row, int horizon) {
    return (boolean) row.get("is_primary")
        && (boolean) row.get("in_window")
        && row.get("eligibility").equals("eligible")
        && (boolean) row.get("mature_" + horizon);
  }

  private boolean answersAny(Map<String, Object> row) {
    return rules.metrics().stream()
        .anyMatch(metric -> (byte) row.get(rules.questions().get(metric).name()) != 0);
  }

  private byte carried(
      String question,
      LocalDate anchor,
      Map<String, Object> row,
      List<Map<String, Object>> earlier) {
    if ((byte) row.get(question) != 0) {
      return 0;
    }
    byte carried = 0;
    for (Map<String, Object> other : earlier) {
      long age = ChronoUnit.DAYS.between((LocalDate) other.get("anchor_on"), anchor);
      if (age <= rules.maxPairAgeDays() && (byte) other.get(question) != 0) {
        carried = (byte) other.get(question);
      }
    }
    return carried;
  }

  private static byte code(Question question, List<Company.Response> responses) {
    return responses.stream()
        .map(response -> response.answers().get(question.name()))
        .filter(Objects::nonNull)
        .findFirst()
        .map(
            answer ->
                question.favourable() == Favourable.HIGH
                    ? 1 + answer - question.minimum()
                    : 1 + question.maximum() - answer)
        .orElse(0)
        .byteValue();
  }

  private Company.Version firstVersion(String customer) {
    return versions(customer).get(0);
  }

  private Company.Version lastVersion(String customer) {
    List<Company.Version> versions = versions(customer);
    return versions.get(versions.size() - 1);
  }

  private Company.Version versionOn(String customer, LocalDate day) {
    Company.Version valid = firstVersion(customer);
    for (Company.Version version : versions(customer)) {
      if (!version.effectiveFrom().isAfter(day)) {
        valid = version;
      }
    }
    return valid;
  }

  private List<Company.Version> versions(String customer) {
    return company.versions.stream()
        .filter(version -> version.customer().equals(customer))
        .sorted(Comparator.comparing(Company.Version::effectiveFrom))
        .toList();
  }

  private long revenue(String customer, LocalDate after, LocalDate upTo) {
    return transactions(customer, after, upTo).stream()
        .map(Company.Transaction::signedAmount)
        .reduce(BigDecimal.ZERO, BigDecimal::add)
        .multiply(new BigDecimal(100))
        .longValueExact();
  }

  private Long margin(String customer, LocalDate after, LocalDate upTo) {
    List<Long> margins =
        transactions(customer, after, upTo).stream().map(Company.Transaction::marginCents).toList();
    return margins.stream().anyMatch(Objects::isNull)
        ? null
        : Long.valueOf(margins.stream().mapToLong(Long::longValue).sum());
  }

  private long purchases(String customer, LocalDate after, LocalDate upTo) {
    return transactions(customer, after, upTo).stream().filter(NaiveLinking::isPurchase).count();
  }

  private static boolean isPurchase(Company.Transaction transaction) {
    return transaction.kind().equals("purchase");
  }

  private List<Company.Transaction> transactions(String customer, LocalDate after, LocalDate upTo) {
    return company.transactions.stream()
        .filter(transaction -> customer.equals(transaction.customer()))
        .filter(transaction -> !transaction.on().isAfter(rules.asOf()))
        .filter(transaction -> transaction.on().isAfter(after))
        .filter(transaction -> !transaction.on().isAfter(upTo))
        .toList();
  }

  private List<Company.Attrition> attrition(String customer) {
    return company.attrition.stream()
        .filter(event -> event.customer().equals(customer))
        .filter(event -> !effectiveOn(event).isAfter(rules.asOf()))
        .toList();
  }

  private static LocalDate effectiveOn(Company.Attrition event) {
    if (event.event().equals("lost") && event.noticedOn() != null) {
      return event.noticedOn().isBefore(event.occurredOn())
          ? event.noticedOn()
          : event.occurredOn();
    }
    return event.occurredOn();
  }
}
