package linkage.staging;

import java.io.Serializable;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import linkage.ConfigException;
import linkage.config.CustomerKeys;
import linkage.config.Settings;
import linkage.storage.DeltaTables;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Customers that the company has forgotten, so that no later file brings them back.
 *
 * <p>They are listed under keyed hashes of their own, which neither name anybody nor equal the keys
 * in marts. The list can only be read with the secret it was written with. It lies beside the
 * ledger: staging may be moved away and read anew, and nobody comes back. A list in staging, of
 * earlier versions, counts as well.
 *
 * <p><b>Cost:</b> the list is held in memory, 64 characters a customer.
 */
public final class Forgotten implements Serializable {
  /** Staging's table of requests, of earlier versions: customer_hash, requested_at, secret_hash. */
  static final String TABLE = "forgotten";

  private static final long serialVersionUID = 1L;
  private static final StructType SCHEMA =
      new StructType()
          .add("customer_hash", DataTypes.StringType)
          .add("requested_at", DataTypes.TimestampType)
          .add("secret_hash", DataTypes.StringType);

  private final CustomerKeys keys;
  private final Set<String> hashes;

  private Forgotten(CustomerKeys keys, Set<String> hashes) {
    this.keys = keys;
    this.hashes = hashes;
  }

  /**
   * Reads the list.
   *
   * @param environment the value of a variable, null if it isn't set
   * @throws ConfigException if the list was written with another secret
   */
  public static Forgotten of(
      Staging staging, Settings settings, UnaryOperator<String> environment) {
    List<Row> requests = requests(staging, settings);
    if (requests.isEmpty()) {
      return new Forgotten(null, Set.of());
    }
    var keys = CustomerKeys.of(settings.keyVariable(), environment);
    Set<String> hashes = new HashSet<>();
    for (Row request : requests) {
      if (!request.getString(2).equals(keys.fingerprint())) {
        throw new ConfigException(
            ("Cannot keep forgotten customers away: they are listed under another secret than the"
                    + " one that key-variable names%s. Nothing was read or changed. Set the secret"
                    + " that was used before.")
                .formatted(settings.keyVariable().map(name -> " (" + name + ")").orElse("")));
      }
      hashes.add(request.getString(0));
    }
    return new Forgotten(keys, hashes);
  }

  /** These customers and some more, who aren't on the list yet. */
  public Forgotten and(Collection<String> customers, CustomerKeys secret) {
    Set<String> all = new HashSet<>(hashes);
    customers.forEach(customer -> all.add(hash(secret, customer)));
    return new Forgotten(secret, all);
  }

  /**
   * Puts customers who aren't listed yet on the list, at once and for good: who is listed before
   * their rows are gone is kept away already.
   */
  public static void list(
      Staging staging,
      Settings settings,
      Collection<String> customers,
      CustomerKeys keys,
      Instant now) {
    Map<String, Row> requests = new TreeMap<>();
    requests(staging, settings)
        .forEach(request -> requests.putIfAbsent(request.getString(0), request));
    int before = requests.size();
    for (String customer : customers) {
      String hash = hash(keys, customer);
      requests.computeIfAbsent(
          hash, absent -> RowFactory.create(hash, Timestamp.from(now), keys.fingerprint()));
    }
    if (requests.size() > before) {
      SparkSession spark = staging.spark();
      Path table = table(settings);
      Dataset<Row> list = spark.createDataFrame(List.copyOf(requests.values()), SCHEMA).coalesce(1);
      if (DeltaTables.latestVersion(spark, table).isEmpty()) {
        DeltaTables.append(spark, table, list);
      } else {
        DeltaTables.replace(spark, table, list);
        DeltaTables.purge(spark, table);
      }
    }
  }

  private static List<Row> requests(Staging staging, Settings settings) {
    SparkSession spark = staging.spark();
    List<Row> requests = new ArrayList<>();
    OptionalLong version = DeltaTables.latestVersion(spark, table(settings));
    if (version.isPresent()) {
      Dataset<Row> listed = DeltaTables.read(spark, table(settings), version.getAsLong());
      requests.addAll(listed.collectAsList());
    }
    if (staging.has(TABLE)) {
      requests.addAll(staging.read(TABLE).collectAsList());
    }
    return requests;
  }

  private static Path table(Settings settings) {
    return new Path(settings.warehouse(), "ledger/" + TABLE);
  }

  /** Whether nobody has been forgotten. */
  public boolean isEmpty() {
    return hashes.isEmpty();
  }

  /** Whether a customer has been forgotten; an absent one hasn't. */
  public boolean contains(String customerId) {
    return customerId != null && hashes.contains(hash(keys, customerId));
  }

  /** What stands in for the number of something of theirs that is kept; null for null. */
  public String standIn(String id) {
    return id == null ? null : keys.of("kept " + id);
  }

  private static String hash(CustomerKeys keys, String customer) {
    return keys.of("forgotten " + customer);
  }
}
