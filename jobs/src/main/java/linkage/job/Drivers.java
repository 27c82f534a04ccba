package linkage.job;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import linkage.config.Settings;
import linkage.counts.DoublyRobust;
import linkage.counts.DriverBasis;
import linkage.counts.DriverMoments;
import linkage.marts.DoublyRobustImpacts;
import linkage.marts.DriverStatistics;
import linkage.stats.drivers.Winsor;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What the drivers of each segment say.
 *
 * @param statistics of all segments
 * @param caps of each horizon's revenue
 * @param doublyRobust the rows of that rung, if there are any
 */
record Drivers(Dataset<Row> statistics, List<Winsor> caps, Optional<Dataset<Row>> doublyRobust) {

  /** Weighs the drivers of calibrated observations; where none is declared nothing is read. */
  static Drivers weighed(Dataset<Row> observations, Settings settings, LocalDate asOf) {
    if (settings.drivers().isEmpty()) {
      return new Drivers(
          DriverStatistics.none(observations.sparkSession()), List.of(), Optional.empty());
    }
    DriverBasis basis = DriverBasis.of(observations, settings);
    // Side by side: the passes of the one leave gaps that the other fills.
    List<Supplier<Optional<Dataset<Row>>>> both =
        List.of(
            () -> Optional.of(statistics(observations, basis, settings, asOf)),
            () -> doublyRobust(observations, basis, settings, asOf));
    List<Optional<Dataset<Row>>> found = Parallel.map(both, Supplier::get);
    return new Drivers(found.get(0).orElseThrow(), basis.caps().revenue(), found.get(1));
  }

  private static Dataset<Row> statistics(
      Dataset<Row> observations, DriverBasis basis, Settings settings, LocalDate asOf) {
    Dataset<Row> moments = DriverMoments.build(observations, settings, basis, asOf);
    return Work.held(DriverStatistics.build(moments, basis, settings, asOf)).rows();
  }

  private static Optional<Dataset<Row>> doublyRobust(
      Dataset<Row> observations, DriverBasis basis, Settings settings, LocalDate asOf) {
    if (settings.source("transactions").isEmpty()) {
      return Optional.empty();
    }
    List<DoublyRobust.Effect> effects =
        DoublyRobust.of(
            observations, basis, settings, DoublyRobustImpacts.heldEqual(settings, asOf), asOf);
    return Optional.of(
        DoublyRobustImpacts.build(observations.sparkSession(), effects, basis, settings, asOf));
  }
}
