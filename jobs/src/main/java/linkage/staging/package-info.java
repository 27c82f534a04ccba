/**
 * Staging: the only state. Append-only Delta tables of accepted row versions, quarantined rows and
 * read files, made visible together by one small file.
 */
package linkage.staging;
