package linkage;

/** The process was asked to end. Exit code 143, as for any process that SIGTERM ends. */
public final class TerminatedException extends LinkageException {
  private static final long serialVersionUID = 1L;

  public TerminatedException(String message) {
    super(message);
  }

  @Override
  public int exitCode() {
    return 143;
  }
}
