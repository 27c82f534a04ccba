package linkage.cli;

import java.io.PrintWriter;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import linkage.config.MetricSettings;
import linkage.config.SegmentSet;
import linkage.config.Settings;
import linkage.ingest.IngestedFile;
import linkage.job.Night;
import linkage.job.SparkSessions;
import linkage.publish.Generations;
import linkage.publish.MartReader;

/**
 * What a person reads when a night has ended: the verdicts, the money, and where to look further.
 */
final class Answer {
  private static final List<String> MARTS = List.of("best_metrics", "reconciliation");

  private Answer() {}

  /** A verdict as the marts tell it. */
  record Found(
      String segmentSet,
      String segment,
      String verdict,
      String status,
      String bestMetric,
      String bestLabel,
      List<String> bestSet,
      Double auc,
      Double lower,
      Double upper,
      String sentence) {}

  /**
   * Prints the verdicts on retention of all customers and of the first segment set.
   *
   * @param words the options by which another command finds the marts
   */
  static void print(
      PrintWriter out,
      Settings settings,
      Generations generations,
      Night.Result result,
      String words) {
    try (Connection marts = MartReader.open(generations, MARTS)) {
      printVerdicts(out, settings, verdicts(marts, settings));
      printMoney(out, marts);
    } catch (SQLException e) {
      throw new IllegalStateException("Cannot read the marts just published", e);
    }
    printFiles(out, result);
    printPlaces(out, words, generations);
  }

  /** Where a deployment's marts are, for commands that need no session. */
  static Generations generations(Settings settings) {
    return new Generations(settings.warehouse(), SparkSessions.hadoop());
  }

  /** The verdicts on retention over the first horizon, of `all` and the first segment set. */
  static List<Found> verdicts(Connection marts, Settings settings) throws SQLException {
    String firstSet =
        settings.segmentSets().stream()
            .filter(set -> !set.equals(SegmentSet.ALL))
            .map(SegmentSet::name)
            .findFirst()
            .orElse(SegmentSet.ALL.name());
    String sql =
        """
        select segment_set, segment, verdict, verdict_status, best_metric, best_metric_label,
          best_set, best_auc, best_auc_lower, best_auc_upper, sentence
        from best_metrics
        where outcome = 'retained' and horizon_days = ? and segment_set in ('all', ?)
        order by segment_set <> 'all', observations_count desc, segment
        """;
    try (var query = marts.prepareStatement(sql)) {
      query.setInt(1, settings.horizonsDays().get(0));
      query.setString(2, firstSet);
      List<Found> found = new ArrayList<>();
      ResultSet rows = query.executeQuery();
      while (rows.next()) {
        found.add(
            new Found(
                rows.getString(1),
                rows.getString(2),
                rows.getString(3),
                rows.getString(4),
                rows.getString(5),
                rows.getString(6),
                texts(rows.getArray(7)),
                (Double) rows.getObject(8),
                (Double) rows.getObject(9),
                (Double) rows.getObject(10),
                rows.getString(11)));
      }
      return found;
    }
  }

  static void printVerdicts(PrintWriter out, Settings settings, List<Found> verdicts) {
    out.printf(
        "%nWhich metric best predicts who stays for %d days?   %s%n%n",
        settings.horizonsDays().get(0), Printable.line(settings.company()));
    if (verdicts.isEmpty()) {
      out.println(
          settings.source("survey_responses").isPresent()
              ? "  No response is old enough to know what became of it: there is nothing to say yet."
              : "  This deployment has no survey, so the survey marts are empty.");
      return;
    }
    var table = new TextTable("segment", "best metric", "how sure", "in words");
    for (Found found : verdicts) {
      table.row(
          List.of(
              found.segment().equals("all") ? "all customers" : found.segment(),
              best(settings, found),
              found.verdict().replace('_', ' '),
              found.sentence()));
    }
    out.print(table);
  }

  /** The metric with its AUC where the verdict names one. */
  static String best(Settings settings, Found found) {
    return switch (found.verdict()) {
      case "clear" ->
          String.format(
              Locale.ROOT,
              "%s (AUC %.2f, %.2f to %.2f)",
              found.bestLabel(),
              found.auc(),
              found.lower(),
              found.upper());
      case "tie", "undecided" ->
          settings.metrics().stream()
              .filter(metric -> found.bestSet().contains(metric.id()))
              .map(MetricSettings::label)
              .collect(Collectors.joining(" or "));
      case "leak_suspected" -> found.bestLabel() + "?";
      default -> "can't tell";
    };
  }

  private static void printMoney(PrintWriter out, Connection marts) throws SQLException {
    String sql =
        """
        select currency, count(*), count(ledger_amount), sum(case when is_reconciled then 1 else 0 end),
          sum(warehouse_amount), sum(quarantined_amount), coalesce(sum(unexplained_amount), 0)
        from reconciliation group by currency order by currency
        """;
    try (var statement = marts.createStatement()) {
      ResultSet rows = statement.executeQuery(sql);
      boolean any = false;
      while (rows.next()) {
        if (!any) {
          out.printf("%nDoes the money tie to the ledger?%n%n");
        }
        any = true;
        String tie =
            rows.getLong(3) == 0
                ? "no ledger to compare with"
                : "%d of %d months tie to the cent; unexplained %,.2f"
                    .formatted(rows.getLong(4), rows.getLong(3), rows.getBigDecimal(7));
        out.printf(
            Locale.ROOT,
            "  %s  %,.2f in the warehouse, %,.2f quarantined: %s%n",
            rows.getString(1),
            rows.getBigDecimal(5),
            rows.getBigDecimal(6),
            tie);
      }
    }
  }

  private static void printFiles(PrintWriter out, Night.Result result) {
    List<IngestedFile> files = result.accounts();
    out.printf(
        Locale.ROOT,
        "%nRecords read tonight: %,d = %,d accepted + %,d duplicate + %,d quarantined (reasons in"
            + " data_quality)%n",
        IngestedFile.total(files, IngestedFile::read)
            - IngestedFile.total(files, IngestedFile::filtered)
            + IngestedFile.total(files, IngestedFile::multiplied),
        IngestedFile.total(files, IngestedFile::accepted),
        IngestedFile.total(files, IngestedFile::duplicate),
        IngestedFile.total(files, IngestedFile::quarantined));
    long unlinked = result.unlinkedResponses();
    if (unlinked > 0) {
      out.printf(
          Locale.ROOT,
          "Responses of customers the CRM doesn't know (yet): %,d; they link when the customer arrives%n",
          unlinked);
    }
  }

  private static void printPlaces(PrintWriter out, String words, Generations generations) {
    out.printf(
        "%nThe marts (Parquet): %s%n",
        generations.folder(generations.current().orElseThrow().runId()));
    out.printf("Query them:          ./linkage sql %s \"select * from best_metrics\"%n", words);
  }

  private static List<String> texts(Array array) throws SQLException {
    return array == null
        ? List.of()
        : Arrays.stream((Object[]) array.getArray()).map(Object::toString).toList();
  }
}
