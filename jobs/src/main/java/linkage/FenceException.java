package linkage;

/** Another run holds the lock or moved the pointer: wait and run again. Exit code 4. */
public final class FenceException extends LinkageException {
  private static final long serialVersionUID = 1L;

  public FenceException(String message) {
    super(message);
  }

  public FenceException(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public int exitCode() {
    return 4;
  }
}
