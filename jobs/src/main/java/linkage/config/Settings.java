package linkage.config;

import java.nio.file.Path;
import java.time.Month;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * Everything a deployment declares, checked.
 *
 * <p>Components are given the values they need rather than this record.
 *
 * @param name the name of the deployment's folder
 * @param company name for readers
 * @param landing absolute path, or URI, of the folder of raw files
 * @param warehouse absolute path, or URI, of the folder that staging and marts live in
 * @param reportingCurrency ISO 4217
 * @param timeZone days are local days of this zone
 * @param fiscalYearStartsIn first month of the fiscal year, which is named by the calendar year it
 *     ends in
 * @param horizonsDays days over which outcomes are measured, distinct; the first is the main one
 * @param landmarkDays days after the response at which clocks start, as declared
 * @param analysisWindowMonths months of anchors that are analysed
 * @param maxPairAgeDays days a score may be carried to be compared with another metric's
 * @param inactivityDays days without a purchase that count as lost; present exactly if losses are
 *     inferred because there is no source {@code attrition}
 * @param keepGenerations runs whose marts are kept
 * @param keepGenerationsHours hours for which marts are kept at least
 * @param keepStagingDays days for which it stays known what was known on a day; empty for good
 * @param keepQuarantineDays days for which the text of refused rows is kept; empty for good
 * @param keyVariable environment variable holding the secret that customer keys are hashed with
 * @param smallestGroup fewest customers that a published group of them may have
 * @param segmentSets beginning with {@link SegmentSet#ALL}
 * @param questions in declared order
 * @param metrics in declared order
 * @param drivers questions in declared order
 * @param driverSettings what is asked of the drivers
 * @param sources in the order of {@link linkage.contract.Contract#sources}
 * @param configurationHash SHA-256, hexadecimal, over the content of linkage.yaml and all mapping
 *     SQL; the same whatever the layout, comments, landing and warehouse
 * @param warnings sentences about what will be missing, not wrong
 */
public record Settings(
    String name,
    String company,
    String landing,
    String warehouse,
    Currency reportingCurrency,
    ZoneId timeZone,
    Month fiscalYearStartsIn,
    List<Integer> horizonsDays,
    int landmarkDays,
    int analysisWindowMonths,
    int maxPairAgeDays,
    OptionalInt inactivityDays,
    int keepGenerations,
    int keepGenerationsHours,
    OptionalInt keepStagingDays,
    OptionalInt keepQuarantineDays,
    Optional<String> keyVariable,
    int smallestGroup,
    List<SegmentSet> segmentSets,
    List<QuestionSettings> questions,
    List<MetricSettings> metrics,
    List<QuestionSettings> drivers,
    DriverSettings driverSettings,
    List<SourceSettings> sources,
    String configurationHash,
    List<String> warnings) {
  /** With more drivers than this, they are judged for {@link SegmentSet#ALL} alone. */
  public static final int MAX_DRIVERS_PER_SEGMENT = 30;

  /** There can't be more drivers than this. */
  public static final int MAX_DRIVERS = 40;

  public Settings {
    horizonsDays = List.copyOf(horizonsDays);
    segmentSets = List.copyOf(segmentSets);
    questions = List.copyOf(questions);
    metrics = List.copyOf(metrics);
    drivers = List.copyOf(drivers);
    sources = List.copyOf(sources);
    warnings = List.copyOf(warnings);
  }

  /**
   * Reads a deployment with this process's environment variables and the project root in the system
   * property {@code linkage.home}, else the working directory.
   *
   * @throws linkage.ConfigException if anything is wrong, with everything that is wrong
   */
  public static Settings load(Path deploymentFolder, Overrides overrides) {
    Path projectRoot = Path.of(System.getProperty("linkage.home", ""));
    return load(deploymentFolder, projectRoot, overrides, System.getenv());
  }

  /**
   * As {@link #load(Path, Overrides)}, for what only reads marts: who reads needs no secret, so it
   * may be absent.
   */
  public static Settings loadToRead(Path deploymentFolder, Overrides overrides) {
    Path projectRoot = Path.of(System.getProperty("linkage.home", ""));
    return new SettingsLoader(deploymentFolder, projectRoot, overrides, System.getenv())
        .withoutSecret()
        .load();
  }

  /**
   * Reads a deployment.
   *
   * @param deploymentFolder holds linkage.yaml and the SQL files; relative to the project root
   * @param projectRoot relative paths in the settings and the overrides start here
   * @param overrides values from the command line
   * @param environment variables that the settings may refer to
   * @throws linkage.ConfigException if anything is wrong, with everything that is wrong
   */
  public static Settings load(
      Path deploymentFolder,
      Path projectRoot,
      Overrides overrides,
      Map<String, String> environment) {
    return new SettingsLoader(deploymentFolder, projectRoot, overrides, environment).load();
  }

  /** The source that feeds a canonical table, if the deployment has it. */
  public Optional<SourceSettings> source(String name) {
    return sources.stream().filter(source -> source.name().equals(name)).findFirst();
  }

  /**
   * The mapping SQL of a declared source.
   *
   * @throws IllegalArgumentException if the deployment has no such source
   */
  public String mappingSql(String source) {
    return source(source)
        .orElseThrow(() -> unknown("source", source, sources, SourceSettings::name))
        .mappingSql();
  }

  /**
   * A declared question.
   *
   * @throws IllegalArgumentException if the deployment has no such question
   */
  public QuestionSettings question(String id) {
    return questions.stream()
        .filter(question -> question.id().equals(id))
        .findFirst()
        .orElseThrow(() -> unknown("question", id, questions, QuestionSettings::id));
  }

  /** Number of scores on the scale of a declared question. */
  public int levels(String question) {
    return question(question).levels();
  }

  /** The segment sets that drivers are judged in. */
  public List<SegmentSet> driverSegmentSets() {
    return drivers.size() > MAX_DRIVERS_PER_SEGMENT ? List.of(SegmentSet.ALL) : segmentSets;
  }

  /** The customer attributes that segment sets use, distinct, in the order of first use. */
  public List<String> attributes() {
    return segmentSets.stream().flatMap(set -> set.attributes().stream()).distinct().toList();
  }

  /** Days after the response at which clocks start: none under the inactivity rule. */
  public int effectiveLandmarkDays() {
    return inactivityDays.isPresent() ? 0 : landmarkDays;
  }

  private static <T> IllegalArgumentException unknown(
      String kind, String name, List<T> declared, Function<T, String> nameOf) {
    return new IllegalArgumentException(
        "Cannot find %s %s: declared are %s."
            .formatted(kind, name, declared.stream().map(nameOf).toList()));
  }
}
