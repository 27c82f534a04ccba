package linkage.config;

/** How raw files are written. CSV and JSON lines may be gzipped ({@code .gz}). */
public enum FileFormat {
  /** Text with a header line in every file; all columns are read as strings. */
  CSV,
  /** One JSON object per line; nested values are kept as JSON text. */
  JSONL,
  /** Parquet files with their own types. */
  PARQUET,
  /** A Delta table's folder, with its own types. */
  DELTA;

  /** The name used in settings, such as {@code jsonl}. */
  public String key() {
    return Keys.of(this);
  }

  /** Whether the files hold text that has an encoding. */
  public boolean isText() {
    return this == CSV || this == JSONL;
  }
}
