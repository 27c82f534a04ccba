/** Running the {@code .sql} files of the jobs: each one plans one dataset from declared inputs. */
package linkage.sql;
