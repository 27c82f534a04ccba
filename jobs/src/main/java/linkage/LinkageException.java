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

  /**
   * What may be told of any failure where more people look than in the log: one that nobody foresaw
   * may quote a row.
   */
  public static String told(Throwable failure) {
    return failure instanceof LinkageException
        ? failure.getMessage()
        : failure.getClass().getSimpleName() + "; the log has the details";
  }

  /** The process's exit code. */
  public abstract int exitCode();
}
