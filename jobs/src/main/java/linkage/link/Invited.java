package linkage.link;

/**
 * An active customer on the day of an invitation, with the history of the first horizon.
 *
 * @param recencyDays days since the last purchase, {@link Observation#NONE} without one
 */
record Invited(
    int bucket,
    String[] attributes,
    boolean isAnswered,
    int tenureDays,
    int recencyDays,
    long pastRevenueCents,
    int pastPurchasesCount,
    long priorRevenueCents) {}
