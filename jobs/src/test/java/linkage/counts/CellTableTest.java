package linkage.counts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class CellTableTest {
  private static final CellGroup RISK =
      new CellGroup(CountTable.RETENTION_RISK, 1, "Nord · größer", 180, 5);

  private static final CellGroup OTHER = new CellGroup(CountTable.RETENTION_RISK, 1, "Süd", 180, 5);

  @Test
  void whatIsPackedIsReadBackAsItWasAddedUp() {
    var random = new Random(3);
    var table = new CellTable();

    assertReadBack(random, table, 2_000);
    // What was handed on is gone, though its room is used again: for more cells, for a few less,
    // for so few that it isn't kept, and where nothing came to a group.
    assertReadBack(random, table, 40_000);
    assertReadBack(random, table, 30_000);
    assertReadBack(random, table, 500);
    table.group(OTHER).add(0, 0, 0, 0, 1, 0, 0, 0);
    assertThat(table.drain()).hasSize(1);
    assertThat(table.drain()).isEmpty();
    assertReadBack(random, table, 3_000);
  }

  /** Against a map of the same keys, with numbers of every size and either sign. */
  private static void assertReadBack(Random random, CellTable table, int additions) {
    Map<List<Integer>, List<Long>> expected = new HashMap<>();
    for (int i = 0; i < additions; i++) {
      List<Integer> key =
          List.of(
              random.nextInt(3) * 13,
              random.nextInt(10) * 400,
              random.nextInt(64),
              random.nextInt(41) * 125 - 2_500);
      long[] values = new long[4];
      for (int measure = 0; measure < values.length; measure++) {
        values[measure] = random.nextLong() >> 2 + random.nextInt(62);
      }
      table.group(RISK).add(key.get(0), key.get(1), key.get(2), key.get(3), values);
      List<Long> sums = expected.computeIfAbsent(key, absent -> List.of(0L, 0L, 0L, 0L));
      List<Long> next = new ArrayList<>();
      for (int measure = 0; measure < values.length; measure++) {
        next.add(sums.get(measure) + values[measure]);
      }
      expected.put(key, next);
    }

    assertThat(table.size()).isEqualTo(expected.size());
    List<Row> packed = table.drain();
    assertThat(packed).hasSize(1);
    assertThat(table.size()).isZero();
    Map<List<Integer>, List<Long>> read = new HashMap<>();
    PackedCells.read(
        packed.get(0),
        cell -> {
          assertThat(cell.group()).isEqualTo(RISK);
          List<Long> sums = new ArrayList<>();
          for (long sum : cell.sums()) {
            sums.add(sum);
          }
          List<Integer> key = List.of(cell.metric(), cell.level(), cell.bucket(), cell.bin());
          assertThat(read.put(key, sums)).as("cell %s once", key).isNull();
        });

    assertThat(read).isEqualTo(expected);
  }

  @Test
  void aSumBeyondTheRangeOfALongIsAnErrorAndNoSilentWrap() {
    CellTable.Group cells = new CellTable().group(RISK);
    cells.add(0, 0, 0, 0, Long.MAX_VALUE, 0, 0, 0);

    assertThatThrownBy(() -> cells.add(0, 0, 0, 0, 1, 0, 0, 0))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void refusesWhatItCannotHold() {
    CellTable.Group cells = new CellTable().group(RISK);

    assertThatThrownBy(() -> cells.add(0, 4096, 0, 0, 1, 0, 0, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> cells.add(0, 0, 256, 0, 1, 0, 0, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> cells.add(0, 0, 0, 0, 1, 0, 0))
        .hasMessage("Got 3 measures, expected 4");
  }

  @Test
  void aTableIsNotAskedForWhatItDoesNotMeasure() {
    var cell = new Cell(RISK, 0, 0, 0, 0, new long[] {7, 2, 5, -3_500_000});

    assertThat(cell.observations()).isEqualTo(7);
    assertThat(cell.riskLogOdds()).isEqualTo(-3.5);
    assertThatThrownBy(cell::weight).hasMessage("RETENTION_RISK has no WEIGHT");
  }
}
