/** Linkage: links customer experience to business results. */
package linkage;
