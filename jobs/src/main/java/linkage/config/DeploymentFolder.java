package linkage.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import linkage.contract.Contract;

/** The files of a deployment: {@code linkage.yaml} and one SQL file per source. */
final class DeploymentFolder {
  private static final String SETTINGS = "linkage.yaml";
  private static final String SQL = ".sql";
  private static final Pattern SQL_COMMENT = Pattern.compile("--[^\n]*|(?s:/\\*.*?\\*/)");

  private final Path folder;
  private final Path projectRoot;
  private final Problems problems;

  /**
   * @param folder absolute
   * @param projectRoot absolute; paths below it are shown relative to it
   */
  DeploymentFolder(Path folder, Path projectRoot, Problems problems) {
    this.folder = folder;
    this.projectRoot = projectRoot;
    this.problems = problems;
  }

  String name() {
    return folder.getFileName().toString();
  }

  /** The text of linkage.yaml; empty, with the reason among the problems, if there is none. */
  Optional<String> settings() {
    if (!Files.exists(folder)) {
      problems.add("there is no folder %s; folders beside it: %s", shown(), siblings());
      return Optional.empty();
    }
    if (!Files.isDirectory(folder)) {
      problems.add("%s is a file, expected the folder that holds %s", shown(), SETTINGS);
      return Optional.empty();
    }
    if (!Files.exists(folder.resolve(SETTINGS))) {
      problems.add("there is no file %s in %s", SETTINGS, shown());
      return Optional.empty();
    }
    return text(folder.resolve(SETTINGS));
  }

  /** The texts of all SQL files by name without ending; an empty one is a problem. */
  Map<String, String> mappingSql() {
    var texts = new TreeMap<String, String>();
    for (String file : Files.isDirectory(folder) ? names(folder, this::isSql) : List.<String>of()) {
      String sql = text(folder.resolve(file)).orElse("");
      if (SQL_COMMENT.matcher(sql).replaceAll("").isBlank()) {
        problems.add("%s is empty, expected a query: select ... from raw", file);
      }
      texts.put(file.substring(0, file.length() - SQL.length()), sql);
    }
    return texts;
  }

  /** Every declared source needs its SQL file, and every SQL file its source. */
  void checkMappings(Map<String, String> mappingSql, List<String> declaredSources) {
    for (String source : declaredSources) {
      if (!mappingSql.containsKey(source) && Contract.sources().contains(source)) {
        problems.add("sources.%s has no mapping: there is no file %s.sql", source, source);
      }
    }
    for (String file : mappingSql.keySet()) {
      if (!declaredSources.contains(file)) {
        problems.add(
            "%s.sql belongs to no source: sources.%s is not declared%s",
            file,
            file,
            Nearest.to(file, declaredSources).map("; did you mean %s.sql?"::formatted).orElse(""));
      }
    }
  }

  /** The folder as a user writes it. */
  String shown() {
    return folder.startsWith(projectRoot)
        ? projectRoot.relativize(folder).toString()
        : folder.toString();
  }

  String shownSettings() {
    return shown() + "/" + SETTINGS;
  }

  private boolean isSql(Path path) {
    return path.getFileName().toString().endsWith(SQL);
  }

  private String siblings() {
    Path parent = folder.getParent();
    List<String> names =
        parent != null && Files.isDirectory(parent)
            ? names(parent, path -> Files.exists(path.resolve(SETTINGS)))
            : List.of();
    return names.isEmpty() ? "none" : String.join(", ", names);
  }

  private static List<String> names(Path folder, Predicate<Path> filter) {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.filter(filter).map(path -> path.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text without a byte order mark, lines ended by \n. */
  private Optional<String> text(Path file) {
    try {
      String text = Files.readString(file).replace("\r\n", "\n");
      return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (CharacterCodingException e) {
      problems.add("%s is not UTF-8 text", file.getFileName());
    } catch (IOException e) {
      problems.add("%s can't be read: %s", file.getFileName(), e.getMessage());
    }
    return Optional.empty();
  }
}
