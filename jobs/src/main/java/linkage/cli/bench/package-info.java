/**
 * A company of any size, made of hashes, and what a night on it costs, beside the same link and
 * counts written by hand for DuckDB. Nothing that a night needs is here.
 */
package linkage.cli.bench;
