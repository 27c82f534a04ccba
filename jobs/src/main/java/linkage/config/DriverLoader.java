package linkage.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code driver-scenarios} and {@code downstream-drivers}, and how many drivers there are.
 */
final class DriverLoader {
  private static final String SCENARIOS = "driver-scenarios";
  private static final String DOWNSTREAM = "downstream-drivers";

  /** Names of the scenarios that are always there, and of a column's word for all drivers. */
  private static final Set<String> TAKEN =
      Set.of("lows_to_middle", "all_lows_to_middle", "to_best_segment", "plus_one_point");

  private final Section top;
  private final Problems problems;

  DriverLoader(Section top, Problems problems) {
    this.top = top;
    this.problems = problems;
  }

  DriverSettings load(List<QuestionSettings> drivers) {
    checkCount(drivers.size());
    return new DriverSettings(scenarios(drivers), downstream(drivers));
  }

  private void checkCount(int count) {
    if (count > Settings.MAX_DRIVERS) {
      problems.add(
          "%s has %d entries, expected at most %d drivers (up to %d are judged in every segment,"
              + " more for all customers alone)",
          top.at("drivers"), count, Settings.MAX_DRIVERS, Settings.MAX_DRIVERS_PER_SEGMENT);
    }
  }

  private List<DriverScenario> scenarios(List<QuestionSettings> drivers) {
    List<DriverScenario> scenarios = new ArrayList<>();
    top.sections(SCENARIOS, KnownKeys.DRIVER_SCENARIO)
        .forEach((name, section) -> scenario(name, section, drivers).ifPresent(scenarios::add));
    return scenarios;
  }

  private Optional<DriverScenario> scenario(
      String name, Section section, List<QuestionSettings> drivers) {
    if (Parse.identifier(name).isEmpty() || TAKEN.contains(name)) {
      problems.add(
          "%s expected another name: lower case letters, digits and _, a letter first, and none of"
              + " the scenarios that are always there",
          section.here());
    }
    section.requireKey("drivers", "a list of drivers");
    List<QuestionSettings> own =
        section
            .readSome("drivers", "the name of a driver", text -> find(drivers, text))
            .orElse(List.of());
    Optional<Integer> from = score(section, "from");
    Optional<Integer> to = score(section, "to");
    Optional<Integer> become = score(section, "become");
    double share =
        section
            .read(
                "share",
                "a number above 0 and at most 1",
                text -> Parse.share(text).filter(number -> number > 0))
            .orElse(1.0);
    if (own.isEmpty() || from.isEmpty() || to.isEmpty() || become.isEmpty()) {
      return Optional.empty();
    }
    if (from.get() > to.get()) {
      problems.add(
          "%s is \"%d\", expected at least %s, which is %d",
          section.at("to"), to.get(), section.path("from"), from.get());
    }
    for (QuestionSettings driver : own) {
      for (String key : List.of("from", "to", "become")) {
        int score = Map.of("from", from, "to", to, "become", become).get(key).orElseThrow();
        if (!driver.isOnScale(score)) {
          problems.add(
              "%s is \"%d\", expected a score of %s, which runs from %d to %d",
              section.at(key), score, driver.id(), driver.minimum(), driver.maximum());
        }
      }
    }
    return Optional.of(
        new DriverScenario(
            name,
            own.stream().map(QuestionSettings::id).toList(),
            from.get(),
            to.get(),
            become.get(),
            share));
  }

  private static Optional<Integer> score(Section section, String key) {
    return section.require(
        key, "a whole number from -10000 to 10000", Parse.wholeNumber(-10_000, 10_000));
  }

  private Map<String, List<String>> downstream(List<QuestionSettings> drivers) {
    Map<String, List<String>> downstream = new LinkedHashMap<>();
    List<String> names = drivers.stream().map(QuestionSettings::id).toList();
    top.section(DOWNSTREAM, names)
        .ifPresent(
            section -> {
              for (String driver : names) {
                section
                    .readList(
                        driver,
                        "the name of another driver",
                        text -> find(drivers, text).filter(other -> !other.id().equals(driver)))
                    .ifPresent(
                        others ->
                            downstream.put(
                                driver, others.stream().map(QuestionSettings::id).toList()));
              }
            });
    return downstream;
  }

  private static Optional<QuestionSettings> find(List<QuestionSettings> drivers, String name) {
    return drivers.stream().filter(driver -> driver.id().equals(name)).findFirst();
  }
}
