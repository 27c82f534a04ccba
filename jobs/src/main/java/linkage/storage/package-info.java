/** What Linkage asks of any file system: small files that are replaced as a whole. */
package linkage.storage;
