/**
 * Relational shape: running the {@code .sql} files of the jobs, each of which plans one dataset
 * from declared inputs, and grouping rows for typed functions.
 */
package linkage.sql;
