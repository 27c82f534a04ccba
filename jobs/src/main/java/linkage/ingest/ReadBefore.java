package linkage.ingest;

import java.util.Optional;

/**
 * What is known of a file that is looked at again.
 *
 * @param isRead whether rows of it are read; if not, it is only known to be the same at another
 *     time
 * @param duplicates how many of its rows aren't kept, since they repeat the version before
 * @param replayed what of it was put aside and is replayed, if anything is
 */
record ReadBefore(boolean isRead, long duplicates, Optional<Refusals> replayed) {}
