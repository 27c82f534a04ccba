/**
 * What Linkage asks of any file system: small files that are replaced as a whole, and Delta tables
 * whose versions are read as the files that they are.
 */
package linkage.storage;
