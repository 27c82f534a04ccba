package linkage.cli;

/** Where warnings go, so that the terminal stays readable. */
final class LogFile {
  private LogFile() {}

  /** The log file's path, as the launcher set it. */
  static String path() {
    return System.getProperty("linkage.log", System.getProperty("java.io.tmpdir") + "/linkage.log");
  }
}
