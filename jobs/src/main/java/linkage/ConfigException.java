package linkage;

/** Configuration or usage is wrong: the operator must act. Exit code 2. */
public final class ConfigException extends LinkageException {
  private static final long serialVersionUID = 1L;

  public ConfigException(String message) {
    super(message);
  }

  /** A message that quotes another program, and the same without the quotation. */
  public ConfigException(String message, String told) {
    super(message, told);
  }

  public ConfigException(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public int exitCode() {
    return 2;
  }
}
