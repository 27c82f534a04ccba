package linkage.link;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The events of a small company, to be linked in several ways; days are ISO dates. */
final class Company {
  record Version(
      String customer,
      String cluster,
      LocalDate acquiredOn,
      LocalDate effectiveFrom,
      List<String> attributes) {}

  record Response(
      String customer, String id, Instant at, LocalDate on, Map<String, Integer> answers) {}

  /** The margin is null where it isn't known. */
  record Transaction(
      String customer,
      LocalDate on,
      String kind,
      BigDecimal signedAmount,
      BigDecimal signedMargin) {
    long cents() {
      return signedAmount.movePointRight(2).longValueExact();
    }

    Long marginCents() {
      return signedMargin == null ? null : signedMargin.movePointRight(2).longValueExact();
    }
  }

  record Attrition(String customer, LocalDate occurredOn, LocalDate noticedOn, String event) {}

  final List<Version> versions = new ArrayList<>();
  final List<Response> responses = new ArrayList<>();
  final List<Transaction> transactions = new ArrayList<>();
  final List<Attrition> attrition = new ArrayList<>();

  /** A company with the customer "ann", acquired on that day and known since. */
  static Company withAnnSince(String acquiredOn) {
    return new Company().version("ann", acquiredOn, acquiredOn, "north", "gold");
  }

  Company version(String customer, String acquiredOn, String effectiveFrom, String... attributes) {
    versions.add(
        new Version(
            customer,
            customer,
            LocalDate.parse(acquiredOn),
            LocalDate.parse(effectiveFrom),
            Arrays.asList(attributes)));
    return this;
  }

  /** Ann answers question "nps" at noon. */
  Company answers(String on, int nps) {
    return answers(on, "12:00:00", "r" + responses.size(), Map.of("nps", nps));
  }

  Company answers(String on, String time, String id, Map<String, Integer> answers) {
    responses.add(
        new Response(
            "ann", id, Instant.parse(on + "T" + time + "Z"), LocalDate.parse(on), answers));
    return this;
  }

  Company buys(String on, String amount) {
    return transaction(on, "purchase", amount);
  }

  Company transaction(String on, String kind, String signedAmount) {
    return transaction(on, kind, signedAmount, null);
  }

  Company transaction(String on, String kind, String signedAmount, String signedMargin) {
    transactions.add(
        new Transaction(
            "ann",
            LocalDate.parse(on),
            kind,
            new BigDecimal(signedAmount),
            signedMargin == null ? null : new BigDecimal(signedMargin)));
    return this;
  }

  Company isLost(String occurredOn) {
    attrition.add(new Attrition("ann", LocalDate.parse(occurredOn), null, "lost"));
    return this;
  }

  Company isLost(String occurredOn, String noticedOn) {
    attrition.add(
        new Attrition("ann", LocalDate.parse(occurredOn), LocalDate.parse(noticedOn), "lost"));
    return this;
  }

  Company isRegained(String occurredOn) {
    attrition.add(new Attrition("ann", LocalDate.parse(occurredOn), null, "regained"));
    return this;
  }

  /** Everybody who is mentioned. */
  TreeSet<String> customers() {
    var customers = new TreeSet<String>();
    versions.forEach(version -> customers.add(version.customer()));
    responses.forEach(response -> customers.add(response.customer()));
    transactions.forEach(transaction -> customers.add(transaction.customer()));
    attrition.forEach(event -> customers.add(event.customer()));
    return customers;
  }
}
