package linkage.config;

/** Which end of a question's scale is the good one. */
public enum Favourable {
  HIGH,
  LOW;

  /** The name used in settings, such as {@code high}. */
  public String key() {
    return Keys.of(this);
  }
}
