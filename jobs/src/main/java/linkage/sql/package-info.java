/**
 * Relational shape: running the {@code .sql} files of the jobs, each of which plans one dataset
 * from declared inputs, and bringing the rows of a key together: for typed functions, and only
 * where a key has several.
 */
package linkage.sql;
