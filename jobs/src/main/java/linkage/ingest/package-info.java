/**
 * Ingest: each new raw file is read once, mapped by the deployment's SQL, validated against the
 * contract, and every one of its records ends up accepted, as a duplicate, or in quarantine with
 * all its reasons.
 *
 * <p>Reading order: {@link linkage.ingest.Ingest} (the steps), {@link linkage.ingest.Mapping} (raw
 * columns to canonical ones), {@link linkage.ingest.RowValidator} (what a valid row is), {@link
 * linkage.ingest.RowVersions} (which rows are new), {@link linkage.ingest.GateKeeper} (when a night
 * must stop).
 */
package linkage.ingest;
