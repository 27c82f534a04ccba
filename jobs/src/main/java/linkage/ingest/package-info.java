/**
 * Ingest: each new raw file is read once, mapped by the deployment's SQL, validated against the
 * contract, and every one of its records ends up accepted, as a duplicate, or in quarantine with
 * all its reasons.
 *
 * <p>Reading order: {@link linkage.ingest.Ingest} (the steps), {@link linkage.ingest.Discovery}
 * (which files are read), {@link linkage.ingest.Mapping} (raw columns to canonical ones), {@link
 * linkage.ingest.RowValidator} (what a valid row is), {@link linkage.ingest.SourceReading} (all
 * rows of a source in one go), {@link linkage.ingest.RowVersions} (which of them are new), {@link
 * linkage.ingest.Accounts} (what became of each record), {@link linkage.ingest.GateKeeper} (when a
 * night must stop), {@link linkage.ingest.Appends} (what is kept).
 */
package linkage.ingest;
