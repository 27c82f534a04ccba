package linkage.marts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MoneyCellsTest {

  /**
   * Cells come in the order in which tasks end. Had hundredths been added up, the sum would end in
   * other digits, and a mean that ends in half a cent would be rounded now up and now down.
   */
  @Test
  void givesTheSameAmountsToTheLastBitWhateverTheOrderOfItsCells() {
    var random = new Random(3);
    List<long[]> cells = new ArrayList<>();
    long revenue = 0;
    long lost = 0;
    for (int i = 0; i < 200; i++) {
      cells.add(new long[] {2, 1 + random.nextInt(100_000), 1, random.nextInt(1_000)});
      revenue += cells.get(i)[1];
      lost += cells.get(i)[3];
    }

    double[][] first = summed(cells);
    assertThat(first[3]).containsExactly(400, revenue / 100.0, 200, lost / 100.0);
    for (int shuffle = 0; shuffle < 50; shuffle++) {
      Collections.shuffle(cells, random);
      assertThat(summed(cells)).isDeepEqualTo(first);
    }
  }

  private static double[][] summed(List<long[]> cells) {
    var money = new MoneyCells(new int[] {2}, 4);
    for (int i = 0; i < cells.size(); i++) {
      money.add(0, i % 2, 3, cells.get(i));
    }
    return money.of(0, 0, 1);
  }
}
