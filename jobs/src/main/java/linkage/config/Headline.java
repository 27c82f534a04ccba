package linkage.config;

/** How a metric's own level is reported, in the coding its readers know. */
public enum Headline {
  /** Share at 9–10 minus share at 0–6, in [-100, 100]; only for scales from 0 to 10. */
  NPS,
  /** Mean of the scores as they were given. */
  MEAN,
  /** Share of answers at the most favourable score, in [0, 1]. */
  TOP_BOX,
  /** Share of answers at the two most favourable scores, in [0, 1]. */
  TOP2_BOX;

  /** The name used in settings, such as {@code top2-box}. */
  public String key() {
    return Keys.of(this);
  }
}
