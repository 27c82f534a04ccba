package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.publish.Generations;
import linkage.publish.MartReader;
import linkage.publish.Pointer;
import linkage.testing.SparkTest;
import linkage.testing.StoreFileSystem;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nights on a file system without atomic renames, while somebody reads the marts. */
class StoreTest {
  private static final List<String> READ = List.of("best_metrics", "customer_scorecard");
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

  @TempDir static Path root;

  private static Configuration hadoop;
  private static TinyCompany company;
  private static List<String> differences;

  /** The as-of days that a reader found in the marts, each time that the pointer had moved. */
  private static List<Set<String>> sights;

  @BeforeAll
  static void runNights() throws Exception {
    hadoop = SparkTest.session().sparkContext().hadoopConfiguration();
    StoreFileSystem.register(hadoop);
    company = new TinyCompany(root);
    var isOver = new AtomicBoolean();
    var reader = Executors.newSingleThreadExecutor();
    try {
      Future<List<Set<String>>> read = reader.submit(() -> readWhile(isOver));
      night(onStore(), "2025-01-31");
      night(onDisk(), "2025-01-31");
      differences = EqualMarts.differences(generations(onDisk()), generations(onStore()));
      company.deliver(
          "attrition_2025-02-28.csv", "customer_id,occurred_on", List.of("c1,2025-02-20"));
      night(onStore(), "2025-02-28");
      isOver.set(true);
      sights = read.get();
    } finally {
      isOver.set(true);
      reader.shutdown();
    }
  }

  @Test
  void aReaderAlwaysFindsAWholeGenerationOfOneDay() {
    assertThat(sights).containsExactly(Set.of("2025-01-31"), Set.of("2025-02-28"));
  }

  @Test
  void theMartsEqualThoseOfALocalDisk() {
    assertThat(differences).isEmpty();
  }

  @Test
  void nothingIsLeftBesideTheMartsOfTheStore() throws Exception {
    try (var names = Files.list(root.resolve("warehouse/marts"))) {
      assertThat(names.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("_current.json", "generations");
    }
    assertThat(root.resolve("warehouse/_lock.json")).doesNotExist();
  }

  private static List<Set<String>> readWhile(AtomicBoolean isOver) throws SQLException {
    List<Set<String>> sights = new ArrayList<>();
    Generations generations = generations(onStore());
    Optional<Pointer> before = Optional.empty();
    for (boolean isLast = false; !isLast; LockSupport.parkNanos(BETWEEN_LOOKS.toNanos())) {
      isLast = isOver.get();
      Optional<Pointer> found = generations.current();
      if (!found.equals(before)) {
        sights.add(days(generations));
        before = found;
      }
    }
    return sights;
  }

  private static Set<String> days(Generations generations) throws SQLException {
    Set<String> days = new TreeSet<>();
    try (var marts = MartReader.open(generations, READ);
        var statement = marts.createStatement()) {
      for (String mart : READ) {
        try (var rows = statement.executeQuery("select distinct as_of from " + mart)) {
          while (rows.next()) {
            days.add(rows.getString(1));
          }
        }
      }
    }
    return days;
  }

  private static void night(Settings settings, String asOf) {
    Night.run(SparkTest.session(), settings, LocalDate.parse(asOf), new Stages(Stages.SILENT));
  }

  private static Settings onStore() {
    return at(
        StoreFileSystem.SCHEME + "://" + root.resolve("landing"),
        StoreFileSystem.SCHEME + "://" + root.resolve("warehouse"));
  }

  private static Settings onDisk() {
    return at(root.resolve("landing").toString(), root.resolve("local").toString());
  }

  private static Settings at(String landing, String warehouse) {
    return Settings.load(
        Path.of("conf/tiny"),
        root,
        new Overrides(Optional.of(landing), Optional.of(warehouse)),
        Map.of());
  }

  private static Generations generations(Settings settings) {
    return new Generations(settings.warehouse(), hadoop);
  }
}
