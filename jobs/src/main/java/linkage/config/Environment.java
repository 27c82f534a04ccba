package linkage.config;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts environment variables into settings: <code>${NAME}</code> and <code>${NAME:-default}</code>,
 * as a shell does. The default also stands in for an empty variable.
 */
final class Environment {
  private static final Pattern REFERENCE =
      Pattern.compile("\\$\\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?<default>[^}]*))?}");
  private static final Pattern LEFT_OVER = Pattern.compile("\\$\\{[^}]*}?");

  private final Map<String, String> variables;
  private final Problems problems;

  Environment(Map<String, String> variables, Problems problems) {
    this.variables = variables;
    this.problems = problems;
  }

  boolean has(String variable) {
    return !variables.getOrDefault(variable, "").isEmpty();
  }

  /** How many characters a variable holds. */
  int length(String variable) {
    return variables.getOrDefault(variable, "").length();
  }

  /** The text with its references replaced; empty, with a problem, if one can't be. */
  Optional<String> substitute(String place, String text) {
    var replaced = new StringBuilder();
    Matcher reference = REFERENCE.matcher(text);
    boolean complete = true;
    while (reference.find()) {
      Optional<String> value = value(reference.group("name"), reference.group("default"));
      if (value.isEmpty()) {
        problems.add(
            "%s needs the environment variable %s, which is not set; set it or write"
                + " ${%s:-default}",
            place, reference.group("name"), reference.group("name"));
        complete = false;
      }
      reference.appendReplacement(replaced, Matcher.quoteReplacement(value.orElse("")));
    }
    reference.appendTail(replaced);
    Matcher leftOver = LEFT_OVER.matcher(REFERENCE.matcher(text).replaceAll(""));
    if (leftOver.find()) {
      problems.add("%s has \"%s\", expected ${NAME} or ${NAME:-default}", place, leftOver.group());
      complete = false;
    }
    return complete ? Optional.of(replaced.toString()) : Optional.empty();
  }

  private Optional<String> value(String name, String otherwise) {
    if (otherwise != null && !has(name)) {
      return Optional.of(otherwise);
    }
    return Optional.ofNullable(variables.get(name));
  }
}
