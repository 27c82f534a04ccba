package linkage.marts;

import java.io.Serializable;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import linkage.config.DriverScenario;
import linkage.config.MetricSettings;
import linkage.config.QuestionSettings;
import linkage.config.SegmentSet;
import linkage.config.Settings;
import linkage.sql.SegmentNames;
import linkage.stats.drivers.DriverColumns;

/**
 * What of the settings the marts of drivers are made with.
 *
 * @param asOf the business day
 * @param segmentSets those that drivers are judged in
 * @param drivers the questions
 * @param metrics in declared order
 * @param scenarios the company's own
 * @param downstream by driver, those that it influences
 * @param currency of amounts
 * @param hasMoney whether there are transactions at all
 * @param hasMargins whether contribution margin is read of them
 * @param smallestGroup fewest that a figure may rest on
 */
record DriverPlan(
    LocalDate asOf,
    List<SegmentSet> segmentSets,
    List<QuestionSettings> drivers,
    List<MetricSettings> metrics,
    List<DriverScenario> scenarios,
    Map<String, List<String>> downstream,
    String currency,
    boolean hasMoney,
    boolean hasMargins,
    int smallestGroup)
    implements Serializable {

  static DriverPlan of(Settings settings, LocalDate asOf) {
    return new DriverPlan(
        asOf,
        settings.driverSegmentSets(),
        settings.drivers(),
        settings.metrics(),
        settings.driverSettings().scenarios(),
        settings.driverSettings().downstream(),
        settings.reportingCurrency().getCurrencyCode(),
        settings.source("transactions").isPresent(),
        false,
        settings.smallestGroup());
  }

  /** The same for observations with or without columns of contribution margin. */
  DriverPlan withMargins(boolean areRead) {
    return new DriverPlan(
        asOf,
        segmentSets,
        drivers,
        metrics,
        scenarios,
        downstream,
        currency,
        hasMoney,
        areRead,
        smallestGroup);
  }

  DriverColumns columns() {
    return new DriverColumns(
        drivers.stream().map(QuestionSettings::id).toList(),
        metrics.stream().map(MetricSettings::id).toList(),
        hasMargins);
  }

  int[] levels() {
    return drivers.stream().mapToInt(QuestionSettings::levels).toArray();
  }

  /** The drivers that are held equal where one's worth is estimated. */
  List<Integer> heldEqual(int driver) {
    List<String> influenced = downstream.getOrDefault(drivers.get(driver).id(), List.of());
    return IntStream.range(0, drivers.size())
        .filter(other -> other != driver && !influenced.contains(drivers.get(other).id()))
        .boxed()
        .toList();
  }

  /**
   * Where a segment that has too little may look: segments of fewer of its attributes, those of
   * most attributes first, and everyone at last.
   */
  List<Place> parents(String segmentSet, String segment) {
    List<String> attributes =
        segmentSets.stream()
            .filter(set -> set.name().equals(segmentSet))
            .findFirst()
            .orElseThrow()
            .attributes();
    List<String> values = List.of(segment.split(SegmentNames.SEPARATOR, -1));
    List<Place> parents = new ArrayList<>();
    for (int size = attributes.size() - 1; size >= 0; size--) {
      for (SegmentSet set : segmentSets) {
        boolean isParent =
            set.attributes().size() == size && attributes.containsAll(set.attributes());
        // A value that holds the separator can't be taken apart; everyone is always a parent.
        if (isParent && (size == 0 || values.size() == attributes.size())) {
          List<String> own =
              set.attributes().stream().map(name -> values.get(attributes.indexOf(name))).toList();
          parents.add(
              new Place(
                  set.name(),
                  size == 0 ? SegmentNames.ALL : String.join(SegmentNames.SEPARATOR, own)));
        }
      }
    }
    return parents;
  }

  /** A segment. */
  record Place(String segmentSet, String segment) {
    /** As a mart says where something was taken from. */
    String name() {
      return segmentSet.equals("all") ? "all" : segmentSet + ": " + segment;
    }
  }
}
