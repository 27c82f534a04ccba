package linkage;

/** The data failed a gate: the owner of the data must act. Exit code 3. */
public final class GateException extends LinkageException {
  private static final long serialVersionUID = 1L;

  public GateException(String message) {
    super(message);
  }

  @Override
  public int exitCode() {
    return 3;
  }
}
