package linkage.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import linkage.ConfigException;
import linkage.FenceException;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishTest {
  private static final List<String> MARTS = List.of("run_audits", "two", "three");
  private static final LocalDate DAY = LocalDate.of(2025, 1, 31);
  private static final Instant NOW = Instant.parse("2025-02-01T03:00:00Z");
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path warehouse;

  private Generations generations;

  @BeforeEach
  void openGenerations() {
    generations = new Generations(warehouse.toString(), HADOOP);
  }

  @Test
  void readersSeeWholeGenerationsOnlyWhileRunsPublish() throws Exception {
    publish(night(0), Optional.empty());
    var isOver = new AtomicBoolean();
    var reads = new Semaphore(0);
    CompletableFuture<List<String>> reader =
        CompletableFuture.supplyAsync(
            () -> {
              List<String> seen = new ArrayList<>();
              boolean isLast;
              do {
                isLast = isOver.get();
                seen.add(readAll());
                reads.release();
              } while (!isLast);
              return seen;
            });

    assertThat(reads.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
    for (int run = 1; run <= 5; run++) {
      Optional<Pointer> before = generations.current();
      publish(night(run), before);
      generations.removeOld(1, Duration.ZERO, NOW.plus(Duration.ofDays(30)), before);
      assertThat(kept()).containsExactly(night(run - 1), night(run));
      // A reader has until the next night, and no longer.
      reads.drainPermits();
      assertThat(reads.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
    }
    isOver.set(true);

    List<String> seen = reader.get(60, TimeUnit.SECONDS);
    assertThat(seen).first().isEqualTo(night(0) + " in 3 marts");
    assertThat(seen).last().isEqualTo(night(5) + " in 3 marts");
    assertThat(seen).isSorted().allMatch(set -> set.matches("20\\S+ in 3 marts"));
  }

  @Test
  void refusesToPublishWhenThePointerMovedSinceTheRunBegan() throws Exception {
    publish("r1", Optional.empty());
    Optional<Pointer> before = generations.current();
    publish("r2", before);

    assertThatThrownBy(() -> publish("r3", before))
        .isInstanceOf(FenceException.class)
        .hasMessage(
            "Cannot publish run r3: the marts now come from run r2, expected r1 as when this run"
                + " began. The published marts are unchanged. Run again.");
    assertThat(generations.current().orElseThrow().runId()).isEqualTo("r2");
  }

  /** Removing folder by folder takes a while, and readers must not be sent to what is left. */
  @Test
  void refusesToSendReadersToMartsThatAreBeingRemoved() throws Exception {
    publish("r1", Optional.empty());
    publish("r2", generations.current());
    deleteFolder(generation("r1").resolve("run_audits"));

    assertThat(generations.has("r1")).isFalse();
    var back = new Pointer("r1", DAY, NOW, "r3-rollback");
    assertThatThrownBy(() -> generations.move(back, generations.current()))
        .isInstanceOf(FenceException.class);
    assertThat(generations.current().orElseThrow().runId()).isEqualTo("r2");
  }

  @Test
  void martsThatAreKeptBesideThePublishedOnesCanBeReadByTheirRun() throws Exception {
    publish("r1", Optional.empty());
    publish("r2", generations.current());
    // Of one that is being removed, one that is being written, and nobody's.
    Files.createDirectories(generation("r0").resolve("two"));
    Files.createDirectories(generation("r3").resolve("run_audits"));
    Files.createDirectories(warehouse.resolve("work/r3"));

    assertThat(generations.kept()).containsExactly("r2", "r1");
    assertThat(read(MartReader.openKept(generations, "r1", MARTS))).isEqualTo("r1 in 3 marts");
    assertThat(readAll()).isEqualTo("r2 in 3 marts");
    for (String run : List.of("r0", "r3", "..", "")) {
      assertThatThrownBy(() -> MartReader.openKept(generations, run, MARTS))
          .isInstanceOf(ConfigException.class)
          .hasMessage(
              """
              Cannot read the marts of run %s: they aren't kept. Kept are
              - r2 (current)
              - r1
              ./linkage status tells which day each speaks of.""",
              run);
    }
  }

  @Test
  void refusesToSendReadersToMartsThatAreGone() throws Exception {
    publish("r1", Optional.empty());

    assertThatThrownBy(() -> generations.publish("r2", DAY, NOW, generations.current()))
        .isInstanceOf(FenceException.class)
        .hasMessage(
            "Cannot publish run r2: its marts, %s, are gone, since another run took it for dead. The"
                    .formatted(generations.folder("r2"))
                + " published marts are unchanged. Run again.");
    assertThat(generations.current().orElseThrow().runId()).isEqualTo("r1");
  }

  @Test
  void refusesToPublishFirstWhenSomebodyElseDid() throws Exception {
    publish("r1", Optional.empty());

    assertThatThrownBy(() -> publish("r2", Optional.empty()))
        .isInstanceOf(FenceException.class)
        .hasMessageContaining("the marts now come from run r1, expected none as when");
  }

  @Test
  void pointerSaysRunDayAndMoment() throws Exception {
    publish("r1", Optional.empty());

    assertThat(generations.current()).contains(new Pointer("r1", DAY, NOW));
    assertThat(warehouse.resolve("marts/current").toRealPath())
        .isEqualTo(warehouse.resolve("marts/generations/r1").toRealPath());
  }

  @Test
  void keepsTheNewestTheYoungTheCurrentAndTheOneThatWasItUntilJustNow() throws Exception {
    // r1 to r4 are a day old, the others an hour; the pointer goes back to r1.
    List<String> runs = new ArrayList<>();
    for (int run = 1; run <= 6; run++) {
      Instant started = NOW.minus(run <= 4 ? Duration.ofDays(1) : Duration.ofHours(1));
      String name = RunName.of(started.plusSeconds(run));
      runs.add(name);
      publish(name, generations.current());
      // A store has no times of folders, or all are those of a copy.
      Files.setLastModifiedTime(generation(name), FileTime.from(Instant.EPOCH));
    }
    generations.publish(runs.get(0), DAY, NOW, generations.current());
    Files.createDirectories(generation("a copy"));

    var justNow = Optional.of(new Pointer(runs.get(1), DAY, NOW));
    generations.removeOld(1, Duration.ofHours(2), NOW, justNow);
    assertThat(kept())
        .containsExactly(runs.get(0), runs.get(1), runs.get(4), runs.get(5), "a copy");

    generations.removeOld(1, Duration.ofMinutes(1), NOW, Optional.empty());
    assertThat(kept()).containsExactly(runs.get(0), runs.get(5), "a copy");
  }

  @Test
  void lockOfALiveRunNamesItsHolder() {
    try (RunLock held = RunLock.take(warehouse.toString(), "r1", NOW, HADOOP)) {
      assertThat(held).isNotNull();
      assertThatThrownBy(() -> RunLock.take(warehouse.toString(), "r2", NOW, HADOOP))
          .isInstanceOf(FenceException.class)
          .hasMessageStartingWith(
              "Cannot start: run r1 (process %d on ".formatted(ProcessHandle.current().pid()))
          .hasMessageEndingWith(
              ", since 2025-02-01T03:00:00Z) holds the lock %s. Nothing was read or changed. Wait"
                      .formatted(warehouse.resolve("_lock.json"))
                  + " for it to end; if that machine is gone, remove the file.");
    }
  }

  @Test
  void lockIsFreeAgainOnceItsRunEnded() {
    RunLock.take(warehouse.toString(), "r1", NOW, HADOOP).close();

    RunLock.take(warehouse.toString(), "r2", NOW, HADOOP).close();

    assertThat(warehouse.resolve("_lock.json")).doesNotExist();
  }

  @Test
  void lockOfADeadProcessIsTakenOver() throws Exception {
    Process dead =
        new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"), "-version")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    dead.waitFor();
    Path file = warehouse.resolve("_lock.json");
    RunLock mine = RunLock.take(warehouse.toString(), "r1", NOW, "here", HADOOP);
    String text = Files.readString(file);
    mine.close();
    Files.writeString(
        file, text.replace(String.valueOf(ProcessHandle.current().pid()), dead.pid() + ""));

    try (RunLock lock = RunLock.take(warehouse.toString(), "r2", NOW, "here", HADOOP)) {
      assertThat(lock).isNotNull();
      assertThat(file).content().contains("\"r2\"");
    }
  }

  @Test
  void lockIsTakenOverWhenAnotherProcessHasItsNumberNow() throws Exception {
    Path file = warehouse.resolve("_lock.json");
    RunLock earlier = RunLock.take(warehouse.toString(), "r1", NOW, "here", HADOOP);
    String text = Files.readString(file);
    earlier.close();
    String started = ProcessHandle.current().info().startInstant().orElseThrow().toString();
    Files.writeString(file, text.replace(started, "2020-01-01T00:00:00Z"));

    try (RunLock lock = RunLock.take(warehouse.toString(), "r2", NOW, "here", HADOOP)) {
      assertThat(lock).isNotNull();
      assertThat(file).content().contains("\"r2\"");
    }
  }

  /** Its number means nothing here, and an unknown host may be any other. */
  @Test
  void lockOfAnotherHostStays() throws Exception {
    Path file = warehouse.resolve("_lock.json");
    for (String other : List.of("elsewhere", "")) {
      RunLock.take(warehouse.toString(), "r1", NOW, other, HADOOP);
      Files.writeString(
          file, Files.readString(file).replaceFirst("\"pid\":\\d+", "\"pid\":999999999"));
      for (String host : List.of("here", "")) {
        assertThatThrownBy(() -> RunLock.take(warehouse.toString(), "r2", NOW, host, HADOOP))
            .isInstanceOf(FenceException.class)
            .hasMessageContaining("run r1 (process 999999999 on %s,".formatted(other));
      }
      Files.delete(file);
    }
  }

  /** Under cron and systemd there is no HOSTNAME in the environment. */
  @Test
  void lockNamesTheHostAsTheKernelDoes() throws Exception {
    Process asked = new ProcessBuilder("uname", "-n").start();
    String host = new String(asked.getInputStream().readAllBytes()).strip();
    try (RunLock lock = RunLock.take(warehouse.toString(), "r1", NOW, HADOOP)) {
      assertThat(lock).isNotNull();
      assertThat(warehouse.resolve("_lock.json"))
          .content()
          .contains("\"host\":\"%s\"".formatted(host.startsWith("localhost") ? "" : host));
    }
  }

  /** A start is reckoned from the boot, by a clock that may have been set since. */
  @Test
  void lockOfALiveProcessStaysThoughTheClockWasSet() throws Exception {
    Path file = warehouse.resolve("_lock.json");
    RunLock.take(warehouse.toString(), "r1", NOW, "here", HADOOP);
    Instant started = ProcessHandle.current().info().startInstant().orElseThrow();
    Files.writeString(
        file,
        Files.readString(file)
            .replace(started.toString(), started.minus(Duration.ofSeconds(5)).toString()));

    assertThatThrownBy(() -> RunLock.take(warehouse.toString(), "r2", NOW, "here", HADOOP))
        .isInstanceOf(FenceException.class);
  }

  @Test
  void aRunGivesBackNoLockButItsOwn() throws Exception {
    Path file = warehouse.resolve("_lock.json");
    RunLock mine = RunLock.take(warehouse.toString(), "r1", NOW, HADOOP);
    mine.checkHeld();
    Files.delete(file);
    RunLock others = RunLock.take(warehouse.toString(), "r2", NOW, HADOOP);

    assertThatThrownBy(mine::checkHeld)
        .isInstanceOf(FenceException.class)
        .hasMessage(
            "Cannot go on with run r1: the lock %s is now that of run r2. Wait for that one to end,"
                    .formatted(file)
                + " and run again.");
    mine.close();
    others.checkHeld();
    others.close();
    assertThat(file).doesNotExist();
  }

  @Test
  void discardsWhatNobodyIsSentTo() throws Exception {
    publish("r1", Optional.empty());
    publish("r2", generations.current());

    generations.discard("r1");
    generations.discard("r2");

    assertThat(kept()).containsExactly("r2");
  }

  @Test
  void theNextRunMayPublishAfterReadersWereSentBack() throws Exception {
    publish("r1", Optional.empty());
    publish("r2", generations.current());
    Optional<Pointer> before = generations.current();
    Pointer back = generations.move(new Pointer("r1", DAY, NOW, "r3-rollback"), before);

    assertThat(generations.current()).contains(back);
    assertThatThrownBy(() -> generations.checkUnmoved("r4", before))
        .isInstanceOf(FenceException.class);
    publish("r4", generations.current());
    assertThat(generations.current().orElseThrow().movedBy()).isEqualTo("r4");
  }

  private static String night(int number) {
    return RunName.of(NOW.plus(Duration.ofDays(number)));
  }

  private void publish(String run, Optional<Pointer> before) throws SQLException {
    try (var duck = DriverManager.getConnection("jdbc:duckdb:");
        var statement = duck.createStatement()) {
      for (String mart : MARTS) {
        Path folder = generation(run).resolve(mart);
        assertThat(folder.toFile().mkdirs()).isTrue();
        statement.execute(
            "copy (select '%s' as run_id, * from range(100)) to '%s/part.parquet'"
                .formatted(run, folder));
      }
    }
    generations.publish(run, DAY, NOW, before);
  }

  private static void deleteFolder(Path folder) {
    for (var file : folder.toFile().listFiles()) {
      assertThat(file.delete()).isTrue();
    }
    assertThat(folder.toFile().delete()).isTrue();
  }

  private Path generation(String run) {
    return warehouse.resolve("marts/generations").resolve(run);
  }

  private List<String> kept() {
    return List.of(warehouse.resolve("marts/generations").toFile().list()).stream()
        .sorted()
        .toList();
  }

  /** Which runs wrote what is published, and in how many marts all their rows are there. */
  private String readAll() {
    return read(MartReader.open(generations, MARTS));
  }

  private static String read(Connection connection) {
    try (connection;
        var statement = connection.createStatement();
        var found =
            statement.executeQuery(
                """
                select string_agg(distinct run_id, '+') || ' in ' || count(*) || ' marts'
                from (
                  select run_id from run_audits group by 1 having count(*) = 100
                  union all select run_id from two group by 1 having count(*) = 100
                  union all select run_id from three group by 1 having count(*) = 100
                )
                """)) {
      found.next();
      return found.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
