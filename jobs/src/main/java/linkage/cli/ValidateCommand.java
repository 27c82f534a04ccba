package linkage.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Checks everything that can be checked without writing. */
@Command(name = "validate", mixinStandardHelpOptions = true, description = "Checks.")
final class ValidateCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    return 0;
  }
}
