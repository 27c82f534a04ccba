package linkage.job;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import linkage.testing.SparkTest;

/**
 * What a tiny company's warehouse looks like after each of many nights with files of a few rows;
 * run by hand for the curve of {@code docs/reliability.md}, which says how.
 */
final class ManyNights {
  private static final LocalDate FIRST = LocalDate.of(2025, 2, 1);
  private static final int EVERY = 50;
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private ManyNights() {}

  /**
   * Runs as many nights as the first argument says, in the folder that the second names, or goes on
   * there with the night that a third one says.
   */
  public static void main(String[] arguments) {
    int nights = Integer.parseInt(arguments[0]);
    Path root = Path.of(arguments[1]);
    int first = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1;
    var company = new TinyCompany(root);
    System.out.println(
        "| night | data files | log files | log KB | s per night | CPU s per night | compacting |");
    System.out.println("| --- | --- | --- | --- | --- | --- | --- |");
    double seconds = 0;
    double cpuSeconds = 0;
    double compacting = 0;
    int counted = 0;
    for (int night = first; night <= nights; night++) {
      LocalDate day = FIRST.plusDays(night);
      deliver(company, night, day);
      var stages = new Stages(Stages.SILENT);
      long start = System.nanoTime();
      long cpuStart = PROCESS.getProcessCpuTime();
      Night.run(SparkTest.session(), company.settings(), day, stages);
      seconds += (System.nanoTime() - start) / 1e9;
      cpuSeconds += (PROCESS.getProcessCpuTime() - cpuStart) / 1e9;
      compacting += stages.seconds().get("Compacting");
      counted++;
      if (night == first || night % EVERY == 0) {
        System.out.printf(
            Locale.ROOT,
            "| %d | %d | %d | %d | %.1f | %.1f | %.2f |%n",
            night,
            size(company, path -> !isLog(path), false),
            size(company, ManyNights::isLog, false),
            size(company, ManyNights::isLog, true) / 1024,
            seconds / counted,
            cpuSeconds / counted,
            compacting / counted);
        seconds = 0;
        cpuSeconds = 0;
        compacting = 0;
        counted = 0;
      }
    }
  }

  /** A day's files: each kind of them, each of a few rows. */
  static void deliver(TinyCompany company, int night, LocalDate day) {
    var arrival = day.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    int customer = 100 + night;
    company.deliver(
        "customers_%s.csv".formatted(day),
        "customer_id,acquired_on,region",
        List.of("c%d,%s,north".formatted(customer, day), "c1,2024-01-01,south"),
        arrival);
    company.deliver(
        "transactions_%s.csv".formatted(day),
        TinyCompany.TRANSACTIONS,
        List.of(
            "x%d,c%d,%s,purchase,10.00,EUR,1".formatted(night, customer, day),
            "y%d,c%d,%s,purchase,7.50,EUR,1".formatted(night, 1 + night % 60, day)),
        arrival);
    company.deliver(
        "responses_%s.csv".formatted(day),
        "response_id,customer_id,responded_at,nps,csat",
        List.of(
            "r%d,c%d,%s 09:00:00,%d,%d"
                .formatted(night, 1 + night % 60, day, night * 7 % 11, 1 + night % 5)),
        arrival);
    company.deliver(
        "attrition_%s.csv".formatted(day),
        "customer_id,occurred_on",
        night % 5 == 0 ? List.of("c%d,%s".formatted(customer - 4, day)) : List.of(),
        arrival);
  }

  private static boolean isLog(Path path) {
    return path.toString().contains("_delta_log");
  }

  /** How many files staging and the ledger have of a kind, or how many bytes. */
  private static long size(TinyCompany company, Predicate<Path> kind, boolean inBytes) {
    long size = 0;
    for (String folder : List.of("warehouse/staging", "warehouse/ledger")) {
      try (var files = Files.walk(company.folder(folder))) {
        size +=
            files
                .filter(Files::isRegularFile)
                .filter(path -> !path.getFileName().toString().startsWith("."))
                .filter(kind)
                .mapToLong(path -> inBytes ? path.toFile().length() : 1)
                .sum();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return size;
  }
}
