package linkage.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import linkage.demo.Life.Attribution;
import linkage.demo.Life.Attrition;
import linkage.demo.Life.Invitation;
import linkage.demo.Life.Kind;
import linkage.demo.Life.Response;
import linkage.demo.Life.Tier;
import linkage.demo.Life.TierSince;
import linkage.demo.Life.Transaction;

/**
 * Simulates one customer's true life, month by month, from the seed and the customer's number
 * alone.
 *
 * <p>The chance to respond is a product of factors of the experience, of the tenure and of the
 * spending. A product keeps those three independent among the respondents; a logistic sum wouldn't,
 * and would relate the scores to retention (through tenure) in the region where nothing predicts.
 */
final class Lives {
  private static final int NEVER = Integer.MAX_VALUE;
  private static final int QUARTER_DAYS = 91;
  private static final double DAYS_PER_MONTH = 30.4;
  private static final double DAYS_PER_YEAR = 365.25;

  private static final String[] FIRST_NAMES = {
    "anna", "ben", "chloé", "david", "emma", "finn", "greta", "hugo", "ida", "jörg", "klara",
    "liam", "mia", "noah", "olga", "paul"
  };
  private static final String[] LAST_NAMES = {
    "alder", "berger", "curie", "diaz", "ebner", "fuchs", "graf", "huber", "iten", "jansen",
    "keller", "lang", "meier", "novak", "ott", "price"
  };

  private final SplittableRandom random;
  private final String number;
  private final Region region;
  private final double spending;
  private final boolean isEarned;
  private final int acquiredOn;
  private final Experience current;
  private final List<TierSince> tiers = new ArrayList<>();
  private final List<Attrition> attrition = new ArrayList<>();
  private final List<Invitation> invitations = new ArrayList<>();
  private final List<Transaction> transactions = new ArrayList<>();
  private final List<Integer> optionsSince = new ArrayList<>();
  private int responses;
  private Tier tier;
  private int relationSince;
  private int lostOn = NEVER;
  private int backOn = NEVER;

  private Lives(SplittableRandom random, long index, long customers) {
    this.random = random;
    number = String.format(Locale.ROOT, "%07d", index);
    region = Region.of(index, customers, random);
    spending = random.nextGaussian();
    isEarned = random.nextDouble() < 0.35;
    acquiredOn =
        random.nextDouble() < 0.45
            ? Calendar.START - 1 - random.nextInt(6 * 365)
            : Calendar.START + random.nextInt(Calendar.END - Calendar.START);
    relationSince = acquiredOn;
    double drawn = random.nextDouble();
    tier = drawn < 0.45 ? Tier.BASIC : drawn < 0.80 ? Tier.PLUS : Tier.PREMIUM;
    tiers.add(new TierSince(acquiredOn, tier));
    current = new Experience(random);
  }

  /**
   * The life of a customer.
   *
   * @param index the customer's number, from 0
   * @param customers how many customers the company has
   */
  static Life of(long seed, long index, long customers) {
    return new Lives(stream(seed, index, 1), index, customers).live();
  }

  /**
   * A stream of random numbers of one customer, independent of those of other customers and
   * purposes.
   */
  static SplittableRandom stream(long seed, long index, int purpose) {
    // Mixed, as the streams of neighbouring seeds of SplittableRandom overlap.
    return new SplittableRandom(mix(mix(seed) + mix(index * 4 + purpose)));
  }

