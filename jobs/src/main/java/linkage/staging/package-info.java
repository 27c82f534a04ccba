/**
 * Staging: the only state. Append-only Delta tables of accepted row versions, quarantined rows and
 * read files, made visible together by one small file. Rows are only ever rewritten to forget
 * customers, who are then listed in {@link linkage.staging.Forgotten}.
 */
package linkage.staging;
