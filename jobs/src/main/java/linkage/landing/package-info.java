/**
 * Raw files as they were delivered: found, inspected and read record by record, hostile ones
 * included.
 *
 * <p>A file either fails as a whole, with a reason, or every one of its records is handed on: with
 * its values, or with its problem, and always with its number and its exact text. Nothing here
 * knows what a column means.
 *
 * <p><b>Reading order:</b> {@link linkage.landing.FileShape}, {@link linkage.landing.LandingFiles},
 * {@link linkage.landing.FileInspection}, {@link linkage.landing.RawRecords}, {@link
 * linkage.landing.RawFiles}. Depends on Hadoop's file systems, FastCSV, Jackson and Spark.
 */
package linkage.landing;
