package linkage.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Writes the raw files of a broadband company whose truth is known, three years that end at {@link
 * #AS_OF}, as messy as real files are.
 *
 * <p>Each customer's life and each mistake in the files depends on the seed and the customer's
 * number only, and the cut into files on the number of customers only. So the same seed and number
 * of customers give the same bytes, however many cores work. Nothing depends on the hash by which
 * Linkage makes its buckets.
 *
 * <p><b>Cost:</b> one Spark job, about 30 microseconds per customer and core before writing; memory
 * for one customer and the buffers of one part's files per task.
 */
public final class DemoCompany {
  /** The last day of the company's data, and the as-of day to look at it. */
  public static final LocalDate AS_OF = Calendar.LAST_DATE;

  /** Enough customers for clear answers in the large regions. */
  public static final int DEFAULT_CUSTOMERS = 7_000;

  /** The seed of the documented demo. */
  public static final long DEFAULT_SEED = 2026;

  /** The smallest company. */
  public static final int MINIMUM_CUSTOMERS = 1_000;

  /** The largest company. */
  public static final int MAXIMUM_CUSTOMERS = 1_000_000;

  private static final int CUSTOMERS_PER_PART = 5_000;
  private static final int MAXIMUM_PARTS = 64;
  private static final List<String> FOLDERS = List.of("crm", "surveys", "billing", "finance");
  private static final String OWN_FILES =
      "{,.}{customers,attrition,invitations,responses,transactions,fx_rates,ledger_totals}_*";

  private DemoCompany() {}

  /**
   * Writes the company's raw files, after removing those of an earlier demo from the same folder.
   *
   * @param landing the folder to write to; all executors must see it under this path
   * @param customers how many customers there are, {@link #MINIMUM_CUSTOMERS} to {@link
   *     #MAXIMUM_CUSTOMERS}
   * @param seed another seed gives another company with the same planted truth
   */
  public static void write(SparkSession spark, Path landing, int customers, long seed) {
    write(spark, landing, customers, seed, parts(customers));
  }

  /** Writes the company with a given number of Spark partitions. */
  static void write(SparkSession spark, Path landing, int customers, long seed, int partitions) {
    if (customers < MINIMUM_CUSTOMERS || customers > MAXIMUM_CUSTOMERS) {
      throw new IllegalArgumentException(
          "Cannot make a demo company of %d customers, expected %d to %d."
              .formatted(customers, MINIMUM_CUSTOMERS, MAXIMUM_CUSTOMERS));
    }
    try {
      clear(landing);
      String folder = landing.toString();
      int parts = parts(customers);
      var totals = new LedgerTotals();
      JavaSparkContext.fromSparkContext(spark.sparkContext())
          .parallelize(IntStream.range(0, parts).boxed().toList(), partitions)
          .map(part -> writePart(Path.of(folder), part, parts, customers, seed))
          .collect()
          .forEach(totals::add);
      FinanceFiles.writeRates(landing, seed);
      FinanceFiles.writeLedger(landing, totals);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the demo company to " + landing + ".", e);
    }
  }

  private static int parts(int customers) {
    return Math.max(1, Math.min(MAXIMUM_PARTS, customers / CUSTOMERS_PER_PART));
  }

  private static LedgerTotals writePart(
      Path landing, int number, int parts, long customers, long seed) throws IOException {
    var part = new Exports.Part(number, TaskContext.get().taskAttemptId());
    var ledger = new LedgerTotals();
    try (var customerFiles = new CustomerFiles(landing, part);
        var attritionFiles = new AttritionFiles(landing, part);
        var surveyFiles = new SurveyFiles(landing, part);
        var transactionFiles = new TransactionFiles(landing, part)) {
      for (long index = customers * number / parts;
          index < customers * (number + 1) / parts;
          index++) {
        Life life = Lives.of(seed, index, customers);
        var mess = new Mess(seed, index);
        customerFiles.write(life, mess);
        attritionFiles.write(life, mess);
        surveyFiles.write(life, mess);
        transactionFiles.write(life, mess, ledger);
      }
      customerFiles.publish();
      attritionFiles.publish();
      surveyFiles.publish();
      transactionFiles.publish();
    }

    return ledger;
  }

  private static void clear(Path landing) throws IOException {
    for (String name : FOLDERS) {
      Path folder = Files.createDirectories(landing.resolve(name));
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, OWN_FILES)) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
    }
  }
}
