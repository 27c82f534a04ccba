package linkage.marts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import linkage.counts.RatedObservations;
import linkage.sql.Doubles;
import linkage.stats.drivers.Aipw;
import linkage.stats.drivers.CrossFit.Arm;
import linkage.stats.drivers.DriverColumns;
import linkage.stats.drivers.LowRatings;
import linkage.stats.drivers.MoneyColumns;
import linkage.stats.drivers.WholeFits;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The first driver's ratings by everyone, taken out of the cells of moments: small ones hold their
 * rows as month, weight and values.
 */
final class ComparedRows {

  private ComparedRows() {}

  /**
   * The rows.
   *
   * @param aipw that of revenue, or that of margin, for which rows without are left out
   */
  static WholeFits.Rows of(Dataset<Row> cells, DriverColumns columns, Aipw aipw) {
    boolean isOfMargin = aipw.equals(LowRatings.MARGIN);
    int[] held =
        IntStream.concat(
                IntStream.of(isOfMargin ? columns.marginControls() : columns.controls()),
                IntStream.of(RatedObservations.others(columns)))
            .toArray();
    MoneyColumns money = isOfMargin ? columns.margin() : columns.money();
    MoneyColumns uncapped = columns.uncappedMoney();
    int[] outcomes = {
      money.retained(),
      money.fromRetained(),
      money.fromLost(),
      uncapped.fromRetained(),
      uncapped.fromLost()
    };
    List<double[]> covariates = new ArrayList<>();
    List<Arm> arms = new ArrayList<>();
    List<double[]> happened = new ArrayList<>();
    List<Double> weights = new ArrayList<>();
    List<Integer> buckets = new ArrayList<>();
    for (Row part : cells.where("segment_set = 0").collectAsList()) {
      boolean hasMargin = (part.getLong(3) >> DriverColumns.WITH_MARGIN & 1) == 1;
      double[] state = Doubles.unpack(part.<byte[]>getAs(5));
      assertThat(state[0]).as("rows, not moments").isZero();
      for (int at = 1; at < state.length && (hasMargin || !isOfMargin); at += 2 + columns.size()) {
        double[] values = Arrays.copyOfRange(state, at + 2, at + 2 + columns.size());
        int group = (int) state[at];
        int month = Math.floorDiv(group, 33);
        covariates.add(
            Stream.of(
                    DoubleStream.of(month / 12.0),
                    IntStream.range(0, 11).mapToDouble(i -> month % 12 == i ? 1 : 0),
                    IntStream.of(held).mapToDouble(i -> values[i]),
                    IntStream.range(0, 3).mapToDouble(i -> group % 33 == i ? 1 : 0))
                .flatMapToDouble(Function.identity())
                .toArray());
        boolean isOther = values[columns.missing(0)] + values[columns.high(0)] > 0;
        arms.add(isOther ? Arm.OTHER : values[columns.low(0)] == 1 ? Arm.TREATED : Arm.UNTREATED);
        happened.add(
            Arrays.stream(outcomes)
                .limit(aipw.outcomes())
                .mapToDouble(outcome -> values[outcome])
                .toArray());
        weights.add(state[at + 1]);
        buckets.add(part.getInt(4));
      }
    }
    return new WholeFits.Rows(
        covariates.toArray(double[][]::new),
        arms.toArray(Arm[]::new),
        happened.toArray(double[][]::new),
        weights.stream().mapToDouble(Double::doubleValue).toArray(),
        buckets.stream().mapToInt(Integer::intValue).toArray());
  }
}
