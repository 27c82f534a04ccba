package linkage.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * Reads the demo company's raw files in the plainest way, independently of the product: everything
 * in memory, one loop per question.
 */
final class NaiveReading {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final DateTimeFormatter GERMAN =
      DateTimeFormatter.ofPattern("dd.MM.uuuu").withResolverStyle(ResolverStyle.STRICT);
  private static final LocalDate WINDOW_START = LocalDate.of(2024, 7, 1);
  private static final LocalDate COMPLETE_THROUGH = DemoCompany.AS_OF.minusDays(31);
  private static final int HORIZON = 180;

  private final Path landing;

  NaiveReading(Path landing) {
    this.landing = landing;
  }

  /** What one response says about one customer, and whether the customer left in 180 days. */
  record Observation(
      String region, String customer, Map<String, Integer> answers, boolean isLost) {}

  private record Loss(LocalDate effectiveOn, boolean isLoss) {}

  private record Answered(
      String customer, LocalDate day, String time, Map<String, Integer> answers) {}

  List<Path> files(String glob) {
    String folder = glob.substring(0, glob.indexOf('/'));
    try (var found =
        Files.newDirectoryStream(landing.resolve(folder), glob.substring(glob.indexOf('/') + 1))) {
      var files = new ArrayList<Path>();
      found.forEach(files::add);
      files.sort(Comparator.naturalOrder());
      return files;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  List<NamedCsvRecord> csv(String glob, char delimiter) {
    var records = new ArrayList<NamedCsvRecord>();
    for (Path file : files(glob)) {
      try (CsvReader<NamedCsvRecord> reader =
          CsvReader.builder()
              .fieldSeparator(delimiter)
              .detectBomHeader(true)
              .ofNamedCsvRecord(file)) {
        reader.forEach(records::add);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    return records;
  }

  List<String> lines(String glob) {
    var lines = new ArrayList<String>();
    for (Path file : files(glob)) {
      try (var reader =
          new BufferedReader(
              new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), UTF_8))) {
        reader.lines().forEach(lines::add);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    return lines;
  }

  static Optional<LocalDate> day(String text) {
    try {
      return Optional.of(LocalDate.parse(text)).filter(day -> !day.isAfter(DemoCompany.AS_OF));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** Region by customer. */
  Map<String, String> regions() {
    var regions = new HashMap<String, String>();
    for (NamedCsvRecord row : csv("crm/customers_*.csv", ';')) {
      if (!row.getField("customer_no").isEmpty() && isGermanDay(row.getField("since"))) {
        regions.put(row.getField("customer_no"), row.getField("region"));
      }
    }

    return regions;
  }

  private static boolean isGermanDay(String text) {
    try {
      return !LocalDate.parse(text, GERMAN).isAfter(DemoCompany.AS_OF);
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  /** Mature primary observations of the analysis window, of customers active at the landmark. */
  List<Observation> observations() {
    Map<String, String> regions = regions();
    Map<String, List<Loss>> losses = losses();
    var primary = new TreeMap<String, Answered>();
    for (Answered answered : responses().values()) {
      String month = answered.customer() + " " + YearMonth.from(answered.day());
      primary.merge(
          month, answered, (one, other) -> one.time().compareTo(other.time()) <= 0 ? one : other);
    }

    var observations = new ArrayList<Observation>();
    for (Answered answered : primary.values()) {
      LocalDate landmark = answered.day().plusDays(1);
      LocalDate end = landmark.plusDays(HORIZON);
      String region = regions.get(answered.customer());
      boolean isInWindow = !answered.day().isBefore(WINDOW_START) && !end.isAfter(COMPLETE_THROUGH);
      List<Loss> events = losses.getOrDefault(answered.customer(), List.of());
      boolean isActive =
          events.stream()
              .filter(event -> !event.effectiveOn().isAfter(landmark))
              .reduce((first, second) -> second)
              .map(event -> !event.isLoss())
              .orElse(true);
      if (region != null && isInWindow && isActive) {
        boolean isLost =
            events.stream()
                .anyMatch(
                    event ->
                        event.isLoss()
                            && event.effectiveOn().isAfter(landmark)
                            && !event.effectiveOn().isAfter(end));
        observations.add(new Observation(region, answered.customer(), answered.answers(), isLost));
      }
    }

    return observations;
  }

  /** Losses, by the day of notice if it is earlier, and returns, in order, by customer. */
  private Map<String, List<Loss>> losses() {
    var current = new HashMap<String, NamedCsvRecord>();
    for (NamedCsvRecord row : csv("crm/attrition_*.csv", ',')) {
      boolean isGood =
          !row.getField("customer_id").isEmpty()
              && day(row.getField("occurred_on")).isPresent()
              && Set.of("LOST", "REGAINED").contains(row.getField("event"));
      if (isGood) {
        String key =
            String.join(
                " ",
                row.getField("customer_id"),
                row.getField("occurred_on"),
                row.getField("event"));
        current.put(key, row);
      }
    }

    var losses = new HashMap<String, List<Loss>>();
    for (NamedCsvRecord row : current.values()) {
      if (row.getField("withdrawn").isEmpty()) {
        boolean isLoss = row.getField("event").equals("LOST");
        LocalDate occurredOn = LocalDate.parse(row.getField("occurred_on"));
        LocalDate effectiveOn =
            isLoss ? day(row.getField("noticed_on")).orElse(occurredOn) : occurredOn;
        losses
            .computeIfAbsent(row.getField("customer_id"), absent -> new ArrayList<>())
            .add(new Loss(effectiveOn, isLoss));
      }
    }
    losses.values().forEach(events -> events.sort(Comparator.comparing(Loss::effectiveOn)));

    return losses;
  }

  /** The newest good version of every response. */
  private Map<String, Answered> responses() {
    var responses = new HashMap<String, Answered>();
    for (String line : lines("surveys/responses_*.jsonl.gz")) {
      JsonNode row;
      try {
        row = JSON.readTree(line);
      } catch (IOException e) {
        continue;
      }
      Optional<Map<String, Integer>> answers = answers(row);
      if (answers.isEmpty() || !row.hasNonNull("id") || !row.hasNonNull("customer")) {
        continue;
      }
      try {
        String time = row.get("completed_at").asText();
        LocalDate day = OffsetDateTime.parse(time).toLocalDate();
        if (!day.isAfter(DemoCompany.AS_OF)) {
          responses.put(
              row.get("id").asText(),
              new Answered(row.get("customer").asText(), day, time, answers.get()));
        }
      } catch (DateTimeParseException e) {
        // A bad row.
      }
    }

    return responses;
  }

  /** The answers; empty if one of them is bad. */
  private static Optional<Map<String, Integer>> answers(JsonNode row) {
    var answers = new HashMap<String, Integer>();
    var seen = new HashSet<String>();
    for (JsonNode answer : row.get("answers")) {
      Question question =
          Question.valueOf(answer.get("question").asText().toUpperCase(Locale.ROOT));
      if (!seen.add(question.id()) || answer.get("score").isTextual()) {
        return Optional.empty();
      }
      if (!answer.get("score").isNull()) {
        int score = answer.get("score").asInt();
        if (score < question.minimum() || score > question.maximum()) {
          return Optional.empty();
        }
        answers.put(question.id(), score);
      }
    }

    return Optional.of(answers);
  }

  /** Area under the ROC curve by counting every pair of a retained and a lost observation. */
  static double auc(List<Observation> observations, String metric) {
    double sign = metric.equals("ces") ? -1 : 1;
    double[] retained = scores(observations, metric, false);
    double[] lost = scores(observations, metric, true);
    double wins = 0;
    for (double one : retained) {
      for (double other : lost) {
        wins += one == other ? 0.5 : sign * one > sign * other ? 1 : 0;
      }
    }

    return wins / ((double) retained.length * lost.length);
  }

  private static double[] scores(List<Observation> observations, String metric, boolean isLost) {
    return observations.stream()
        .filter(one -> one.isLost() == isLost && one.answers().containsKey(metric))
        .mapToDouble(one -> one.answers().get(metric))
        .toArray();
  }
}
