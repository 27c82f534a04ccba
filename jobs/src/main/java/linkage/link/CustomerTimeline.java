package linkage.link;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.time.LocalDate;
import java.time.Period;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;

/**
 * The events of one customer, and the observations they make.
 *
 * <p>Events are added in order of their days, each kind for itself: versions and responses before
 * invitations, attrition and transactions, so that nothing is kept of a customer who is unknown or,
 * unless everybody is looked at, never answered. One instance serves many customers, one after the
 * other.
 *
 * <p><b>Cost:</b> O(a log e) time for a anchors and e events, by binary search over the sorted days
 * ({@link Days}, {@link Spending}); O(a + e) memory.
 */
final class CustomerTimeline {
  private static final String UNKNOWN = "unknown";

  private final LinkRules rules;
  private final Scope scope;
  private final int asOf;
  private final int completeThrough;
  private final int windowStart;
  private final int[] horizons;
  private final int[] carriedQuestions;
  private final FirstAnswers firstAnswers;
  private final int[] monthEnds;

  private int bucket;
  private int acquiredOn;
  private final Days versionDays = new Days();
  private final List<String[]> versions = new ArrayList<>();

  private final Days anchorDays = new Days();
  private final IntArrayList responsesCounts = new IntArrayList();
  private final List<byte[]> codes = new ArrayList<>();

  private final Days invitationDays = new Days();
  private final BitSet areAnswered = new BitSet();

  private final Days stateDays = new Days();
  private final List<State> states = new ArrayList<>();
  private final Days lossDays = new Days();

