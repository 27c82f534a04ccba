package linkage.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import linkage.config.Overrides;
import linkage.config.Settings;
import picocli.CommandLine.Option;

/** The options that name a deployment. */
final class DeploymentOptions {
  @Option(
      names = "--conf",
      required = true,
      paramLabel = "FOLDER",
      description = "The deployment: a folder with linkage.yaml and one SQL file per source.")
  Path conf;

  @Option(
      names = "--landing",
      paramLabel = "FOLDER",
      description = "Where the raw files lie; overrides `landing` of linkage.yaml.")
  String landing;

  @Option(
      names = "--warehouse",
      paramLabel = "FOLDER",
      description = "Where Linkage keeps what it makes; overrides `warehouse` of linkage.yaml.")
  String warehouse;

  Settings load() {
    return Settings.load(folder(), new Overrides(place(landing), place(warehouse)));
  }

  /** The same for a command that only reads what is there: it needs no raw files and no secret. */
  Settings loadToRead() {
    return Settings.loadToRead(
        folder(), new Overrides(place(landing == null ? "landing" : landing), place(warehouse)));
  }

  /** The options as they were given, for another command. */
  String words() {
    return "--conf " + conf + word("--landing", landing) + word("--warehouse", warehouse);
  }

  /** The same for a command that only reads what is there. */
  String wordsToRead() {
    return "--conf " + conf + word("--warehouse", warehouse);
  }

  private static String word(String option, String given) {
    return given == null ? "" : " %s %s".formatted(option, given);
  }

  /**
   * What is typed is relative to where it is typed; what linkage.yaml says, to Linkage's folder.
   */
  private static Optional<String> place(String given) {
    return Optional.ofNullable(given)
        .map(
            text ->
                text.contains("://") || text.startsWith("file:")
                    ? text
                    : Path.of(text).toAbsolutePath().normalize().toString());
  }

  /** A relative folder is looked for here first, and then in Linkage's own folder. */
  private Path folder() {
    Path home = Path.of(System.getProperty("linkage.home", "."));
    return Files.exists(conf) || conf.isAbsolute() ? conf : home.resolve(conf);
  }
}
