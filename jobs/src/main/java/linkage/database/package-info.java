/**
 * Sources that lie in a database: what is new there is pulled into landing, one Parquet file per
 * pull, and from then on is read as any delivered file is.
 *
 * <p>Reading order: {@link linkage.database.Pulls} (what is landed, and when nothing is), {@link
 * linkage.database.Database} (how a database is read). Depends on Spark's JDBC reader.
 */
package linkage.database;
