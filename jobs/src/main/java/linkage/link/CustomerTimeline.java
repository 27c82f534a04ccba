package linkage.link;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.time.LocalDate;
import java.time.Period;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;

/**
 * The events of one customer, and the observations they make.
 *
 * <p>Events are added in order of their days, each kind for itself: versions and responses before
 * invitations, attrition and transactions, so that nothing is stored for a customer who is unknown
 * or, unless everybody is looked at, never answered. One instance serves many customers, one after
 * the other.
 *
 * <p><b>Cost:</b> O(a log e) time for a anchors and e events, by binary search over the sorted days
 * and running sums of exact cents; O(a + e) memory. The number of versions counts quadratically, as
 * there are few.
 */
final class CustomerTimeline {
  private static final String UNKNOWN = "unknown";

  private final LinkRules rules;
  private final Scope scope;
  private final int asOf;
  private final int completeThrough;
  private final int windowStart;
  private final int[] horizons;
  private final int[] metrics;
  private final int[] carriedQuestions;
  private final int[][] segmentSets;
  private final int[] monthEnds;

  private int bucket;
  private int acquiredOn;
  private final IntArrayList versionDays = new IntArrayList();
  private final List<String[]> versions = new ArrayList<>();

  private final IntArrayList anchorDays = new IntArrayList();
  private final IntArrayList responsesCounts = new IntArrayList();
  private final List<byte[]> codes = new ArrayList<>();

  private final IntArrayList invitationDays = new IntArrayList();
  private final BitSet areAnswered = new BitSet();

  private final IntArrayList stateDays = new IntArrayList();
  private final List<State> states = new ArrayList<>();
  private final IntArrayList lossDays = new IntArrayList();

  private final IntArrayList transactionDays = new IntArrayList();
  private final LongArrayList runningCents = new LongArrayList();
  private final LongArrayList runningMargins = new LongArrayList();

  /** How many transactions so far came without a margin. */
  private final IntArrayList runningUnknowns = new IntArrayList();

  private final IntArrayList purchaseDays = new IntArrayList();

  /** By set and segment: the metrics answered so far. */
  private long[] seenMetrics = {};

  /** By set, segment and metric: the scores seen so far, two words of 64 each. */
  private long[] seenScores = {};

  private enum State {
    LOST,
    ACTIVE
  }

  /** Whose events are kept. */
  enum Scope {
    /** Those of customers who answered. */
    RESPONDENTS,

    /** Those of all known customers. */
    EVERYBODY
  }

  CustomerTimeline(LinkRules rules) {
    this(rules, Scope.RESPONDENTS);
  }

  CustomerTimeline(LinkRules rules, Scope scope) {
    this.rules = rules;
    this.scope = scope;
    this.asOf = Math.toIntExact(rules.asOf().toEpochDay());
    this.completeThrough = Math.toIntExact(rules.completeThrough().toEpochDay());
    this.windowStart = Math.toIntExact(rules.windowStart().toEpochDay());
    this.horizons = unboxed(rules.horizonsDays());
    this.metrics = unboxed(rules.metrics());
    this.carriedQuestions = unboxed(rules.carriedQuestions());
    this.segmentSets =
        rules.segmentSets().stream().map(CustomerTimeline::unboxed).toArray(int[][]::new);
    this.monthEnds =
        rules
            .windowStart()
            .withDayOfMonth(1)
            .datesUntil(rules.asOf().plusDays(1), Period.ofMonths(1))
            .map(month -> month.with(TemporalAdjusters.lastDayOfMonth()))
            .mapToInt(day -> Math.toIntExact(day.toEpochDay()))
            .filter(day -> day <= asOf)
            .toArray();
  }

  /** Forgets the customer. */
  void clear() {
    versionDays.clear();
    versions.clear();
    anchorDays.clear();
    responsesCounts.clear();
    codes.clear();
    invitationDays.clear();
    areAnswered.clear();
    stateDays.clear();
    states.clear();
    lossDays.clear();
    transactionDays.clear();
    runningCents.clear();
    runningMargins.clear();
    runningUnknowns.clear();
    purchaseDays.clear();
  }

