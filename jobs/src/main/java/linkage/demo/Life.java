package linkage.demo;

import java.util.List;
import java.util.Optional;

/**
 * What truly happened to one customer. Days are epoch days, money is in cents of the region's
 * currency.
 *
 * @param customerId the company's identifier
 * @param email null if not known
 * @param acquiredOn the day the customer was won
 * @param isEarned whether the customer came by referral or word of mouth
 * @param tiers since when which tier, oldest first; the first from {@code acquiredOn}
 * @param attrition losses and returns in order of their days
 * @param invitations survey invitations, with the response if there is one
 * @param transactions in no particular order
 */
record Life(
    String customerId,
    String email,
    Region region,
    int acquiredOn,
    boolean isEarned,
    List<TierSince> tiers,
    List<Attrition> attrition,
    List<Invitation> invitations,
    List<Transaction> transactions) {

  /** Tiers, cheapest first. */
  enum Tier {
    BASIC(5970, 1.2),
    PLUS(8970, 1.0),
    PREMIUM(14970, 0.8);

    private final long quarterlyCents;
    private final double hazardFactor;

    Tier(long quarterlyCents, double hazardFactor) {
      this.quarterlyCents = quarterlyCents;
      this.hazardFactor = hazardFactor;
    }

    long quarterlyCents() {
      return quarterlyCents;
    }

    double hazardFactor() {
      return hazardFactor;
    }
  }

  /** The tier that a customer has from a day on. */
  record TierSince(int day, Tier tier) {}

  /** A loss or a return; a return has no notice and no reason. */
  record Attrition(boolean isLoss, int occurredOn, Optional<Integer> noticedOn, int reason) {}

  /** A survey invitation. */
  record Invitation(String id, int day, int secondOfDay, Optional<Response> response) {}

  /**
   * A survey response.
   *
   * @param scores by ordinal of {@link Question}, {@link Question#NOT_APPLICABLE} where not
   *     answered
   */
  record Response(String id, int day, int secondOfDay, int[] scores) {
    int score(Question question) {
      return scores[question.ordinal()];
    }
  }

  /** Kinds of transactions. */
  enum Kind {
    PURCHASE(1),
    RENEWAL(1),
    REFUND(-1),
    CREDIT(-1);

    private final int sign;

    Kind(int sign) {
      this.sign = sign;
    }

    int sign() {
      return sign;
    }
  }

  /** Who a transaction is booked on. */
  enum Attribution {
    /** The customer. */
    CUSTOMER,
    /** Nobody, as for a sale over the counter. */
    NOBODY,
    /** Someone whom the CRM doesn't know. */
    STRANGER
  }

  /** A transaction; {@code cents} is never negative, its sign is the kind's. */
  record Transaction(
      String id, Attribution attribution, int day, Kind kind, long cents, long marginCents) {}

  Tier tierOn(int day) {
    Tier current = tiers.get(0).tier();
    for (TierSince since : tiers) {
      if (since.day() <= day) {
        current = since.tier();
      }
    }

    return current;
  }
}
