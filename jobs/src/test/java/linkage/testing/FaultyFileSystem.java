package linkage.testing;

import java.io.File;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * The local disk under the scheme {@code faulty}, as a store whose files appear when they are
 * closed, and that fails when it is told to.
 *
 * <p>It counts what changes it: create, close, rename, delete and mkdirs. A recursive delete that
 * fails has deleted half.
 */
public final class FaultyFileSystem extends RawLocalFileSystem {
  /** The scheme of its paths. */
  public static final String SCHEME = "faulty";

  /** What happens from the change on that is to fail. */
  public enum Fault {
    /** That one fails, and the next succeeds: the network had a bad moment. */
    ONCE,
    /** That one fails and all after it: the process lost its disk, and can't even clear up. */
    FOR_GOOD,
    /** From there on nothing more can be written, but renamed and deleted: the disk is full. */
    DISK_FULL
  }

  private static final Pattern ANY = Pattern.compile("");

  private static final Object MONITOR = new Object();
  private static final List<String> changes = new ArrayList<>();
  private static Fault fault;
  private static Pattern which;
  private static int left;
  private static Optional<String> failed;

  /** Makes the scheme known. */
  public static void register(Configuration hadoop) {
    hadoop.set("fs." + SCHEME + ".impl", FaultyFileSystem.class.getName());
    hadoop.set("fs.AbstractFileSystem." + SCHEME + ".impl", FaultyFiles.class.getName());
  }

  /** Fails from now on at the n-th change, whichever it is. */
  public static void failAt(int number, Fault kind) {
    failAt(number, ANY, kind);
  }

  /**
   * Fails from now on at the n-th change of those in which a pattern is found, such as {@code
   * rename .*_current[.]json}. Of changes that are made side by side, which is the n-th differs
   * from run to run: {@link #failed} says which it was.
   */
  public static void failAt(int number, Pattern among, Fault kind) {
    synchronized (MONITOR) {
      changes.clear();
      failed = Optional.empty();
      which = among;
      left = number;
      fault = kind;
    }
  }

  /** Doesn't fail any more; changes are listed anew. */
  public static void heal() {
    failAt(Integer.MAX_VALUE, Fault.ONCE);
  }

  /** What was changed, or would have been, since it was last told, such as {@code rename /a/b}. */
  public static List<String> changes() {
    synchronized (MONITOR) {
      return List.copyOf(changes);
    }
  }

  /** The first change that failed since it was last told; none if it didn't come to that. */
  public static Optional<String> failed() {
    synchronized (MONITOR) {
      return failed;
    }
  }

  @Override
  public URI getUri() {
    return URI.create(SCHEME + ":///");
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  /** A plain one: that of the local disk would ask a path of this scheme for its permissions. */
  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    FileStatus found = super.getFileStatus(path);
    return new FileStatus(
        found.getLen(),
        found.isDirectory(),
        found.getReplication(),
        found.getBlockSize(),
        found.getModificationTime(),
        found.getPath());
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    change("rename", to, false);
    return super.rename(from, to);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    try {
      change("delete", path, false);
    } catch (IOException e) {
      File[] children = pathToFile(path).listFiles();
      for (int i = 0; children != null && recursive && i < children.length; i += 2) {
        super.delete(new Path(path, children[i].getName()), true);
      }
      throw e;
    }
    return super.delete(path, recursive);
  }

  @Override
  public boolean mkdirs(Path path) throws IOException {
    if (!pathToFile(path).isDirectory()) {
      change("mkdirs", path, false);
    }
    return super.mkdirs(path);
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) throws IOException {
    return mkdirs(path);
  }

  @Override
  protected OutputStream createOutputStreamWithMode(
      Path path, boolean append, FsPermission permission) throws IOException {
    return createOutputStream(path, append);
  }

  @Override
  protected OutputStream createOutputStream(Path path, boolean append) throws IOException {
    change("create", path, true);
    return new Unfinished(path, pathToFile(path));
  }

  /** Counts a change, and fails it if its time has come. */
  private static void change(String kind, Path path, boolean takesSpace) throws IOException {
    synchronized (MONITOR) {
      String change = kind + " " + path.toUri().getPath();
      changes.add(change);
      boolean isOne = which.matcher(change).find();
      left -= isOne ? 1 : 0;
      boolean fails =
          switch (fault) {
            case ONCE -> isOne && left == 0;
            case FOR_GOOD -> left <= 0;
            case DISK_FULL -> left <= 0 && takesSpace;
          };
      if (fails) {
        failed = failed.or(() -> Optional.of(change));
        throw new IOException(
            fault == Fault.DISK_FULL
                ? "No space left on device"
                : "Cannot %s: failed as told".formatted(change));
      }
    }
  }

  /** A file that isn't there before it is closed. */
  private static final class Unfinished extends FilterOutputStream {
    private final Path path;
    private final File target;
    private final File temporary;
    private boolean isClosed;

    Unfinished(Path path, File target) throws IOException {
      this(path, target, new File(target.getParent(), ".unfinished." + UUID.randomUUID()));
    }

    private Unfinished(Path path, File target, File temporary) throws IOException {
      super(new FileOutputStream(temporary));
      this.path = path;
      this.target = target;
      this.temporary = temporary;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
    }

    @Override
    public void close() throws IOException {
      if (isClosed) {
        return;
      }
      isClosed = true;
      out.close();
      try {
        change("close", path, true);
      } catch (IOException e) {
        temporary.delete();
        throw e;
      }
      java.nio.file.Files.move(
          temporary.toPath(), target.toPath(), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
