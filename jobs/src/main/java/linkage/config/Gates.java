package linkage.config;

import java.util.OptionalInt;

/**
 * What a source must satisfy before any mart may change.
 *
 * @param maxBadShare largest share of quarantined rows in the rows read from the night's new files,
 *     in [0, 1]
 * @param minimumRows fewest rows to be read from the night's new files; a night without new files
 *     isn't held to it
 * @param maxAgeDays most days from the newest day in the source to the as-of day; empty = any
 */
public record Gates(double maxBadShare, long minimumRows, OptionalInt maxAgeDays) {}
