package linkage.config;

/** What a new file of a source holds. */
public enum Delivery {
  /** The whole table again, as it was on the day of the file. */
  SNAPSHOT,
  /** Only new and changed rows. */
  CHANGES;

  /** The name used in settings, such as {@code snapshot}. */
  public String key() {
    return Keys.of(this);
  }
}
