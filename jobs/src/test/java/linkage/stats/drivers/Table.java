package linkage.stats.drivers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A rectangle of numbers with named columns: data of published examples.
 *
 * <p>Swiss and mtcars are R's own public data sets ({@code datasets::swiss}, from Mosteller and
 * Tukey, Data Analysis and Regression, 1977; {@code datasets::mtcars}, from Henderson and Velleman,
 * Biometrics 37, 1981).
 */
record Table(List<String> columns, double[][] rows) {

  private static final String SWISS =
      """
      Fertility,Agriculture,Examination,Education,Catholic,Infant.Mortality
      80.2,17,15,12,9.96,22.2
      83.1,45.1,6,9,84.84,22.2
      92.5,39.7,5,5,93.4,20.2
      85.8,36.5,12,7,33.77,20.3
      76.9,43.5,17,15,5.16,20.6
      76.1,35.3,9,7,90.57,26.6
      83.8,70.2,16,7,92.85,23.6
      92.4,67.8,14,8,97.16,24.9
      82.4,53.3,12,7,97.67,21
      82.9,45.2,16,13,91.38,24.4
      87.1,64.5,14,6,98.61,24.5
      64.1,62,21,12,8.52,16.5
      66.9,67.5,14,7,2.27,19.1
      68.9,60.7,19,12,4.43,22.7
      61.7,69.3,22,5,2.82,18.7
      68.3,72.6,18,2,24.2,21.2
      71.7,34,17,8,3.3,20
      55.7,19.4,26,28,12.11,20.2
      54.3,15.2,31,20,2.15,10.8
      65.1,73,19,9,2.84,20
      65.5,59.8,22,10,5.23,18
      65,55.1,14,3,4.52,22.4
      56.6,50.9,22,12,15.14,16.7
      57.4,54.1,20,6,4.2,15.3
      72.5,71.2,12,1,2.4,21
      74.2,58.1,14,8,5.23,23.8
      72,63.5,6,3,2.56,18
      60.5,60.8,16,10,7.72,16.3
      58.3,26.8,25,19,18.46,20.9
      65.4,49.5,15,8,6.1,22.5
      75.5,85.9,3,2,99.71,15.1
      69.3,84.9,7,6,99.68,19.8
      77.3,89.7,5,2,100,18.3
      70.5,78.2,12,6,98.96,19.4
      79.4,64.9,7,3,98.22,20.2
      65,75.9,9,9,99.06,17.8
      92.2,84.6,3,3,99.46,16.3
      79.3,63.1,13,13,96.83,18.1
      70.4,38.4,26,12,5.62,20.3
      65.7,7.7,29,11,13.79,20.5
      72.7,16.7,22,13,11.22,18.9
      64.4,17.6,35,32,16.92,23
      77.6,37.6,15,7,4.97,20
      67.6,18.7,25,7,8.65,19.5
      35,1.2,37,53,42.34,18
      44.7,46.6,16,29,50.43,18.2
      42.8,27.7,22,29,58.33,19.3
      """;

