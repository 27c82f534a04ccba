/**
 * The contracts: every table that enters Linkage and every mart that leaves it, with its columns,
 * types, key, classification and rules, read once from the Open Data Contract Standard files in
 * {@code schemas/}.
 *
 * <p>May depend on Spark's types and on Jackson only. Read {@link linkage.contract.Contract} first,
 * then {@link linkage.contract.Field}.
 */
package linkage.contract;
