package linkage.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A deployment in a temporary project, written file by file and then loaded. */
final class Deployment {
  /** The fewest keys that a deployment with surveys can have. */
  static final String MINIMAL =
      """
      landing: exports
      reporting-currency: EUR
      time-zone: Europe/Berlin
      questions:
        nps: {minimum: 0, maximum: 10, favourable: high}
      metrics:
        nps: {question: nps}
      sources:
        customers: {files: ["customers.csv"], format: csv}
        survey_responses: {files: ["answers.csv"], format: csv}
        transactions: {files: ["orders.csv"], format: csv}
        attrition: {files: ["losses.csv"], format: csv}
      demo: true
      """;

  private final Path projectRoot;
  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private Overrides overrides = Overrides.NONE;

  /** A deployment {@code conf/shop} with the mappings of {@link #MINIMAL} and no settings yet. */
  Deployment(Path projectRoot) {
    this.projectRoot = projectRoot;
    this.folder = projectRoot.resolve("conf/shop");
    for (String source :
        new String[] {"customers", "survey_responses", "transactions", "attrition"}) {
      write(source + ".sql", "select *, _record from raw");
    }
  }

  Deployment settings(String yaml) {
    return write("linkage.yaml", yaml);
  }

  Deployment write(String file, String text) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve(file), text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Deployment delete(String file) {
    try {
      Files.delete(folder.resolve(file));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Deployment variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  Deployment overriddenBy(Overrides given) {
    overrides = given;
    return this;
  }

  Settings load() {
    return Settings.load(Path.of("conf/shop"), projectRoot, overrides, environment);
  }
}