  private static final String MTCARS =
      """
      mpg,cyl,disp,hp,drat,wt,qsec,vs,am,gear,carb
      21,6,160,110,3.9,2.62,16.46,0,1,4,4
      21,6,160,110,3.9,2.875,17.02,0,1,4,4
      22.8,4,108,93,3.85,2.32,18.61,1,1,4,1
      21.4,6,258,110,3.08,3.215,19.44,1,0,3,1
      18.7,8,360,175,3.15,3.44,17.02,0,0,3,2
      18.1,6,225,105,2.76,3.46,20.22,1,0,3,1
      14.3,8,360,245,3.21,3.57,15.84,0,0,3,4
      24.4,4,146.7,62,3.69,3.19,20,1,0,4,2
      22.8,4,140.8,95,3.92,3.15,22.9,1,0,4,2
      19.2,6,167.6,123,3.92,3.44,18.3,1,0,4,4
      17.8,6,167.6,123,3.92,3.44,18.9,1,0,4,4
      16.4,8,275.8,180,3.07,4.07,17.4,0,0,3,3
      17.3,8,275.8,180,3.07,3.73,17.6,0,0,3,3
      15.2,8,275.8,180,3.07,3.78,18,0,0,3,3
      10.4,8,472,205,2.93,5.25,17.98,0,0,3,4
      10.4,8,460,215,3,5.424,17.82,0,0,3,4
      14.7,8,440,230,3.23,5.345,17.42,0,0,3,4
      32.4,4,78.7,66,4.08,2.2,19.47,1,1,4,1
      30.4,4,75.7,52,4.93,1.615,18.52,1,1,4,2
      33.9,4,71.1,65,4.22,1.835,19.9,1,1,4,1
      21.5,4,120.1,97,3.7,2.465,20.01,1,0,3,1
      15.5,8,318,150,2.76,3.52,16.87,0,0,3,2
      15.2,8,304,150,3.15,3.435,17.3,0,0,3,2
      13.3,8,350,245,3.73,3.84,15.41,0,0,3,4
      19.2,8,400,175,3.08,3.845,17.05,0,0,3,2
      27.3,4,79,66,4.08,1.935,18.9,1,1,4,1
      26,4,120.3,91,4.43,2.14,16.7,0,1,5,2
      30.4,4,95.1,113,3.77,1.513,16.9,1,1,5,2
      15.8,8,351,264,4.22,3.17,14.5,0,1,5,4
      19.7,6,145,175,3.62,2.77,15.5,0,1,5,6
      15,8,301,335,3.54,3.57,14.6,0,1,5,8
      21.4,4,121,109,4.11,2.78,18.6,1,1,4,2
      """;

  static Table swiss() {
    return parse(SWISS.lines().toList());
  }

  static Table mtcars() {
    return parse(MTCARS.lines().toList());
  }

  /** A file of data that aren't ours to copy, where there is a folder that has it. */
  static Optional<Table> shared(String name) throws IOException {
    var folder =
        Optional.ofNullable(System.getProperty("linkage.shared-data"))
            .or(() -> Optional.ofNullable(System.getenv("LINKAGE_SHARED_DATA")))
            .map(Path::of)
            .orElse(Path.of(System.getProperty("linkage.home", ".")).resolve("../shared/data"));
    var file = folder.resolve("rstats").resolve(name);
    return Files.exists(file) ? Optional.of(parse(Files.readAllLines(file))) : Optional.empty();
  }

  int index(String column) {
    return columns.indexOf(column);
  }

  int[] indices(String... names) {
    return Arrays.stream(names).mapToInt(this::index).toArray();
  }

  double[] column(String name) {
    return Arrays.stream(rows).mapToDouble(row -> row[index(name)]).toArray();
  }

  /** Moments of all rows, in one group. */
  Moments moments() {
    var moments = new Moments(columns);
    for (double[] row : rows) {
      moments.add(row, 0, 1);
    }
    return moments;
  }

  /** Rows dealt out to buckets in turn. */
  BucketedMoments bucketed(int buckets) {
    List<Moments> dealt = new ArrayList<>();
    IntStream.range(0, buckets).forEach(bucket -> dealt.add(new Moments(columns)));
    for (int row = 0; row < rows.length; row++) {
      dealt.get(row % buckets).add(rows[row], 0, 1);
    }
    return new BucketedMoments(dealt);
  }

  private static Table parse(List<String> lines) {
    List<String> columns = List.of(lines.get(0).replace("\"", "").split(","));
    double[][] rows = new double[lines.size() - 1][];
    List<String> texts = new ArrayList<>();
    for (int row = 0; row < rows.length; row++) {
      String[] fields = lines.get(row + 1).replace("\"", "").split(",");
      rows[row] = new double[fields.length];
      for (int field = 0; field < fields.length; field++) {
        rows[row][field] = number(fields[field], texts);
      }
    }
    return new Table(columns, rows);
  }

  /** A number, or for a name the order in which it first occurs. */
  private static double number(String field, List<String> texts) {
    try {
      return Double.parseDouble(field);
    } catch (NumberFormatException e) {
      if (!texts.contains(field)) {
        texts.add(field);
      }
      return texts.indexOf(field);
    }
  }
}