  /**
   * Adds a version of the customer. The bucket of the first version and the acquisition of the last
   * one count; of two versions of one day the later one added counts.
   *
   * @param attributes values in the order of the rules, null where unknown
   */
  void addVersion(int effectiveDay, int bucket, int acquiredDay, String[] attributes) {
    if (attributes.length != rules.attributes().size()) {
      throw new IllegalArgumentException(
          "Cannot link a customer: the version of %s has %d attribute(s), expected %s."
              .formatted(
                  LocalDate.ofEpochDay(effectiveDay), attributes.length, rules.attributes()));
    }
    if (versions.isEmpty()) {
      this.bucket = bucket;
    }
    this.acquiredOn = acquiredDay;
    var known = new String[attributes.length];
    for (int a = 0; a < known.length; a++) {
      known[a] = Objects.requireNonNullElse(attributes[a], UNKNOWN);
    }
    addInOrder(versionDays, effectiveDay);
    versions.add(known);
  }

  /**
   * Adds a response; responses of one day come in the order in which they were given.
   *
   * @param responseCodes per question 0, or the level of the answer plus 1; kept, and changed if
   *     another response of that day follows
   */
  void addResponse(int day, byte[] responseCodes) {
    if (versions.isEmpty() || day > asOf) {
      return;
    }
    int last = anchorDays.size() - 1;
    if (last < 0 || anchorDays.getInt(last) != day) {
      addInOrder(anchorDays, day);
      responsesCounts.add(1);
      codes.add(responseCodes);
      return;
    }
    responsesCounts.set(last, responsesCounts.getInt(last) + 1);
    byte[] dayCodes = codes.get(last);
    for (int q = 0; q < dayCodes.length; q++) {
      if (dayCodes[q] == 0) {
        dayCodes[q] = responseCodes[q];
      }
    }
  }

  /** Adds an invitation to a survey. */
  void addInvitation(int day, boolean isAnswered) {
    if (!versions.isEmpty() && day <= asOf) {
      addInOrder(invitationDays, day);
      areAnswered.set(invitationDays.size() - 1, isAnswered);
    }
  }

  /** Adds a loss on the day from which it is known to come; before a return of the same day. */
  void addLoss(int day) {
    if (addState(day, State.LOST)) {
      lossDays.add(day);
    }
  }

  /** Adds the return of a lost customer. */
  void addReturn(int day) {
    addState(day, State.ACTIVE);
  }

  private boolean addState(int day, State state) {
    boolean matters = isLookedAt() && !rules.followsInactivity() && day <= asOf;
    if (matters) {
      addInOrder(stateDays, day);
      states.add(state);
    }
    return matters;
  }

  /**
   * Adds a purchase.
   *
   * @param marginCents {@link LinkEvent#NO_MARGIN} if it isn't known
   */
  void addPurchase(int day, long cents, long marginCents) {
    if (isLookedAt() && day <= asOf) {
      addRevenue(day, cents, marginCents);
      purchaseDays.add(day);
    }
  }

  /** Adds a transaction other than a purchase. */
  void addOtherTransaction(int day, long cents, long marginCents) {
    if (isLookedAt() && day <= asOf) {
      addRevenue(day, cents, marginCents);
    }
  }

  private void addRevenue(int day, long cents, long marginCents) {
    boolean isUnknown = marginCents == LinkEvent.NO_MARGIN;
    int last = transactionDays.size() - 1;
    long sum = last < 0 ? cents : Math.addExact(runningCents.getLong(last), cents);
    long margins = last < 0 ? 0 : runningMargins.getLong(last);
    margins = isUnknown ? margins : Math.addExact(margins, marginCents);
    int unknowns = (last < 0 ? 0 : runningUnknowns.getInt(last)) + (isUnknown ? 1 : 0);
    if (last >= 0 && transactionDays.getInt(last) == day) {
      runningCents.set(last, sum);
      runningMargins.set(last, margins);
      runningUnknowns.set(last, unknowns);
    } else {
      addInOrder(transactionDays, day);
      runningCents.add(sum);
      runningMargins.add(margins);
      runningUnknowns.add(unknowns);
    }
  }

  private boolean isLookedAt() {
    return scope == Scope.EVERYBODY ? !versions.isEmpty() : hasAnchors();
  }

  private boolean hasAnchors() {
    return !anchorDays.isEmpty();
  }

  /**
   * The customer at each end of a month in the analysis window at which a response would have been
   * eligible: by the same rules as respondents, so that the two can be compared.
   */
  List<Snapshot> snapshots() {
    if (versions.isEmpty()) {
      return List.of();
    }
    int[] streakEnds = streakEnds();
    List<Snapshot> snapshots = new ArrayList<>(monthEnds.length);
    for (int day : monthEnds) {
      int landmark = day + rules.landmarkDays();
      if (day >= windowStart && eligibility(day, landmark) == Eligibility.ELIGIBLE) {
        snapshots.add(snapshot(day, landmark, lossDays(landmark, streakEnds)));
      }
    }
    return snapshots;
  }

