/**
 * Publishing: a run writes an immutable generation of marts, audits what it wrote, and then moves
 * one pointer.
 *
 * <p>Reading order: {@link linkage.publish.Generations} (where generations live and how readers
 * find the current one), {@link linkage.publish.Audit} (what must hold before the pointer moves),
 * {@link linkage.publish.RunLock} (a courtesy; the fence is the pointer).
 */
package linkage.publish;
