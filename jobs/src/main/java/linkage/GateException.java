package linkage;

/** The data failed a gate: the owner of the data must act. Exit code 3. */
public final class GateException extends LinkageException {
  private static final long serialVersionUID = 1L;

  public GateException(String message) {
    super(message);
  }

  /** A message that quotes another program, and the same without the quotation. */
  public GateException(String message, String told) {
    super(message, told);
  }

  @Override
  public int exitCode() {
    return 3;
  }
}
