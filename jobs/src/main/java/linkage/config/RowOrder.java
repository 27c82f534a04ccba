package linkage.config;

/** Which row of a key is the newest. Arrival never decides. */
public enum RowOrder {
  /** The row's own {@code version_at} or {@code version_number}, which the mapping selects. */
  VERSION,
  /** The date in the name of the row's file; within a file the later record. */
  FILE_DATE,
  /** The later file by name; within a file the later record. */
  RECORD;

  /** The name used in settings, such as {@code file-date}. */
  public String key() {
    return Keys.of(this);
  }
}
