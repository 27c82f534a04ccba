/**
 * The demo company: raw files of any size whose truth is known, because it was planted.
 *
 * <p>Depends on Spark only. Reading order: {@link linkage.demo.PlantedTruth} and {@link
 * linkage.demo.PlantedDriver} (what is true), {@code Region}, {@code Question} and {@code Standing}
 * (how it was planted), {@code Lives} (one customer's true life), {@code Mess} and the {@code
 * *Files} (how badly it is written down), {@link linkage.demo.DemoCompany} (all of it).
 */
package linkage.demo;
