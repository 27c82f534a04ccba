/**
 * The jobs: {@link linkage.job.Night} runs the layers in their order; {@link linkage.job.Ledger}
 * keeps what happened.
 */
package linkage.job;
