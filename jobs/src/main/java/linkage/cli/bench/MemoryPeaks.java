package linkage.cli.bench;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import javax.management.ListenerNotFoundException;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/**
 * The most memory that this process held since it was last asked to begin anew.
 *
 * <p>Of the heap, what lay on it at one time, rubbish included: that is most right before a
 * collection. Of the process, what the kernel saw in memory: heap, code, Spark's and DuckDB's own
 * buffers. A heap that was given memory keeps it, so the process's figure says what a machine or a
 * container must have, and the heap's what a stage filled of it.
 *
 * <p><b>Edges:</b> a collection right before the end may not be told of in time. The kernel's
 * figure is 0 where there is no {@code /proc}, and is of the whole process's life where it can't be
 * set back.
 */
final class MemoryPeaks implements AutoCloseable {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path RESET = Path.of("/proc/self/clear_refs");

  /** Sets back the most that was resident; see proc(5). */
  private static final String RESET_RESIDENT = "5";

  private static final long KILO = 1024;

  private static final Set<String> HEAP =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .map(MemoryPoolMXBean::getName)
          .collect(Collectors.toSet());

  private final AtomicLong heap = new AtomicLong();

  /** Milliseconds since the JVM's start, as collections are timed. */
  private volatile long begunAt;

  private final NotificationListener listener =
      (notification, unused) -> {
        if (notification.getUserData() instanceof CompositeData data) {
          GcInfo collection = GarbageCollectionNotificationInfo.from(data).getGcInfo();
          // A collection is told of some time after it.
          if (collection.getStartTime() >= begunAt) {
            heap.accumulateAndGet(onHeap(collection), Math::max);
          }
        }
      };

  MemoryPeaks() {
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      ((NotificationEmitter) collector).addNotificationListener(listener, null, null);
    }
  }

  /** Forgets what was. */
  void begin() {
    begunAt = ManagementFactory.getRuntimeMXBean().getUptime();
    heap.set(used());
    try {
      Files.writeString(RESET, RESET_RESIDENT);
    } catch (IOException e) {
      // Then the figure is that of the process's whole life.
      return;
    }
  }

  /** The most that lay on the heap at one time, in bytes. */
  long heapBytes() {
    return Math.max(heap.get(), used());
  }

  /** The most of the process that was in memory, in bytes. */
  long processBytes() {
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> KILO * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  @Override
  public void close() {
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      try {
        ((NotificationEmitter) collector).removeNotificationListener(listener);
      } catch (ListenerNotFoundException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static long onHeap(GcInfo collection) {
    return collection.getMemoryUsageBeforeGc().entrySet().stream()
        .filter(pool -> HEAP.contains(pool.getKey()))
        .mapToLong(pool -> pool.getValue().getUsed())
        .sum();
  }

  private static long used() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