  private Snapshot snapshot(int day, int landmark, int loss) {
    var isMature = new boolean[horizons.length];
    var isRetained = new boolean[horizons.length];
    for (int h = 0; h < horizons.length; h++) {
      isMature[h] = landmark + horizons[h] <= completeThrough;
      isRetained[h] = isRetained(landmark, horizons[h], loss);
    }
    return new Snapshot(
        bucket,
        day,
        versions.get(versionOn(day)),
        day - acquiredOn,
        revenue(day - horizons[0], day),
        isMature,
        isRetained);
  }

  /** The customer at each invitation in the analysis window, if a response would be eligible. */
  List<Invited> invitations() {
    List<Invited> invited = new ArrayList<>(invitationDays.size());
    for (int i = 0; i < invitationDays.size(); i++) {
      int day = invitationDays.getInt(i);
      if (day >= windowStart
          && eligibility(day, day + rules.landmarkDays()) == Eligibility.ELIGIBLE) {
        int purchases = countUpTo(purchaseDays, day);
        invited.add(
            new Invited(
                bucket,
                versions.get(versionOn(day)),
                areAnswered.get(i),
                day - acquiredOn,
                purchases == 0 ? Observation.NONE : day - purchaseDays.getInt(purchases - 1),
                revenue(day - horizons[0], day),
                purchases - countUpTo(purchaseDays, day - horizons[0]),
                revenue(day - 2 * horizons[0], day - horizons[0])));
      }
    }
    return invited;
  }

  private int versionOn(int day) {
    return Math.max(0, countUpTo(versionDays, day) - 1);
  }

  /** The customer's observations by anchor day; empty without responses. */
  List<Observation> observations() {
    if (!hasAnchors()) {
      return List.of();
    }
    int[][] segments = segments();
    prepareFirsts();
    int[] streakEnds = streakEnds();
    List<Observation> observations = new ArrayList<>(anchorDays.size());
    int month = Integer.MIN_VALUE;
    for (int i = 0; i < anchorDays.size(); i++) {
      int anchor = anchorDays.getInt(i);
      int monthDay = anchor - LocalDate.ofEpochDay(anchor).getDayOfMonth() + 1;
      boolean isPrimary = monthDay != month;
      month = monthDay;
      observations.add(observation(i, monthDay, isPrimary, segments, streakEnds));
    }
    return observations;
  }

  private Observation observation(
      int index, int monthDay, boolean isPrimary, int[][] segments, int[] streakEnds) {
    int anchor = anchorDays.getInt(index);
    int landmark = anchor + rules.landmarkDays();
    byte[] dayCodes = codes.get(index);
    int version = versionOn(anchor);
    Eligibility eligibility = eligibility(anchor, landmark);
    boolean isEligible = eligibility == Eligibility.ELIGIBLE;
    boolean isInWindow = anchor >= windowStart;
    int purchases = countUpTo(purchaseDays, anchor);
    int loss = isEligible ? lossDays(landmark, streakEnds) : Observation.NONE;
    // The first of all counted observations is mature or none is: maturity only ends with time.
    boolean isAnalysed = isPrimary && isEligible && isInWindow;
    Observation.Firsts firsts =
        isAnalysed ? firsts(version, segments, dayCodes) : Observation.Firsts.NOWHERE;

    var overHorizons = new Observation.OverHorizon[horizons.length];
    for (int h = 0; h < horizons.length; h++) {
      int horizon = horizons[h];
      boolean isMature = landmark + horizon <= completeThrough;
      overHorizons[h] =
          new Observation.OverHorizon(
              revenue(anchor - horizon, anchor),
              purchases - countUpTo(purchaseDays, anchor - horizon),
              revenue(anchor - 2 * horizon, anchor - horizon),
              margin(anchor - horizon, anchor),
              isMature,
              isEligible ? outcome(landmark, horizon, loss) : null,
              isMature ? firsts : Observation.Firsts.NOWHERE);
    }
    return new Observation(
        bucket,
        anchor,
        monthDay,
        isPrimary,
        isInWindow,
        eligibility,
        versions.get(version),
        anchor < versionDays.getInt(0),
        dayCodes,
        carriedCodes(index),
        responsesCounts.getInt(index),
        anchor - acquiredOn,
        purchases == 0 ? Observation.NONE : anchor - purchaseDays.getInt(purchases - 1),
        overHorizons,
        loss,
        Math.max(0, completeThrough - landmark),
        isAnalysed && !rules.followsInactivity() ? monthlyRevenue(anchor, landmark) : null);
  }