  private final Spending spending = new Spending();

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
    this.carriedQuestions = unboxed(rules.carriedQuestions());
    this.firstAnswers =
        new FirstAnswers(
            rules.segmentSets().stream().map(CustomerTimeline::unboxed).toArray(int[][]::new),
            unboxed(rules.metrics()));
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
    spending.clear();
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
    versionDays.add(effectiveDay);
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
    if (last < 0 || anchorDays.get(last) != day) {
      anchorDays.add(day);
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
      invitationDays.add(day);
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
      stateDays.add(day);
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
      spending.addPurchase(day, cents, marginCents);
    }
  }

  /** Adds a transaction other than a purchase. */
  void addOtherTransaction(int day, long cents, long marginCents) {
    if (isLookedAt() && day <= asOf) {
      spending.addOther(day, cents, marginCents);
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
        spending.revenue(day - horizons[0], day),
        isMature,
        isRetained);
  }

  /** The customer at each invitation in the analysis window, if a response would be eligible. */
  List<Invited> invitations() {
    List<Invited> invited = new ArrayList<>(invitationDays.size());
    for (int i = 0; i < invitationDays.size(); i++) {
      int day = invitationDays.get(i);
      if (day >= windowStart
          && eligibility(day, day + rules.landmarkDays()) == Eligibility.ELIGIBLE) {
        invited.add(
            new Invited(
                bucket,
                versions.get(versionOn(day)),
                areAnswered.get(i),
                day - acquiredOn,
                spending.recency(day),
                spending.revenue(day - horizons[0], day),
                spending.purchases(day - horizons[0], day),
                spending.revenue(day - 2 * horizons[0], day - horizons[0])));
      }
    }
    return invited;
  }

  private int versionOn(int day) {
    return Math.max(0, versionDays.countUpTo(day) - 1);
  }

  /** The customer's observations by anchor day; empty without responses. */
  List<Observation> observations() {
    if (!hasAnchors()) {
      return List.of();
    }
    firstAnswers.begin(versions);
    int[] streakEnds = streakEnds();
    List<Observation> observations = new ArrayList<>(anchorDays.size());
    int month = Integer.MIN_VALUE;
    for (int i = 0; i < anchorDays.size(); i++) {
      int anchor = anchorDays.get(i);
      int monthDay = anchor - LocalDate.ofEpochDay(anchor).getDayOfMonth() + 1;
      boolean isPrimary = monthDay != month;
      month = monthDay;
      observations.add(observation(i, monthDay, isPrimary, streakEnds));
    }
    return observations;
  }

  private Observation observation(int index, int monthDay, boolean isPrimary, int[] streakEnds) {
    int anchor = anchorDays.get(index);
    int landmark = anchor + rules.landmarkDays();
    byte[] dayCodes = codes.get(index);
    int version = versionOn(anchor);
    Eligibility eligibility = eligibility(anchor, landmark);
    boolean isEligible = eligibility == Eligibility.ELIGIBLE;
    boolean isInWindow = anchor >= windowStart;
    int loss = isEligible ? lossDays(landmark, streakEnds) : Observation.NONE;
    // The first of all counted observations is mature or none is: maturity only ends with time.
    boolean isAnalysed = isPrimary && isEligible && isInWindow;
    Observation.Firsts firsts =
        isAnalysed ? firstAnswers.next(version, dayCodes) : Observation.Firsts.NOWHERE;

    var overHorizons = new Observation.OverHorizon[horizons.length];
    for (int h = 0; h < horizons.length; h++) {
      int horizon = horizons[h];
      boolean isMature = landmark + horizon <= completeThrough;
      overHorizons[h] =
          new Observation.OverHorizon(
              spending.revenue(anchor - horizon, anchor),
              spending.purchases(anchor - horizon, anchor),
              spending.revenue(anchor - 2 * horizon, anchor - horizon),
              spending.margin(anchor - horizon, anchor),
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
        anchor < versionDays.get(0),
        dayCodes,
        carriedCodes(index),
        responsesCounts.getInt(index),
        anchor - acquiredOn,
        spending.recency(anchor),
        overHorizons,
        loss,
        Math.max(0, completeThrough - landmark),
        isAnalysed && !rules.followsInactivity() ? monthlyRevenue(anchor, landmark) : null);
  }

  private long[] monthlyRevenue(int anchor, int landmark) {
    var months = new long[1 + 2 * Linked.MONTHS];
    int year = Linked.MONTHS * Linked.DAYS_PER_MONTH;
    months[0] = spending.revenue(anchor - 2 * year, anchor - year);
    for (int month = 0; month < Linked.MONTHS; month++) {
      int after = month * Linked.DAYS_PER_MONTH;
      int upTo = after + Linked.DAYS_PER_MONTH;
      months[1 + month] = spending.revenue(anchor - year + after, anchor - year + upTo);
      months[1 + Linked.MONTHS + month] = spending.revenue(landmark + after, landmark + upTo);
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
    return spending.hasPurchase(anchor - rules.inactivityDays(), anchor)
        ? Eligibility.ELIGIBLE
        : Eligibility.INACTIVE_AT_ANCHOR;
  }

  /** The state on a day from acquisition on: active unless the last event up to it is a loss. */
  private boolean isActive(int day) {
    int events = stateDays.countUpTo(day);
    return events == 0 || states.get(events - 1) == State.ACTIVE;
  }

  /**
   * Days from the landmark to the first loss after it, {@link Observation#NONE} if none is known.
   */
  private int lossDays(int landmark, int[] streakEnds) {
    if (!rules.followsInactivity()) {
      int next = lossDays.countUpTo(landmark);
      return next == lossDays.size() ? Observation.NONE : lossDays.get(next) - landmark;
    }
    // The clock starts anew at the landmark, as for retention, and with each purchase in time.
    Days purchases = spending.purchases();
    int next = purchases.countUpTo(landmark);
    boolean isInTime =
        next < purchases.size() && purchases.get(next) - landmark <= rules.inactivityDays();
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
    Days purchases = spending.purchases();
    var ends = new int[purchases.size()];
    for (int p = ends.length - 1; p >= 0; p--) {
      int day = purchases.get(p);
      boolean goesOn = p + 1 < ends.length && purchases.get(p + 1) - day <= rules.inactivityDays();
      ends[p] = goesOn ? ends[p + 1] : day;
    }
    return ends;
  }

  private Observation.Outcome outcome(int landmark, int horizon, int loss) {
    int end = landmark + horizon;
    boolean isRetained = isRetained(landmark, horizon, loss);
    boolean isActiveAtHorizon =
        rules.followsInactivity()
            ? spending.hasPurchase(end - rules.inactivityDays(), end)
            : isActive(end);
    return new Observation.Outcome(
        isRetained,
        isActiveAtHorizon,
        isRetained && spending.hasPurchase(landmark, end),
        spending.revenue(landmark, end),
        spending.margin(landmark, end));
  }

  private boolean isRetained(int landmark, int horizon, int loss) {
    return rules.followsInactivity()
        ? spending.hasPurchase(landmark, landmark + rules.inactivityDays())
        : loss == Observation.NONE || loss > horizon;
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
    int oldest = anchorDays.get(index) - rules.maxPairAgeDays();
    for (int i = index - 1; i >= 0 && anchorDays.get(i) >= oldest; i--) {
      byte code = codes.get(i)[question];
      if (code != 0) {
        return code;
      }
    }
    return 0;
  }

  private static int[] unboxed(List<Integer> numbers) {
    return numbers.stream().mapToInt(Integer::intValue).toArray();
  }
}
