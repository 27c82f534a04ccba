package linkage;

/** A run that has ended well, its marts published, while what follows failed. Exit code 1. */
public final class UnfinishedException extends LinkageException {
  private static final long serialVersionUID = 1L;

  public UnfinishedException(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public int exitCode() {
    return 1;
  }
}
