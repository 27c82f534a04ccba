package linkage.stats;

/**
 * What raking reads of apiclus1 of the R package survey, a sample of 15 school districts of
 * California: per district, type, school-wide target and comparable improvement target the number
 * of schools, the sum of their api00 and of their enroll. The schools themselves aren't copied.
 */
final class ApiExample {
  private static final int DISTRICTS = 15;
  private static final int PLANES = 3;
  private static final int CELLS = 12;

  /**
   * District, cell (type E, H, M; 3 more where the school-wide target was met, 6 more where the one
   * for comparable improvement was), schools, api00, enroll.
   */
  private static final String SUMS =
      """
      0 3 2 1295 406
      0 9 6 4123 2145
      0 10 1 608 1689
      0 11 2 1333 1841
      1 9 2 963 732
      1 10 1 443 418
      1 11 1 482 286
      2 2 1 411 372
      2 9 1 494 308
      3 0 1 709 425
      3 2 2 1190 1875
      3 5 1 689 962
      3 9 9 6005 3696
      4 9 2 1116 683
      5 1 1 696 442
      5 2 1 631 508
      5 3 2 1166 691
      6 2 1 547 343
      6 9 2 1001 937
      6 10 1 529 388
      7 0 1 552 345
      7 3 2 1542 696
      7 9 10 7091 5434
      7 11 3 2184 2550
      8 0 1 699 196
      8 1 1 687 210
      8 3 1 807 205
      8 4 1 724 170
      8 5 1 679 233
      8 9 2 1353 441
      8 10 2 1437 725
      9 0 3 2013 1191
      9 3 5 3457 2125
      9 9 26 17038 11722
      10 0 1 629 540
      10 1 1 595 1585
      10 2 1 614 1015
      10 3 3 1992 1633
      10 4 1 661 1855
      10 9 12 7972 5362
      10 11 2 1298 2978
      11 0 5 2554 2546
      11 3 4 2081 2087
      11 4 2 1099 4014
      11 9 21 12173 9833
      11 10 1 478 2181
      11 11 4 2009 5153
      12 2 2 1458 1870
      12 3 1 735 265
      12 9 9 6468 3619
      12 11 1 711 1023
      13 9 1 551 274
      14 5 1 733 696
      14 9 9 6858 3794
      14 10 1 703 2147
      14 11 1 817 738
      """;

  private ApiExample() {}

  /** As [district][plane * 6 + cell], whatever the improvement. */
  static double[][] districts() {
    double[][] fine = districtsByImprovement();
    double[][] districts = new double[DISTRICTS][PLANES * CELLS / 2];
    for (int district = 0; district < DISTRICTS; district++) {
      for (int cell = 0; cell < fine[district].length; cell++) {
        districts[district][cell / CELLS * (CELLS / 2) + cell % (CELLS / 2)] +=
            fine[district][cell];
      }
    }
    return districts;
  }

  /** As [district][plane * 12 + cell]. */
  static double[][] districtsByImprovement() {
    double[][] districts = new double[DISTRICTS][PLANES * CELLS];
    for (String line : SUMS.lines().toList()) {
      String[] sums = line.split(" ");
      for (int plane = 0; plane < PLANES; plane++) {
        districts[Integer.parseInt(sums[0])][plane * CELLS + Integer.parseInt(sums[1])] =
            Double.parseDouble(sums[2 + plane]);
      }
    }
    return districts;
  }
}
