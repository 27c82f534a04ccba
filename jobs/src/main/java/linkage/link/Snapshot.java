package linkage.link;

/**
 * An active customer at the end of a month, whether or not there was a survey.
 *
 * @param day the last day of the month, from 1970-01-01
 * @param pastRevenueCents revenue over the first horizon, ending that day
 * @param isMature by horizon, whether the window of its outcome is complete
 * @param isRetained by horizon, whether no loss is known in that window
 */
record Snapshot(
    int bucket,
    int day,
    String[] attributes,
    int tenureDays,
    long pastRevenueCents,
    boolean[] isMature,
    boolean[] isRetained) {}
