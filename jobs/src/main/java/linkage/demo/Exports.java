package linkage.demo;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The dated exports of one source, of which this holds one part each. */
final class Exports implements Closeable {
  /** The days of the yearly exports. */
  static final List<String> YEARLY = List.of("2024-06-30", "2025-06-30", "2026-06-30");

  private final List<RawFile> files = new ArrayList<>();
  private final int[] days;

  /**
   * Starts a file per day, named {@code prefix_day_part-NNN + suffix}.
   *
   * @param header the first line of each; empty for none
   */
  Exports(Path folder, String prefix, String suffix, List<String> days, Part part, String header)
      throws IOException {
    this.days = days.stream().mapToInt(Calendar::day).toArray();
    for (String day : days) {
      String name = "%s_%s_part-%03d%s".formatted(prefix, day, part.number(), suffix);
      var file = new RawFile(folder.resolve(name), part.attempt());
      files.add(file);
      if (!header.isEmpty()) {
        file.write(header);
      }
    }
  }

  /** Which part of every export is written, and by which attempt. */
  record Part(int number, long attempt) {}

  /** The number of the first export that can hold an event of this day. */
  int exportOf(int day) {
    int export = 0;
    while (days[export] < day) {
      export++;
    }

    return export;
  }

  /** Whether another export follows the one of this day. */
  boolean isFollowed(int day) {
    return exportOf(day) + 1 < files.size();
  }

  /** Writes a row to an export, by its number. */
  void write(int export, String row) throws IOException {
    files.get(export).write(row);
  }

  /** Delivers a good row in the export of its day, sometimes late, twice or again. */
  void deliver(int day, String row, Mess mess) throws IOException {
    int export = exportOf(day);
    boolean isFollowed = isFollowed(day);
    if (mess.happens(Mess.LATE) && isFollowed) {
      write(export + 1, row);
      return;
    }
    write(export, row);
    if (mess.happens(Mess.TWICE)) {
      write(export, row);
    }
    if (mess.happens(Mess.AGAIN) && isFollowed) {
      write(export + 1, row);
    }
  }

  /**
   * Delivers a good row like {@link #deliver(int, String, Mess)}, or first its wrong version and
   * with the next export the good one.
   */
  void deliver(int day, String row, Optional<String> wrong, Mess mess) throws IOException {
    if (wrong.isEmpty() || !isFollowed(day)) {
      deliver(day, row, mess);
      return;
    }
    write(exportOf(day), wrong.get());
    write(exportOf(day) + 1, row);
  }

  void publish() throws IOException {
    for (RawFile file : files) {
      file.publish();
    }
  }

  @Override
  public void close() throws IOException {
    for (RawFile file : files) {
      file.close();
    }
  }
}
