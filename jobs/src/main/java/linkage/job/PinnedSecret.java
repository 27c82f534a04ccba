package linkage.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import java.util.function.UnaryOperator;
import linkage.ConfigException;
import linkage.config.CustomerKeys;
import linkage.config.Settings;
import linkage.publish.Pointer;
import linkage.storage.AtomicFile;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The secret that the customer keys in a warehouse's marts are made with, so that nobody is looked
 * for under other keys than they are published under: {@code ledger/_secret.json} has a keyed hash
 * of it, which doesn't tell it, and the first run that published by it.
 *
 * <p>A warehouse has none before its first night with a secret has published, nor if that died
 * right then, nor if only an older Linkage published there; the next night gives it one.
 */
public final class PinnedSecret {
  private static final String HASH = "secret_hash";
  private static final String SINCE = "since_run";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Settings settings;
  private final UnaryOperator<String> environment;
  private final Configuration hadoop;
  private final Path file;

  /**
   * The secret of a warehouse.
   *
   * @param environment the value of a variable, null if it isn't set
   */
  public PinnedSecret(Settings settings, UnaryOperator<String> environment, Configuration hadoop) {
    this.settings = settings;
    this.environment = environment;
    this.hadoop = hadoop;
    this.file = new Path(settings.warehouse(), "ledger/_secret.json");
  }

  /**
   * Makes sure that the secret is the warehouse's, if that has one; nothing is changed.
   *
   * @throws ConfigException if it is another one
   */
  public void check() {
    Optional<String> known = pinned().map(state -> state.required(HASH).asText());
    if (known.isEmpty() || known.equals(fingerprint())) {
      return;
    }
    throw new ConfigException(
        ("Cannot go on: the customer keys of this warehouse were made with another secret than %s."
                + " Nothing was read or changed. Set the secret that was used before. If it must be"
                + " another one from now on, which can't be once anybody has been forgotten, move %s"
                + " away and run a night before anything else.")
            .formatted(
                settings
                    .keyVariable()
                    .map("the one that key-variable names (%s)"::formatted)
                    .orElse("the one that everybody knows, which demo: true stands for"),
                file.toUri().getPath()));
  }

  /**
   * Makes sure that the published marts have the keys that the secret makes; nothing is changed.
   *
   * @throws ConfigException if nothing says so
   */
  void checkPublished(Optional<Pointer> published) {
    boolean isCertain =
        fingerprint().isEmpty()
            || published.isEmpty()
            || pinned()
                .filter(
                    state -> state.required(SINCE).asText().compareTo(published.get().runId()) <= 0)
                .isPresent();
    if (!isCertain) {
      throw new ConfigException(
          ("Cannot look for anybody in the published marts: nothing says that their customer keys,"
                  + " those of run %s, were made with the secret that key-variable names (%s)."
                  + " Nothing was changed. Run a night, then try again.")
              .formatted(published.get().runId(), settings.keyVariable().orElseThrow()));
    }
  }

  /** Takes the secret for the warehouse's from a run on, if there is one and none was before. */
  void pin(String runId) {
    Optional<String> hash = fingerprint();
    if (hash.isPresent() && pinned().isEmpty()) {
      AtomicFile.replace(
          file, JSON.createObjectNode().put(HASH, hash.get()).put(SINCE, runId).toString(), hadoop);
    }
  }

  private Optional<String> fingerprint() {
    return settings
        .keyVariable()
        .map(name -> CustomerKeys.of(settings.keyVariable(), environment).fingerprint());
  }

  private Optional<JsonNode> pinned() {
    Optional<String> json = AtomicFile.read(file, hadoop);
    try {
      return json.isEmpty() ? Optional.empty() : Optional.of(JSON.readTree(json.get()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot read " + file + ": " + json.get(), e);
    }
  }
}
