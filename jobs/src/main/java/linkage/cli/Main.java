package linkage.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import linkage.LinkageException;
import linkage.UnfinishedException;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code linkage}. */
@Command(
    name = "linkage",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = {
      "Links customer experience to business results: which metric predicts retention, per segment,"
          + " and how sure that is.",
      "",
      "Start with:  ./linkage demo"
    },
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      BackfillCommand.class,
      RollbackCommand.class,
      QuarantineCommand.class,
      ValidateCommand.class,
      PreviewCommand.class,
      SqlCommand.class,
      StatusCommand.class,
      ForgetCommand.class,
      BenchCommand.class
    },
    footer = {
      "",
      "Exit codes: 0 published or answered; 1 a fault of Linkage's own; 2 configuration or usage;",
      "3 the data failed a gate; 4 another run holds the lock or published meanwhile;",
      "143 asked to end.",
      "",
      "Your own data: conf/README.md shows how to write a configuration in ten minutes."
    })
public final class Main implements Runnable {
  private static final Logger LOG = LogManager.getLogger(Main.class);

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs a command and gives back its exit code. */
  static int run(String... arguments) {
    return run(new CommandLine(new Main()), arguments);
  }

  /** Runs a command that answers to one writer. */
  static int run(PrintWriter out, String... arguments) {
    return run(new CommandLine(new Main()).setOut(out).setErr(out), arguments);
  }

  private static int run(CommandLine line, String... arguments) {
    line.setExecutionExceptionHandler((failure, command, parsed) -> report(failure, command));
    line.setParameterExceptionHandler(
        (failure, parsed) -> {
          PrintWriter err = failure.getCommandLine().getErr();
          err.println(failure.getMessage());
          CommandLine.UnmatchedArgumentException.printSuggestions(failure, err);
          String name = failure.getCommandLine().getCommandSpec().qualifiedName();
          err.printf("Run './%s --help' to see what is possible.%n", name);
          return 2;
        });
    line.setExitCodeExceptionMapper(
        failure -> failure instanceof LinkageException known ? known.exitCode() : 1);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    int exitCode = line.execute(arguments);
    line.getOut().flush();
    return exitCode;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** A failure that a user can act on is a message; any other is ours, and goes to the log. */
  private static int report(Exception failure, CommandLine command) {
    PrintWriter err = command.getErr();
    if (failure instanceof LinkageException known) {
      if (known instanceof UnfinishedException) {
        log(known, command);
      }
      err.println(Printable.lines(known.getMessage()));
      return known.exitCode();
    }
    log(failure, command);
    if (LinkageException.isDiskFull(failure)) {
      err.printf(
          "Cannot go on: %s. The published marts are whole. Make room, then run again; the log %s has"
              + " the details.%n",
          LinkageException.told(failure), LogFile.path());
      return 1;
    }
    err.printf(
        "Linkage failed, and it is not your doing: %s%nUnless it says above that the marts were"
            + " published, they are unchanged. The log %s has the details.%n",
        Printable.line(firstLine(failure)), LogFile.path());
    return 1;
  }

  private static void log(Exception failure, CommandLine command) {
    var trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    LOG.error("Failure of {}\n{}", command.getCommandName(), trace);
  }

  private static String firstLine(Throwable failure) {
    String message = failure.getMessage();
    return message == null
        ? failure.getClass().getSimpleName()
        : message.lines().findFirst().orElse(failure.getClass().getSimpleName());
  }

  /** Prints the version. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"Linkage " + linkage.job.CodeVersion.current()};
    }
  }
}
