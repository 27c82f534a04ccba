package linkage.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import linkage.job.Stages;

/**
 * Shows the stages of a run: live on a terminal, a plain line per finished stage otherwise.
 *
 * <p>Progress goes to standard error, so that a command's answer on standard output stays clean.
 */
final class Progress implements Stages.Listener, AutoCloseable {
  private static final String[] WHEEL = {"|", "/", "-", "\\"};
  private static final int NAME_WIDTH = 26;

  private final PrintStream out;
  private final boolean isLive;
  private final Thread ticker;
  private final Map<String, Long> running = new LinkedHashMap<>();

  /** Progress on standard error; the launcher says whether that is a terminal. */
  Progress() {
    this(System.err, Boolean.getBoolean("linkage.terminal"));
  }

  Progress(PrintStream out, boolean isLive) {
    this.out = out;
    this.isLive = isLive;
    this.ticker = new Thread(this::tick, "progress");
    ticker.setDaemon(true);
    if (isLive) {
      ticker.start();
    }
  }

  @Override
  public synchronized void started(String stage) {
    running.put(stage, System.nanoTime());
    draw(0);
  }

  @Override
  public synchronized void ended(String stage, Duration time, String note) {
    running.remove(stage);
    clear();
    out.printf(
        Locale.ROOT,
        "  %-" + NAME_WIDTH + "s %6.1f s   %s%n",
        stage,
        time.toMillis() / 1000.0,
        note);
    out.flush();
  }

  @Override
  public synchronized void close() {
    ticker.interrupt();
    clear();
  }

  private void tick() {
    for (int turn = 0; !ticker.isInterrupted(); turn++) {
      draw(turn);
      try {
        java.util.concurrent.TimeUnit.MILLISECONDS.sleep(200);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private synchronized void draw(int turn) {
    if (isLive && !running.isEmpty()) {
      var oldest = running.entrySet().iterator().next();
      out.printf(
          Locale.ROOT,
          "\r\u001b[K%s %-" + NAME_WIDTH + "s %6.1f s%s",
          WHEEL[turn % WHEEL.length],
          oldest.getKey(),
          (System.nanoTime() - oldest.getValue()) / 1e9,
          running.size() > 1 ? "   and %d more".formatted(running.size() - 1) : "");
      out.flush();
    }
  }

  private void clear() {
    if (isLive) {
      out.print("\r\u001b[K");
      out.flush();
    }
  }
}
