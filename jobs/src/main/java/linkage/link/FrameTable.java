package linkage.link;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import linkage.sql.SegmentNames;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Sums of all customers at month ends, one table per task, in the cells that {@link Everybody}
 * describes. Adding is commutative, so cells of several tables add up.
 *
 * <p><b>Cost:</b> O(months × margins + versions × segment sets × horizons) per customer. Memory is
 * one cell for each segment, horizon and bucket, and for each category.
 */
final class FrameTable {
  private static final int CUSTOMERS = 0;
  private static final int LOST = 1;
  private static final int INVITED = 2;
  private static final int ANSWERED = 3;
  private static final int DISTINCT = 4;
  private static final int SUMS = 5;

  private final LinkRules rules;
  private final int[] horizons;
  private final Map<Category, long[]> categories = new HashMap<>();
  private final Map<Place, long[]> places = new HashMap<>();

  private record Category(String margin, String name) {}

  private record Place(int segmentSet, String segment, int horizonDays, int bucket) {}

  FrameTable(LinkRules rules) {
    this.rules = rules;
    this.horizons = rules.horizonsDays().stream().mapToInt(Integer::intValue).toArray();
  }

  /** Adds one customer. */
  void add(List<Snapshot> snapshots, List<Invited> invitations) {
    // Months of one version share their segments, so these are named once for all of them.
    Set<Place> been = new HashSet<>();
    int next = 0;
    while (next < snapshots.size()) {
      String[] attributes = snapshots.get(next).attributes();
      int bucket = snapshots.get(next).bucket();
      long[][] sums = new long[horizons.length][SUMS];
      int first = next;
      while (next < snapshots.size() && snapshots.get(next).attributes() == attributes) {
        Snapshot snapshot = snapshots.get(next++);
        for (int h = 0; h < horizons.length; h++) {
          if (snapshot.isMature()[h]) {
            sums[h][CUSTOMERS]++;
            sums[h][LOST] += snapshot.isRetained()[h] ? 0 : 1;
          }
        }
        count(MarginCategory.TENURE, MarginCategory.ofTenure(snapshot.tenureDays()), 1);
        count(MarginCategory.REVENUE, MarginCategory.ofRevenue(snapshot.pastRevenueCents()), 1);
        count(MarginCategory.QUARTER, MarginCategory.ofQuarter(snapshot.day()), 1);
      }
      for (int a = 0; a < attributes.length; a++) {
        count(rules.attributes().get(a), attributes[a], next - first);
      }
      addToSegments(attributes, bucket, sums, been);
    }
    for (Invited invited : invitations) {
      long[][] sums = new long[horizons.length][SUMS];
      for (long[] ofHorizon : sums) {
        ofHorizon[INVITED] = 1;
        ofHorizon[ANSWERED] = invited.isAnswered() ? 1 : 0;
      }
      addToSegments(invited.attributes(), invited.bucket(), sums, been);
    }
  }

  private void count(String margin, String category, long customers) {
    categories.computeIfAbsent(new Category(margin, category), absent -> new long[1])[0] +=
        customers;
  }

  /** Adds sums of one customer, who is counted once in each place they have been at a month end. */
  private void addToSegments(String[] attributes, int bucket, long[][] sums, Set<Place> been) {
    for (int set = 0; set < rules.segmentSets().size(); set++) {
      String segment = segment(rules.segmentSets().get(set), attributes);
      for (int h = 0; h < horizons.length; h++) {
        var place = new Place(set, segment, horizons[h], bucket);
        long[] cell = places.computeIfAbsent(place, absent -> new long[SUMS]);
        for (int sum = 0; sum < DISTINCT; sum++) {
          cell[sum] += sums[h][sum];
        }
        if (sums[h][CUSTOMERS] > 0 && been.add(place)) {
          cell[DISTINCT]++;
        }
      }
    }
  }

  private static String segment(List<Integer> set, String[] attributes) {
    if (set.isEmpty()) {
      return SegmentNames.ALL;
    }
    var name = new StringBuilder(attributes[set.get(0)]);
    for (int a = 1; a < set.size(); a++) {
      name.append(SegmentNames.SEPARATOR).append(attributes[set.get(a)]);
    }
    return name.toString();
  }

  /** The number of cells. */
  int size() {
    return categories.size() + places.size();
  }

  /** Hands over all cells, and starts anew. */
  Stream<Row> drain() {
    List<Row> cells = new ArrayList<>(size());
    categories.forEach(
        (category, sums) ->
            cells.add(
                RowFactory.create(
                    category.margin(),
                    category.name(),
                    null,
                    null,
                    null,
                    null,
                    sums[0],
                    0L,
                    0L,
                    0L,
                    0L)));
    places.forEach(
        (place, sums) ->
            cells.add(
                RowFactory.create(
                    null,
                    null,
                    place.segmentSet(),
                    place.segment(),
                    place.horizonDays(),
                    place.bucket(),
                    sums[CUSTOMERS],
                    sums[LOST],
                    sums[INVITED],
                    sums[ANSWERED],
                    sums[DISTINCT])));
    categories.clear();
    places.clear();
    return cells.stream();
  }
}
