package linkage.job;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Does independent pieces of a stage side by side. Much of a small job's time is planning, which
 * uses one core; several at once keep all cores busy.
 */
final class Parallel {
  private static final int AT_ONCE = 4;

  private Parallel() {}

  /**
   * Applies a function to each item; results are in the items' order.
   *
   * @throws RuntimeException what the first failing item, in their order, threw; all have then
   *     ended
   */
  static <T, R> List<R> map(List<T> items, Function<T, R> work) {
    ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Callable<R>> calls = new ArrayList<>();
      items.forEach(item -> calls.add(() -> work.apply(item)));
      List<R> results = new ArrayList<>();
      for (Future<R> result : workers.invokeAll(calls)) {
        results.add(result.get());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      workers.shutdownNow();
    }
  }

  /** Applies a function to each key and value; results are under their keys, in the keys' order. */
  static <K, V, R> Map<K, R> mapValues(Map<K, V> values, BiFunction<K, V, R> work) {
    List<K> keys = List.copyOf(values.keySet());
    List<R> results = map(keys, key -> work.apply(key, values.get(key)));
    Map<K, R> byKey = new LinkedHashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      byKey.put(keys.get(i), results.get(i));
    }
    return byKey;
  }
}