  private static long mix(long value) {
    long mixed = value + 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  private Life live() {
    for (int month = 0; month < Calendar.MONTHS; month++) {
      int next = Calendar.firstDayOf(month + 1);
      current.nextMonth(random);
      if (backOn < next) {
        relationSince = backOn;
        lostOn = NEVER;
        backOn = NEVER;
      }
      if (relationSince < next && lostOn >= Calendar.firstDayOf(month)) {
        liveMonth(Math.max(relationSince, Calendar.firstDayOf(month)), next);
      }
    }

    return new Life(
        "C-" + number,
        random.nextDouble() < 0.04 ? null : email(),
        region,
        acquiredOn,
        isEarned,
        tiers,
        attrition,
        invitations,
        transactions);
  }

  private String email() {
    return FIRST_NAMES[random.nextInt(FIRST_NAMES.length)]
        + "."
        + LAST_NAMES[random.nextInt(LAST_NAMES.length)]
        + Integer.parseInt(number)
        + "@example.com";
  }

  /** Lives the days from {@code from} to before {@code next}, until the loss at the latest. */
  private void liveMonth(int from, int next) {
    changeTier(from, next);
    if (lostOn == NEVER && random.nextDouble() < chanceOfNotice(from, next)) {
      leave(from + random.nextInt(next - from));
    }
    int until = Math.min(next, lostOn);
    if (until > from) {
      invite(from, until);
      buy(from, until);
      renew(from, until);
    }
  }

  private void changeTier(int from, int next) {
    if (random.nextDouble() >= 0.012) {
      return;
    }
    boolean isUpgrade = random.nextDouble() < 0.6;
    int ordinal = tier.ordinal() + (isUpgrade ? 1 : -1);
    if (ordinal >= 0 && ordinal < Tier.values().length) {
      tier = Tier.values()[ordinal];
      tiers.add(new TierSince(from + random.nextInt(next - from), tier));
    }
  }

  private double chanceOfNotice(int from, int next) {
    double tenureYears = (from - acquiredOn) / DAYS_PER_YEAR;
    double hazard =
        region.monthlyHazard()
            * tier.hazardFactor()
            * (isEarned ? 0.85 : 1.1)
            * (0.85 + 0.6 * StrictMath.exp(-tenureYears))
            * StrictMath.exp(-0.15 * spending)
            * StrictMath.exp(-region.slope() * current.experience());
    return 1 - StrictMath.exp(-hazard * (next - from) / DAYS_PER_MONTH);
  }

  /** The customer decides to leave, with notice in three cases of four, and may come back. */
  private void leave(int decidedOn) {
    boolean givesNotice = random.nextDouble() < 0.75;
    lostOn = givesNotice ? decidedOn + random.nextInt(31) : decidedOn;
    int reason = random.nextInt(Texts.REASONS.length);
    attrition.add(
        new Attrition(
            true, lostOn, givesNotice ? Optional.of(decidedOn) : Optional.empty(), reason));
    if (random.nextDouble() < 0.13) {
      backOn = lostOn + 15 + random.nextInt(150);
      attrition.add(new Attrition(false, backOn, Optional.empty(), reason));
    }
  }

  private void invite(int from, int until) {
    int day = from + random.nextInt(until - from);
    boolean isInvited = random.nextDouble() < 0.36 && day >= acquiredOn + 14;
    double tenureYears = (day - acquiredOn) / DAYS_PER_YEAR;
    double chance =
        0.40
            * StrictMath.exp(0.18 * clip(current.experience()))
            * (1 + 0.06 * Math.min(4, tenureYears))
            * StrictMath.exp(0.10 * clip(spending));
    boolean responds = random.nextDouble() < chance;
    int respondsOn = day + (int) (7 * random.nextDouble() * random.nextDouble());
    if (!isInvited) {
      return;
    }
    boolean isResponse = responds && respondsOn < lostOn && respondsOn <= Calendar.END;
    Optional<Response> response = isResponse ? Optional.of(response(respondsOn)) : Optional.empty();
    String id = "I-%s-%03d".formatted(number, invitations.size());
    invitations.add(new Invitation(id, day, 8 * 3600 + random.nextInt(2 * 3600), response));
  }

  private Response response(int day) {
    int[] scores = new int[Question.values().length];
    double standing = Standing.on(day, transactions);
    for (Question question : Question.values()) {
      scores[question.ordinal()] = question.answer(region, current, standing, random);
    }
    if (PlantedDriver.bringsAnOption(scores[Question.APP.ordinal()])) {
      optionsSince.add(day);
    }
    String id = "R-%s-%03d".formatted(number, responses++);
    return new Response(id, day, 10 * 3600 + random.nextInt(12 * 3600), scores);
  }

  private void buy(int from, int until) {
    double monthlyRate =
        0.42
            * StrictMath.exp(0.45 * spending - 0.1)
            * StrictMath.exp(region.slope() > 0 ? 0.15 * clip(current.experience()) : 0);
    double limit = StrictMath.exp(-monthlyRate * (until - from) / DAYS_PER_MONTH);
    for (double left = random.nextDouble(); left > limit; left *= random.nextDouble()) {
      double scale = StrictMath.exp(0.4 * spending + 0.6 * random.nextGaussian());
      long cents = Math.round(3200 * scale);
      // One purchase in 200 is free of charge, such as a replaced device.
      boolean isFree = random.nextInt(200) == 0;
      int day = from + random.nextInt(until - from);
      book(day, Kind.PURCHASE, isFree ? 0 : cents);
      if (random.nextDouble() < 0.04) {
        long refunded = random.nextBoolean() ? cents : cents / 2;
        book(day + 3 + random.nextInt(18), Kind.REFUND, isFree ? 0 : refunded);
      }
    }
  }

  private void renew(int from, int until) {
    for (int day = from; day < until; day++) {
      if (day > relationSince && (day - relationSince) % QUARTER_DAYS == 0) {
        book(day, Kind.RENEWAL, tier.quarterlyCents() + options(day) * PlantedDriver.OPTION_CENTS);
        if (random.nextDouble() < 0.04) {
          book(day + random.nextInt(15), Kind.CREDIT, 500 + random.nextInt(1000));
        }
      }
    }
  }

  /** How many options are on a bill. */
  private long options(int day) {
    return optionsSince.stream().filter(since -> PlantedDriver.isOnBill(since, day)).count();
  }

  private void book(int day, Kind kind, long cents) {
    double drawn = random.nextDouble();
    Attribution attribution =
        drawn < 0.012
            ? Attribution.NOBODY
            : drawn < 0.014 ? Attribution.STRANGER : Attribution.CUSTOMER;
    long margin = Math.round(cents * (0.30 + 0.25 * random.nextDouble()));
    if (day <= Calendar.END) {
      String id = "T-%s-%04d".formatted(number, transactions.size());
      transactions.add(new Transaction(id, attribution, day, kind, cents, margin));
    }
  }

  private static double clip(double value) {
    return Math.max(-2, Math.min(2, value));
  }
}
