package linkage.config;

/**
 * A further raw view that a mapping may join; all of its files are read every time.
 *
 * @param name the view's name in the mapping SQL
 * @param raw its files
 */
public record LookupSettings(String name, RawFileSettings raw) {}
