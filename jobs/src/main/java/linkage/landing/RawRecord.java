package linkage.landing;

/**
 * One record of a text file.
 *
 * @param number its place in the file from 1, header and blank lines left out
 * @param values one per column, as written; empty text where CSV has nothing between delimiters,
 *     null where a JSON record has null or lacks the key; all null when the record has a problem,
 *     since its values can't be told apart reliably
 * @param text exactly as in the file, without the line end that closes it
 * @param problem why the record can't be used, a phrase that follows its number; what stands before
 *     a first {@code ": "} is the reason, which doesn't depend on what the record holds; null when
 *     it can be used
 */
public record RawRecord(long number, String[] values, String text, String problem) {}
