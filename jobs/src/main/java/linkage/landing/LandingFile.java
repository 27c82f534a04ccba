package linkage.landing;

import java.io.Serializable;
import java.time.Instant;

/**
 * One delivered file; a Parquet directory or a Delta table counts as one file.
 *
 * @param path the full path, as Hadoop writes it
 * @param name the path relative to the landing directory, with {@code /} between folders
 * @param bytes size as stored, that is compressed; of a table, the sum of its files
 * @param modifiedAt when the file was last changed; of a table, its newest file
 */
public record LandingFile(String path, String name, long bytes, Instant modifiedAt)
    implements Serializable {}
