/**
 * A deployment's settings: one typed, immutable record read from {@code conf/NAME/linkage.yaml} and
 * the mapping SQL beside it.
 *
 * <p>Reading order: {@link linkage.config.Settings} is what everybody else sees; {@code
 * SettingsLoader} is the table of contents of what is read and checked; {@code YamlTree} keeps the
 * lines, so that a problem names its place. Every key is documented in {@code conf/README.md}.
 *
 * <p>May import {@code linkage.contract} and the three exceptions, nothing else of Linkage.
 */
package linkage.config;
