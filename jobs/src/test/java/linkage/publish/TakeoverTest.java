package linkage.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import linkage.FenceException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lock of a run that is dead, and who takes it over. */
class TakeoverTest {
  private static final String HOST = "here";
  private static final Instant NOW = Instant.parse("2025-02-01T03:00:00Z");
  private static final String DEAD =
      """
      {"run_id": "%s", "pid": 999999999, "process_started_at": "", "host": "here", "since": "2025"}
      """;

  @TempDir Path folder;

  private Configuration hadoop;

  @BeforeEach
  void goStepByStep() {
    hadoop = new Configuration();
    hadoop.set("fs." + Stepping.SCHEME + ".impl", Stepping.class.getName());
  }

  /**
   * One run stops after each of its steps in turn, another then does any number of its own, and
   * each goes on to its end: whatever they do, one of them holds the lock.
   */
  @Test
  void oneOfTwoRunsTakesOverWhicheverStepsTheyAreAt() throws Exception {
    int most = 0;
    for (int first = 0; first <= most; first++) {
      for (int second = 0; second <= most; second++) {
        Path warehouse = Files.createDirectories(folder.resolve(first + "-" + second));
        Path file = Files.writeString(warehouse.resolve("_lock.json"), DEAD.formatted("r0"));
        var one = new Starter("r1", warehouse);
        var other = new Starter("r2", warehouse);
        one.go(first);
        other.go(second);
        one.go(Integer.MAX_VALUE);
        other.go(Integer.MAX_VALUE);

        List<String> holding =
            Stream.of(one, other).filter(run -> run.holds.join()).map(run -> run.id).toList();
        assertThat(holding).as("%d steps, then %d", first, second).hasSize(1);
        assertThat(file).content().contains("\"" + holding.get(0) + "\"");
        assertThat(warehouse).isDirectoryNotContaining("glob:**takeover");
        most = Math.max(most, one.steps);
      }
    }
    assertThat(most).as("steps of a run that takes over").isGreaterThan(4);
  }

  @Test
  void aRunThatDiedWhileItTookOverStandsInNobodysWay() throws IOException {
    Path file = Files.writeString(folder.resolve("_lock.json"), DEAD.formatted("r0"));
    Files.writeString(folder.resolve("_lock.json.takeover"), DEAD.formatted("r1"));

    try (RunLock lock = RunLock.take(folder.toString(), "r2", NOW, HOST, hadoop)) {
      lock.checkHeld();
      assertThat(folder).isDirectoryNotContaining("glob:**takeover");
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void whoTakesOverIsNamedToOthers() throws IOException {
    Path file = Files.writeString(folder.resolve("_lock.json"), DEAD.formatted("r0"));
    String live = DEAD.formatted("r1").replace("999999999", "" + ProcessHandle.current().pid());
    Files.writeString(folder.resolve("_lock.json.takeover"), live);

    assertThatThrownBy(() -> RunLock.take(folder.toString(), "r2", NOW, HOST, hadoop))
        .isInstanceOf(FenceException.class)
        .hasMessageStartingWith("Cannot start: run r1 (process ")
        .hasMessageContaining(" holds the lock %s.takeover. Nothing was read".formatted(file));
    assertThat(file).content().contains("\"r0\"");
  }

  /** A run that starts, and stands still before each of its steps until it is told to go on. */
  private final class Starter {
    private static final ThreadLocal<Starter> SELF = new ThreadLocal<>();

    private final String id;
    private final CompletableFuture<Boolean> holds;
    private final Semaphore mayGo = new Semaphore(0);
    private final Semaphore stands = new Semaphore(0);
    private volatile boolean isOver;
    private int steps;

    Starter(String id, Path warehouse) {
      this.id = id;
      this.holds =
          CompletableFuture.supplyAsync(() -> take(warehouse), task -> new Thread(task).start());
      stands.acquireUninterruptibly();
    }

    private boolean take(Path warehouse) {
      SELF.set(this);
      try {
        return RunLock.take(Stepping.SCHEME + "://" + warehouse, id, NOW, HOST, hadoop) != null;
      } catch (FenceException e) {
        return false;
      } finally {
        isOver = true;
        stands.release();
      }
    }

    /** Has it do so many steps, or fewer if it comes to its end. */
    void go(int count) {
      for (int i = 0; i < count && !isOver; i++) {
        steps++;
        mayGo.release();
        stands.acquireUninterruptibly();
      }
    }

    /** Called by its own thread before each step. */
    static void step() {
      Starter self = SELF.get();
      self.stands.release();
      self.mayGo.acquireUninterruptibly();
    }
  }

  /** The local disk, on which a run's steps are to read, to create and to delete a file. */
  public static final class Stepping extends RawLocalFileSystem {
    private static final String SCHEME = "stepping";

    @Override
    public String getScheme() {
      return SCHEME;
    }

    @Override
    public URI getUri() {
      return URI.create(SCHEME + ":///");
    }

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path file, int bufferSize)
        throws IOException {
      Starter.step();
      return super.open(file, bufferSize);
    }

    @Override
    public FSDataOutputStream create(
        org.apache.hadoop.fs.Path file,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      Starter.step();
      return super.create(file, overwrite, bufferSize, replication, blockSize, progress);
    }

    @Override
    public boolean delete(org.apache.hadoop.fs.Path file, boolean recursive) throws IOException {
      Starter.step();
      return super.delete(file, recursive);
    }
  }
}
