package linkage.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Checks everything that can be checked without writing. */
@Command(name = "preview", mixinStandardHelpOptions = true, description = "Checks.")
final class PreviewCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    return 0;
  }
}
