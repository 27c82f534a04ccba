package linkage.stats;

/**
 * What raking reads of apiclus1 of the R package survey, a sample of 15 school districts of
 * California: per district, type and school-wide target the number of schools, the sum of their
 * api00 and of their enroll. The schools themselves aren't copied.
 */
final class ApiExample {
  private static final int CELLS = 6;

  /** District, cell (type E, H, M; 3 more where the target was met), schools, api00, enroll. */
  private static final String SUMS =
      """
      0 2 2 1458 1870
      0 3 10 7203 3884
      0 5 1 711 1023
      1 0 3 2013 1191
      1 3 31 20495 13847
      2 2 1 547 343
      2 3 2 1001 937
      2 4 1 529 388
      3 0 1 709 425
      3 2 2 1190 1875
      3 3 9 6005 3696
      3 5 1 689 962
      4 0 1 552 345
      4 3 12 8633 6130
      4 5 3 2184 2550
      5 3 2 1116 683
      6 3 1 551 274
      7 3 2 963 732
      7 4 1 443 418
      7 5 1 482 286
      8 3 9 6858 3794
      8 4 1 703 2147
      8 5 2 1550 1434
      9 0 1 629 540
      9 1 1 595 1585
      9 2 1 614 1015
      9 3 15 9964 6995
      9 4 1 661 1855
      9 5 2 1298 2978
      10 0 1 699 196
      10 1 1 687 210
      10 3 3 2160 646
      10 4 3 2161 895
      10 5 1 679 233
      11 3 8 5418 2551
      11 4 1 608 1689
      11 5 2 1333 1841
      12 0 5 2554 2546
      12 3 25 14254 11920
      12 4 3 1577 6195
      12 5 4 2009 5153
      13 2 1 411 372
      13 3 1 494 308
      14 1 1 696 442
      14 2 1 631 508
      14 3 2 1166 691
      """;

  private ApiExample() {}

  /** As [district][plane * 6 + cell]. */
  static double[][] districts() {
    double[][] districts = new double[15][3 * CELLS];
    for (String line : SUMS.lines().toList()) {
      String[] sums = line.split(" ");
      for (int plane = 0; plane < 3; plane++) {
        districts[Integer.parseInt(sums[0])][plane * CELLS + Integer.parseInt(sums[1])] =
            Double.parseDouble(sums[2 + plane]);
      }
    }
    return districts;
  }
}