  private long[] monthlyRevenue(int anchor, int landmark) {
    var months = new long[1 + 2 * Linked.MONTHS];
    int year = Linked.MONTHS * Linked.DAYS_PER_MONTH;
    months[0] = revenue(anchor - 2 * year, anchor - year);
    for (int month = 0; month < Linked.MONTHS; month++) {
      int after = month * Linked.DAYS_PER_MONTH;
      int upTo = after + Linked.DAYS_PER_MONTH;
      months[1 + month] = revenue(anchor - year + after, anchor - year + upTo);
      months[1 + Linked.MONTHS + month] = revenue(landmark + after, landmark + upTo);
    }
    return months;
  }

  private Eligibility eligibility(int anchor, int landmark) {
    if (acquiredOn > anchor) {
      return Eligibility.BEFORE_ACQUISITION;
    }
    if (!rules.followsInactivity()) {
      return isActive(landmark) ? Eligibility.ELIGIBLE : Eligibility.NOT_ACTIVE_AT_LANDMARK;
    }
    return hasPurchase(anchor - rules.inactivityDays(), anchor)
        ? Eligibility.ELIGIBLE
        : Eligibility.INACTIVE_AT_ANCHOR;
  }

  /** The state on a day from acquisition on: active unless the last event up to it is a loss. */
  private boolean isActive(int day) {
    int events = countUpTo(stateDays, day);
    return events == 0 || states.get(events - 1) == State.ACTIVE;
  }

  /**
   * Days from the landmark to the first loss after it, {@link Observation#NONE} if none is known.
   */
  private int lossDays(int landmark, int[] streakEnds) {
    if (!rules.followsInactivity()) {
      int next = countUpTo(lossDays, landmark);
      return next == lossDays.size() ? Observation.NONE : lossDays.getInt(next) - landmark;
    }
    // The clock starts anew at the landmark, as for retention, and with each purchase in time.
    int next = countUpTo(purchaseDays, landmark);
    boolean isInTime =
        next < purchaseDays.size()
            && purchaseDays.getInt(next) - landmark <= rules.inactivityDays();
    int streakEnd = isInTime ? streakEnds[next] : landmark;
    int loss = streakEnd + rules.inactivityDays();
    // That nobody bought is known only where transactions are complete.
    return loss <= completeThrough ? loss - landmark : Observation.NONE;
  }

  /** By purchase: the last day of the unbroken streak of purchases that it belongs to. */
  private int[] streakEnds() {
    if (!rules.followsInactivity()) {
      return new int[0];
    }
    var ends = new int[purchaseDays.size()];
    for (int p = ends.length - 1; p >= 0; p--) {
      int day = purchaseDays.getInt(p);
      boolean goesOn =
          p + 1 < ends.length && purchaseDays.getInt(p + 1) - day <= rules.inactivityDays();
      ends[p] = goesOn ? ends[p + 1] : day;
    }
    return ends;
  }

  private Observation.Outcome outcome(int landmark, int horizon, int loss) {
    int end = landmark + horizon;
    boolean isRetained = isRetained(landmark, horizon, loss);
    boolean isActiveAtHorizon =
        rules.followsInactivity() ? hasPurchase(end - rules.inactivityDays(), end) : isActive(end);
    return new Observation.Outcome(
        isRetained,
        isActiveAtHorizon,
        isRetained && hasPurchase(landmark, end),
        revenue(landmark, end),
        margin(landmark, end));
  }

  private boolean isRetained(int landmark, int horizon, int loss) {
    return rules.followsInactivity()
        ? hasPurchase(landmark, landmark + rules.inactivityDays())
        : loss == Observation.NONE || loss > horizon;
  }

  private boolean hasPurchase(int after, int upTo) {
    return countUpTo(purchaseDays, upTo) > countUpTo(purchaseDays, after);
  }

  private long revenue(int after, int upTo) {
    return Math.subtractExact(revenueUpTo(upTo), revenueUpTo(after));
  }

