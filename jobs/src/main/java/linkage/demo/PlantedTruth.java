package linkage.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What was planted in one segment of the demo company: which metric predicts retention there.
 *
 * <p>The truth is set per region and holds inside every tier of the region as well. It concerns the
 * outcome {@code retained} at 180 days.
 *
 * @param segmentSet {@code region}, or {@code all}
 * @param segment the region's name, or {@code all}
 * @param kind what is true there
 * @param metrics ids of the metrics the kind speaks of, best first; empty if of none
 */
public record PlantedTruth(String segmentSet, String segment, Kind kind, List<String> metrics) {
  public PlantedTruth {
    metrics = List.copyOf(metrics);
  }

  /** The kinds of truth. */
  public enum Kind {
    /** One metric predicts retention better than the others. */
    BEST,
    /** Two metrics predict retention exactly equally well, and better than the third. */
    EQUAL,
    /** Every metric has a population AUC of exactly 0.5. */
    NOTHING,
    /** There are too few losses to say anything, in a company of any size. */
    TOO_FEW,
    /** A mixture of regions with different truths, about which nothing is claimed. */
    MIXED
  }

  /** What was planted: {@code all}, then every region in the order of its declaration. */
  public static List<PlantedTruth> bySegment() {
    var truths = new ArrayList<PlantedTruth>();
    truths.add(new PlantedTruth("all", "all", Kind.MIXED, List.of()));
    for (Region region : Region.values()) {
      truths.add(new PlantedTruth("region", region.label(), region.kind(), region.metrics()));
    }

    return List.copyOf(truths);
  }

  /** What was planted in a segment; empty for a segment that has no truth of its own. */
  public static Optional<PlantedTruth> of(String segmentSet, String segment) {
    return bySegment().stream()
        .filter(truth -> truth.segmentSet.equals(segmentSet) && truth.segment.equals(segment))
        .findFirst();
  }

  /**
   * Whether a found verdict is what this truth asks for.
   *
   * <p>Strict, since an honest failure to decide isn't the planted answer either: BEST asks for
   * {@code clear} with that metric. EQUAL asks for {@code tie} or {@code undecided} and a best set
   * of the two equal metrics without the third. NOTHING asks for {@code no_signal}, which chance
   * denies in at most one seed of twenty. TOO_FEW asks for {@code insufficient}. MIXED claims
   * nothing and agrees with everything. Small companies (about 2,000 customers) may rightly stay
   * undecided where this says {@code clear}.
   *
   * @param verdict the found verdict
   * @param bestMetric the found best metric; null if there is none
   * @param bestSet the found best set; empty if there is none
   */
  public boolean agreesWith(String verdict, String bestMetric, List<String> bestSet) {
    return switch (kind) {
      case BEST -> verdict.equals("clear") && metrics.get(0).equals(bestMetric);
      case EQUAL ->
          (verdict.equals("tie") || verdict.equals("undecided"))
              && bestSet.size() == metrics.size()
              && bestSet.containsAll(metrics);
      case NOTHING -> verdict.equals("no_signal");
      case TOO_FEW -> verdict.equals("insufficient");
      case MIXED -> true;
    };
  }

  /** What was planted, in words, such as "CES predicts best". */
  public String planted() {
    return switch (kind) {
      case BEST -> "%s predicts best".formatted(label(0));
      case EQUAL -> "%s and %s equally".formatted(label(0), label(1));
      case NOTHING -> "nothing predicts";
      case TOO_FEW -> "too few losses";
      case MIXED -> "mixed";
    };
  }

  private String label(int metric) {
    return metrics.get(metric).toUpperCase(Locale.ROOT);
  }
}
