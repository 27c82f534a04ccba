/**
 * Linking: turns current customers, responses, transactions and attrition into one row per
 * observation, that is per customer and anchor day, with the scores given that day, the past known
 * that day and the outcome after it.
 *
 * <p>Reading order: {@link linkage.link.LinkRules} (what a deployment decides), {@link
 * linkage.link.Linked} (the columns of the result), {@code CustomerTimeline} (the arithmetic of one
 * customer, without Spark), {@link linkage.link.Observations} (the pass that runs it for everyone),
 * {@link linkage.link.Unlinked} (what has no customer to link to).
 */
package linkage.link;
