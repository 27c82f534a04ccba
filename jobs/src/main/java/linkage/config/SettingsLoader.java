package linkage.config;

import java.nio.file.Path;
import java.time.Month;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import linkage.config.YamlTree.Mapping;
import linkage.config.YamlTree.Node;
import linkage.config.YamlTree.Scalar;
import linkage.config.YamlTree.Unknown;
import linkage.contract.Contract;

/** Reads a deployment's folder into {@link Settings}, or says everything that is wrong with it. */
final class SettingsLoader {
  private static final Pattern URI = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]+:/.*");
  private static final Pattern VARIABLE = Pattern.compile("[A-Z_][A-Z0-9_]*");
  private static final Pattern PASSWORD = Pattern.compile("(?s).*//[^/@]*:[^/@]*@.*");
  private static final int MAX_DAYS = 1095;
  private static final int MAX_KEPT_DAYS = 36_500;
  private static final int MAX_SETS_TIMES_METRICS = 64;
  private static final List<Integer> HORIZONS_DAYS = List.of(180);

  /** Characters: 32 hexadecimal ones hold 128 bits, beyond what can be guessed. */
  private static final int SHORTEST_SECRET = 32;

  private final Path projectRoot;
  private final Overrides overrides;
  private final Problems problems = new Problems();
  private final DeploymentFolder folder;
  private final Environment environment;
  private boolean needsSecret = true;

  SettingsLoader(
      Path folder, Path projectRoot, Overrides overrides, Map<String, String> variables) {
    this.projectRoot = projectRoot.toAbsolutePath().normalize();
    this.overrides = overrides;
    this.folder =
        new DeploymentFolder(
            this.projectRoot.resolve(folder).normalize(), this.projectRoot, problems);
    this.environment = new Environment(variables, problems);
  }

  /** The secret that customer keys are hashed with need not be there. */
  SettingsLoader withoutSecret() {
    needsSecret = false;
    return this;
  }

  Settings load() {
    Optional<Mapping> tree =
        folder.settings().flatMap(yaml -> YamlTree.parse(yaml, problems)).map(this::substitute);
    Map<String, String> mappingSql = folder.mappingSql();
    Optional<Settings> settings = tree.flatMap(found -> settings(found, mappingSql));
    problems.throwIfAny(folder.shownSettings(), folder.shown());
    return settings.orElseThrow();
  }

  private Mapping substitute(Mapping tree) {
    return YamlTree.map(
        tree,
        (path, scalar) ->
            override(path).isPresent() || scalar.text().isEmpty()
                ? scalar
                : substitute(path, scalar));
  }

  private Node substitute(String path, Scalar scalar) {
    String place = "%s (line %d)".formatted(path, scalar.line());
    Optional<String> text = environment.substitute(place, scalar.text().orElseThrow());
    return text.isPresent() ? new Scalar(text, scalar.line()) : new Unknown(scalar.line());
  }

  private Optional<String> override(String key) {
    return switch (key) {
      case "landing" -> overrides.landing();
      case "warehouse" -> overrides.warehouse();
      default -> Optional.empty();
    };
  }

  /** The settings; empty, with the reasons among the problems, if they can't be made. */
  private Optional<Settings> settings(Mapping tree, Map<String, String> mappingSql) {
    Section top = Section.top(tree, KnownKeys.TOP, problems);

    String company = top.read("company", "a text", Parse::notBlank).orElse(folder.name());
    Optional<String> landing = place(top, "landing");
    if (landing.isEmpty()) {
      top.requireKey("landing", "the folder of the raw files");
    }
    String warehouse =
        place(top, "warehouse").orElseGet(() -> absolute("warehouse/" + folder.name()));
    var currency =
        top.require("reporting-currency", "an ISO 4217 code such as EUR", Parse::currency);
    var timeZone = top.require("time-zone", "a time zone such as Europe/Berlin", Parse::timeZone);
    int fiscalMonth = wholeNumber(top, "fiscal-year-starts-in", 1, 12).orElse(1);
    List<Integer> horizons = horizons(top);
    int landmarkDays = wholeNumber(top, "landmark-days", 0, 365).orElse(1);
    int windowMonths = wholeNumber(top, "analysis-window-months", 1, 120).orElse(24);
    int maxPairAgeDays = wholeNumber(top, "max-pair-age-days", 0, 365).orElse(0);
    Optional<Integer> inactivityDays = inactivityDays(top, horizons);
    int keepGenerations = wholeNumber(top, "keep-generations", 1, 1000).orElse(7);
    int keepHours = wholeNumber(top, "keep-generations-hours", 0, 8760).orElse(24);
    OptionalInt keepStagingDays = days(top, "keep-staging-days");
    OptionalInt keepQuarantineDays = days(top, "keep-quarantine-days");
    Optional<String> keyVariable = keyVariable(top);
    checkKeys(top);
    int smallestGroup = wholeNumber(top, "smallest-group", 1, 1000).orElse(5);
    List<SegmentSet> segmentSets = segmentSets(top);
    var survey = new SurveyLoader(top, problems);
    List<QuestionSettings> questions = survey.questions();
    List<MetricSettings> metrics = survey.metrics(questions);
    List<QuestionSettings> drivers = survey.drivers(questions);
    DriverSettings driverSettings = new DriverLoader(top, problems).load(drivers);
    checkSize(top, segmentSets);
    top.requireKey("sources", "at least the source customers");
    List<SourceSettings> sources = new SourceLoader(mappingSql, problems).load(top);
    checkLosses(top);
    checkSurvey(top);
    folder.checkMappings(mappingSql, top.names("sources"));

    if (landing.isEmpty() || currency.isEmpty() || timeZone.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Settings(
            folder.name(),
            company,
            landing.get(),
            warehouse,
            currency.get(),
            timeZone.get(),
            Month.of(fiscalMonth),
            horizons,
            landmarkDays,
            windowMonths,
            maxPairAgeDays,
            inactivityDays.map(OptionalInt::of).orElse(OptionalInt.empty()),
            keepGenerations,
            keepHours,
            keepStagingDays,
            keepQuarantineDays,
            keyVariable,
            smallestGroup,
            segmentSets,
            questions,
            metrics,
            drivers,
            driverSettings,
            sources,
            ConfigurationHash.of(tree, mappingSql),
            warnings(top, sources)));
  }

  private static Optional<Integer> wholeNumber(Section section, String key, int least, int most) {
    return section.read(
        key, "a whole number from %d to %d".formatted(least, most), Parse.wholeNumber(least, most));
  }

  /** How long something is kept; empty for good. */
  private static OptionalInt days(Section top, String key) {
    return wholeNumber(top, key, 1, MAX_KEPT_DAYS).map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  private Optional<String> place(Section top, String key) {
    Optional<String> given = override(key).or(() -> top.read(key, "a folder", Parse::notBlank));
    if (given.filter(place -> PASSWORD.matcher(place).matches()).isPresent()) {
      problems.add(
          "%s has a password in it, expected a place without: places are shown and logged. Hand"
              + " credentials to the file system by its own settings",
          top.at(key));
      return Optional.of("");
    }
    return given.map(this::absolute);
  }

  private String absolute(String place) {
    return URI.matcher(place).matches() ? place : projectRoot.resolve(place).normalize().toString();
  }

  private List<Integer> horizons(Section top) {
    String expected = "a whole number of days from 1 to " + MAX_DAYS;
    List<Integer> horizons =
        top.readSome("horizons-days", expected, Parse.wholeNumber(1, MAX_DAYS))
            .orElse(HORIZONS_DAYS);
    if (new HashSet<>(horizons).size() < horizons.size()) {
      problems.add("%s is %s, expected each horizon once", top.at("horizons-days"), horizons);
    }
    return horizons;
  }

  private Optional<Integer> inactivityDays(Section top, List<Integer> horizons) {
    Optional<Integer> days = wholeNumber(top, "inactivity-days", 1, MAX_DAYS);
    List<Integer> tooShort =
        horizons.stream().filter(horizon -> days.isPresent() && horizon < days.get()).toList();
    if (!tooShort.isEmpty()) {
      problems.add(
          "%s has %s, expected horizons of at least inactivity-days, which is %d: earlier, nobody"
              + " can be known to be lost",
          top.at("horizons-days"), tooShort, days.get());
    }
    return days;
  }

  /** The name of the variable; a text that is none may be the secret itself, and isn't shown. */
  private Optional<String> keyVariable(Section top) {
    Optional<String> given = top.read("key-variable", "a text", Optional::of);
    Optional<String> variable = given.filter(name -> VARIABLE.matcher(name).matches());
    if (given.isPresent() && variable.isEmpty()) {
      problems.add(
          "%s is not the name of an environment variable such as LINKAGE_KEY; the secret itself"
              + " never stands in a file",
          top.at("key-variable"));
    }
    variable.filter(name -> needsSecret).ifPresent(name -> checkSecret(top, name));
    return variable;
  }

  private void checkSecret(Section top, String name) {
    if (!environment.has(name)) {
      problems.add(
          "%s names the environment variable %s, which is not set or empty",
          top.at("key-variable"), name);
    } else if (environment.length(name) < SHORTEST_SECRET) {
      problems.add(
          "%s names the environment variable %s, which holds %d characters, expected at least %d:"
              + " openssl rand -hex 32 makes a secret",
          top.at("key-variable"), name, environment.length(name), SHORTEST_SECRET);
    }
  }

  /** Only where nobody's data are at stake may customer keys do without a secret. */
  private void checkKeys(Section top) {
    boolean isDemo = top.read("demo", "true or false", Parse::trueOrFalse).orElse(false);
    if (!isDemo && !top.has("key-variable")) {
      problems.add(
          "key-variable is missing, expected the name of an environment variable that holds a"
              + " secret, which customers are named in the marts with; demo: true does without,"
              + " for data that are made up or public");
    }
  }

  private List<SegmentSet> segmentSets(Section top) {
    var sets = new ArrayList<SegmentSet>();
    sets.add(SegmentSet.ALL);
    var seen = new HashSet<Set<String>>();
    String expected = "a list of customer attributes such as [region, tier]";
    for (var entry : top.readLists("segment-sets", expected).orElse(List.of())) {
      List<String> attributes = entry.texts();
      if (attributes.isEmpty()) {
        problems.add(
            "%s is an empty list, expected %s; the set all is always there",
            entry.place(), expected);
      } else if (isWellNamed(entry)) {
        if (!seen.add(Set.copyOf(attributes))) {
          problems.add(
              "%s repeats the set %s, expected each set once",
              entry.place(), SegmentSet.of(attributes).name());
        }
        sets.add(SegmentSet.of(attributes));
      }
    }
    return sets;
  }

  private boolean isWellNamed(Section.Entry set) {
    var seen = new HashSet<String>();
    boolean isWellNamed = true;
    for (String attribute : set.texts()) {
      String fault = "";
      if (Parse.identifier(attribute).isEmpty()) {
        fault = "expected lower case letters, digits and _, a letter first";
      } else if (isTaken(attribute)) {
        fault = "which has a meaning of its own; expected another name, selected in customers.sql";
      } else if (!seen.add(attribute)) {
        fault = "which is there already; expected each attribute once";
      }
      if (!fault.isEmpty()) {
        problems.add("%s has \"%s\", %s", set.place(), attribute, fault);
        isWellNamed = false;
      }
    }
    return isWellNamed;
  }

  /** A column of every customer with a meaning of its own; how one was won may form segments. */
  private static boolean isTaken(String attribute) {
    boolean isColumn = Contract.source("customers").has(attribute);
    return isColumn && !attribute.equals("acquisition_source")
        || attribute.equals(SegmentSet.ALL.name());
  }

  private void checkSize(Section top, List<SegmentSet> sets) {
    int metrics = top.names("metrics").size();
    if (sets.size() * metrics > MAX_SETS_TIMES_METRICS) {
      problems.add(
          "%s makes %d sets (with all), times %d metrics = %d, expected at most %d; leave out a set"
              + " or a metric",
          top.at("segment-sets"),
          sets.size(),
          metrics,
          sets.size() * metrics,
          MAX_SETS_TIMES_METRICS);
    }
  }

  /** How customers are known to be lost: told by a source, or inferred from their silence. */
  private void checkLosses(Section top) {
    List<String> sources = top.names("sources");
    boolean isTold = sources.contains("attrition");
    boolean isInferred = top.has("inactivity-days");
    boolean isNeeded = sources.contains("survey_responses") || sources.contains("transactions");
    if (isTold && isInferred) {
      problems.add(
          "%s is only for a deployment without the source attrition; remove one of them",
          top.at("inactivity-days"));
    } else if (isInferred && !sources.contains("transactions")) {
      problems.add(
          "%s infers losses from purchases, but sources.transactions is missing",
          top.at("inactivity-days"));
    } else if (!isTold && !isInferred && isNeeded) {
      problems.add(
          "inactivity-days is missing, expected a whole number of days without a purchase, because"
              + " there is no source attrition to tell who is lost");
    }
  }

  private void checkSurvey(Section top) {
    if (top.names("sources").contains("survey_responses")) {
      checkSome(top, "questions");
      checkSome(top, "metrics");
    }
  }

  private void checkSome(Section top, String key) {
    top.requireKey(key, "at least one, because there is a source survey_responses");
    if (top.isEmptyGroup(key)) {
      problems.add(
          "%s is empty, expected at least one, because there is a source survey_responses",
          top.at(key));
    }
  }

  private static List<String> warnings(Section top, List<SourceSettings> sources) {
    List<String> names = top.names("sources");
    var warnings = new ArrayList<String>();
    if (!names.contains("survey_responses")) {
      warnings.add(
          "There is no source survey_responses: no metric or driver can be judged, and the marts"
              + " about scores will be empty.");
    }
    if (!names.contains("transactions")) {
      warnings.add(
          "There is no source transactions: repeat purchases, revenue, money per driver, the"
              + " customer bridge's amounts and the reconciliation will be empty.");
    }
    if (!top.has("key-variable")) {
      warnings.add(
          "There is no key-variable: whoever knows customer numbers can recompute the keys that"
              + " stand for them in the marts.");
    }
    sources.stream()
        .filter(SourceSettings::isOrderedAcrossFeeds)
        .forEach(
            source ->
                warnings.add(
                    ("Files of source %s come by several patterns and are ordered by name alone: a"
                            + " new file of the first stands before all files of the others, whose"
                            + " repeated rows are read again each time. If the names hold a date,"
                            + " give file-date.")
                        .formatted(source.name())));
    return warnings;
  }
}