  /** Null if a transaction of the window came without one. */
  private Long margin(int after, int upTo) {
    int from = countUpTo(transactionDays, after) - 1;
    int to = countUpTo(transactionDays, upTo) - 1;
    int unknownBefore = from < 0 ? 0 : runningUnknowns.getInt(from);
    if (to >= 0 && runningUnknowns.getInt(to) > unknownBefore) {
      return null;
    }
    long before = from < 0 ? 0 : runningMargins.getLong(from);
    return to < 0 ? 0 : Math.subtractExact(runningMargins.getLong(to), before);
  }

  private long revenueUpTo(int day) {
    int days = countUpTo(transactionDays, day);
    return days == 0 ? 0 : runningCents.getLong(days - 1);
  }

  private byte[] carriedCodes(int index) {
    var carried = new byte[carriedQuestions.length];
    for (int c = 0; c < carried.length; c++) {
      int question = carriedQuestions[c];
      if (codes.get(index)[question] == 0) {
        carried[c] = carriedCode(index, question);
      }
    }
    return carried;
  }

  private byte carriedCode(int index, int question) {
    int oldest = anchorDays.getInt(index) - rules.maxPairAgeDays();
    for (int i = index - 1; i >= 0 && anchorDays.getInt(i) >= oldest; i--) {
      byte code = codes.get(i)[question];
      if (code != 0) {
        return code;
      }
    }
    return 0;
  }

  /** By set and version: the first version with the same segment, which stands for the segment. */
  private int[][] segments() {
    var segments = new int[segmentSets.length][versions.size()];
    for (int s = 0; s < segmentSets.length; s++) {
      for (int v = 1; v < versions.size(); v++) {
        int same = 0;
        while (same < v && !isSameSegment(segmentSets[s], versions.get(same), versions.get(v))) {
          same++;
        }
        segments[s][v] = same;
      }
    }
    return segments;
  }

  private static boolean isSameSegment(int[] set, String[] some, String[] other) {
    for (int attribute : set) {
      if (!some[attribute].equals(other[attribute])) {
        return false;
      }
    }
    return true;
  }

  private void prepareFirsts() {
    seenMetrics = zeros(seenMetrics, segmentSets.length * versions.size());
    seenScores = zeros(seenScores, segmentSets.length * versions.size() * metrics.length * 2);
  }

  private Observation.Firsts firsts(int version, int[][] segments, byte[] dayCodes) {
    long answered = 0;
    for (int m = 0; m < metrics.length; m++) {
      if (dayCodes[metrics[m]] != 0) {
        answered |= 1L << m;
      }
    }
    if (answered == 0) {
      return Observation.Firsts.NOWHERE;
    }
    long inSegment = 0;
    long atScore = 0;
    long inPopulation = 0;
    for (int s = 0; s < segmentSets.length; s++) {
      int segment = s * versions.size() + segments[s][version];
      if (seenMetrics[segment] == 0) {
        inPopulation |= 1L << s;
      }
      inSegment |= (answered & ~seenMetrics[segment]) << (s * metrics.length);
      seenMetrics[segment] |= answered;
      for (int m = 0; m < metrics.length; m++) {
        int code = dayCodes[metrics[m]];
        int word = (segment * metrics.length + m) * 2 + code / Long.SIZE;
        long score = 1L << code;
        if (code != 0 && (seenScores[word] & score) == 0) {
          seenScores[word] |= score;
          atScore |= 1L << (s * metrics.length + m);
        }
      }
    }
    return new Observation.Firsts(inSegment, atScore, inPopulation);
  }

  private static long[] zeros(long[] reusable, int size) {
    if (reusable.length < size) {
      return new long[size];
    }
    Arrays.fill(reusable, 0, size, 0);
    return reusable;
  }

  /** How many of the sorted days are not after the given one. */
  private static int countUpTo(IntArrayList days, int day) {
    int from = 0;
    int to = days.size();
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (days.getInt(middle) <= day) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  private static void addInOrder(IntArrayList days, int day) {
    if (!days.isEmpty() && days.getInt(days.size() - 1) > day) {
      throw new IllegalStateException(
          "Cannot link a customer: an event of %s comes after one of %s, expected order by day."
              .formatted(
                  LocalDate.ofEpochDay(day), LocalDate.ofEpochDay(days.getInt(days.size() - 1))));
    }
    days.add(day);
  }

  private static int[] unboxed(List<Integer> numbers) {
    return numbers.stream().mapToInt(Integer::intValue).toArray();
  }
}
