package linkage;

/**
 * A failure that a user can act on: its message says what was found, what was expected, what state
 * the world is in and what to do, and is shown without a stack trace.
 *
 * <p>The subtype says who must act, and is the exit code.
 */
public abstract sealed class LinkageException extends RuntimeException
    permits ConfigException, GateException, FenceException, TerminatedException {
  private static final long serialVersionUID = 1L;

  LinkageException(String message) {
    super(message);
  }

  LinkageException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The process's exit code. */
  public abstract int exitCode();
}
