/** The command line: one class per command, and the one place where failures become exit codes. */
package linkage.cli;
