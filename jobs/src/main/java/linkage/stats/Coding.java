package linkage.stats;

import java.util.Locale;

/**
 * How a raw score is read before it is compared with an outcome.
 *
 * <p>Levels are the indices 0 to K - 1 of a metric's scale in favourable order, so the top is
 * always the best answer. A coding is a function of raw counts: it is applied to counts, never
 * stored.
 */
public enum Coding {
  /** The score as it was given. */
  RAW {
    @Override
    public boolean appliesTo(int levels) {
      return levels >= 2;
    }

    @Override
    public int codes(int levels) {
      return levels;
    }

    @Override
    int codeOf(int level, int levels) {
      return level;
    }
  },

  /** Detractor (0–6), passive (7–8), promoter (9–10); for the eleven levels 0 to 10 only. */
  NPS3 {
    @Override
    public boolean appliesTo(int levels) {
      return levels == 11;
    }

    @Override
    public int codes(int levels) {
      return 3;
    }

    @Override
    int codeOf(int level, int levels) {
      return level >= 9 ? 2 : level >= 7 ? 1 : 0;
    }
  },

  /** 1 for the best answer, 0 for any other. */
  TOP_BOX {
    @Override
    public boolean appliesTo(int levels) {
      return levels >= 2;
    }

    @Override
    int codeOf(int level, int levels) {
      return level >= levels - 1 ? 1 : 0;
    }
  },

  /** 1 for the best two answers, 0 for any other; for scales of at least three levels. */
  TOP2_BOX {
    @Override
    public boolean appliesTo(int levels) {
      return levels >= 3;
    }

    @Override
    int codeOf(int level, int levels) {
      return level >= levels - 2 ? 1 : 0;
    }
  },

  /**
   * 1 for any answer but the worst two, which are 0; for scales of at least three levels. Its 1 is
   * the favourable end, as in every coding.
   */
  BOTTOM2_BOX {
    @Override
    public boolean appliesTo(int levels) {
      return levels >= 3;
    }

    @Override
    int codeOf(int level, int levels) {
      return level >= 2 ? 1 : 0;
    }
  };

  /** Whether the coding is defined for a scale of that many levels. */
  public abstract boolean appliesTo(int levels);

  /** The number of codes that a scale of that many levels is read as. */
  public int codes(int levels) {
    return 2;
  }

  abstract int codeOf(int level, int levels);

  /**
   * The code of one level.
   *
   * @param level a level, 0 to levels - 1, in favourable order
   * @param levels the number of levels of the scale
   * @return the code, 0 to {@code codes(levels)} - 1, in favourable order
   * @throws IllegalArgumentException if the coding doesn't apply to the scale, or the scale has no
   *     such level
   */
  public int code(int level, int levels) {
    if (!appliesTo(levels)) {
      throw new IllegalArgumentException(
          "Cannot code a score as %s: its scale has %d levels.".formatted(label(), levels));
    }
    if (level < 0 || level >= levels) {
      throw new IllegalArgumentException(
          "Cannot code level %d: the scale's levels are 0 to %d.".formatted(level, levels - 1));
    }
    return codeOf(level, levels);
  }

  /**
   * Turns counts per level into counts per code.
   *
   * <p><b>Cost:</b> O(levels).
   *
   * @param counts counts, weights or amounts per level
   * @return their sums per code; a new array
   * @throws IllegalArgumentException if the coding doesn't apply to that many levels
   */
  public double[] recode(double[] counts) {
    double[] recoded = new double[codes(counts.length)];
    for (int level = 0; level < counts.length; level++) {
      recoded[code(level, counts.length)] += counts[level];
    }
    return recoded;
  }

  /** The name of the coding in settings and marts, such as {@code top2_box}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
