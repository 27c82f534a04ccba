package linkage.config;

import java.util.List;

/** Every key of linkage.yaml, by the group it belongs to; {@code conf/README.md} documents each. */
final class KnownKeys {
  static final List<String> TOP =
      List.of(
          "company",
          "landing",
          "warehouse",
          "reporting-currency",
          "time-zone",
          "fiscal-year-starts-in",
          "horizons-days",
          "landmark-days",
          "analysis-window-months",
          "max-pair-age-days",
          "inactivity-days",
          "keep-generations",
          "keep-generations-hours",
          "keep-staging-days",
          "keep-quarantine-days",
          "key-variable",
          "demo",
          "smallest-group",
          "segment-sets",
          "questions",
          "metrics",
          "drivers",
          "downstream-drivers",
          "driver-scenarios",
          "sources");

  /** Under {@code questions.NAME}. */
  static final List<String> QUESTION = List.of("minimum", "maximum", "favourable", "text");

  /** Under {@code metrics.NAME}. */
  static final List<String> METRIC = List.of("question", "label", "headline");

  /** Under {@code driver-scenarios.NAME}. */
  static final List<String> DRIVER_SCENARIO = List.of("drivers", "from", "to", "become", "share");

  /** Under {@code sources.NAME}. */
  static final List<String> SOURCE =
      List.of(
          "files",
          "format",
          "jdbc",
          "delimiter",
          "quote",
          "encoding",
          "delivery",
          "order",
          "file-date",
          "date-patterns",
          "timestamp-patterns",
          "decimal-mark",
          "thousands-mark",
          "null-tokens",
          "optional-columns",
          "reporting-lag-days",
          "mapping-may-filter",
          "lookups",
          "gates");

  /** Under {@code sources.NAME.jdbc}. */
  static final List<String> JDBC =
      List.of(
          "url",
          "table",
          "query",
          "user-variable",
          "password-variable",
          "watermark",
          "overlap-minutes");

  /** Under {@code sources.NAME.lookups.NAME}. */
  static final List<String> LOOKUP = List.of("files", "format", "delimiter", "quote", "encoding");

  /** Under {@code sources.NAME.gates}. */
  static final List<String> GATES = List.of("max-bad-share", "minimum-rows", "max-age-days");

  private KnownKeys() {}
}
