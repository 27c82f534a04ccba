package linkage.ingest;

import java.io.Serializable;
import java.time.LocalDate;

/**
 * What validation needs to know of a file.
 *
 * @param name path relative to the landing folder
 * @param edition counts the contents that came under the name, from 1
 * @param fileDate the date in its name, or null if the source declares none
 * @param arrivedOn local day on which the file was last written
 */
record FileFacts(String name, int edition, LocalDate fileDate, LocalDate arrivedOn)
    implements Serializable {}
