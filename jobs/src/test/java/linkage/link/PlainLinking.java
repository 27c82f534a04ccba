package linkage.link;

import static java.util.Comparator.comparing;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToIntFunction;
import linkage.link.LinkRules.Favourable;
import linkage.link.LinkRules.Question;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Links a company with {@link CustomerTimeline}, but without Spark: rows by column name. */
final class PlainLinking {
  private PlainLinking() {}

  static List<Map<String, Object>> link(
      Company company, LinkRules rules, ToIntFunction<String> bucketOfCluster) {
    List<Map<String, Object>> rows = new ArrayList<>();
    var timeline = new CustomerTimeline(rules);
    for (String customer : company.customers()) {
      timeline.clear();
      feed(timeline, company, customer, rules, bucketOfCluster);
      for (Observation observation : timeline.observations()) {
        rows.add(row(rules, customer, observation));
      }
    }
    return rows;
  }

  private static void feed(
      CustomerTimeline timeline,
      Company company,
      String customer,
      LinkRules rules,
      ToIntFunction<String> bucketOfCluster) {
    company.versions.stream()
        .filter(version -> version.customer().equals(customer))
        .sorted(comparing(Company.Version::effectiveFrom))
        .forEach(
            version ->
                timeline.addVersion(
                    day(version.effectiveFrom()),
                    bucketOfCluster.applyAsInt(version.cluster()),
                    day(version.acquiredOn()),
                    version.attributes().toArray(String[]::new)));
    company.responses.stream()
        .filter(response -> response.customer().equals(customer))
        .sorted(
            comparing(Company.Response::on)
                .thenComparing(Company.Response::at)
                .thenComparing(Company.Response::id))
        .forEach(
            response ->
                timeline.addResponse(
                    day(response.on()), codes(rules.questions(), response.answers())));
    company.attrition.stream()
        .filter(event -> event.customer().equals(customer))
        .sorted(
            comparing(PlainLinking::effectiveOn)
                .thenComparing(Company.Attrition::event, Comparator.naturalOrder()))
        .forEach(
            event -> {
              if (event.event().equals("lost")) {
                timeline.addLoss(day(effectiveOn(event)));
              } else {
                timeline.addReturn(day(effectiveOn(event)));
              }
            });
    company.transactions.stream()
        .filter(transaction -> customer.equals(transaction.customer()))
        .sorted(comparing(Company.Transaction::on))
        .forEach(
            transaction -> {
              long margin =
                  Objects.requireNonNullElse(transaction.marginCents(), LinkEvent.NO_MARGIN);
              if (transaction.kind().equals("purchase")) {
                timeline.addPurchase(day(transaction.on()), transaction.cents(), margin);
              } else {
                timeline.addOtherTransaction(day(transaction.on()), transaction.cents(), margin);
              }
            });
  }

  private static LocalDate effectiveOn(Company.Attrition event) {
    boolean isNoticedBefore =
        event.event().equals("lost")
            && event.noticedOn() != null
            && event.noticedOn().isBefore(event.occurredOn());
    return isNoticedBefore ? event.noticedOn() : event.occurredOn();
  }

  private static byte[] codes(List<Question> questions, Map<String, Integer> answers) {
    var codes = new byte[questions.size()];
    for (int q = 0; q < codes.length; q++) {
      Question question = questions.get(q);
      Integer answer = answers.get(question.name());
      if (answer != null) {
        codes[q] =
            (byte)
                (question.favourable() == Favourable.HIGH
                    ? answer - question.minimum() + 1
                    : question.maximum() - answer + 1);
      }
    }
    return codes;
  }

  private static Map<String, Object> row(
      LinkRules rules, String customer, Observation observation) {
    StructType schema = Linked.schema(rules);
    Object[] values = Linked.values(customer, observation, schema.size());
    Map<String, Object> row = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      boolean isDay = schema.fields()[i].dataType().equals(DataTypes.DateType);
      row.put(
          schema.fieldNames()[i],
          isDay ? LocalDate.ofEpochDay((Integer) values[i]) : listed(values[i]));
    }
    return row;
  }

  /** Arrays as lists, which compare by what they hold. */
  private static Object listed(Object value) {
    return value instanceof long[] numbers ? Arrays.stream(numbers).boxed().toList() : value;
  }

  private static int day(LocalDate date) {
    return Math.toIntExact(date.toEpochDay());
  }
}
