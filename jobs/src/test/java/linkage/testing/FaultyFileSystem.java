package linkage.testing;

import java.io.File;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
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

  /** What happens at the n-th change. */
  public enum Fault {
    /** That one fails, and the next succeeds: the network had a bad moment. */
    ONCE,
    /** That one fails and all after it: the process lost its disk, and can't even clear up. */
    FOR_GOOD,
    /** From there on nothing more can be written, but renamed and deleted: the disk is full. */
    DISK_FULL
  }

  private static final Object MONITOR = new Object();
  private static final List<String> changes = Collections.synchronizedList(new ArrayList<>());
  private static Fault fault;
  private static int failAt;

  /** Makes the scheme known. */
  public static void register(Configuration hadoop) {
    hadoop.set("fs." + SCHEME + ".impl", FaultyFileSystem.class.getName());
    hadoop.set("fs.AbstractFileSystem." + SCHEME + ".impl", FaultyFiles.class.getName());
  }

  /** Fails from now on as told; counting starts again at 1. */
  public static void failAt(int change, Fault kind) {
    synchronized (MONITOR) {
      changes.clear();
      failAt = change;
      fault = kind;
    }
  }

  /** Doesn't fail any more; counting starts again at 1. */
  public static void heal() {
    failAt(Integer.MAX_VALUE, Fault.ONCE);
  }

  /** What was changed since counting started, such as {@code "rename /a/b"}. */
  public static List<String> changes() {
    return List.copyOf(changes);
  }

  @Override
  public URI getUri() {
    return URI.create(SCHEME + ":///");
  }

  @Override
  public String getScheme() {
    return SCHEME;
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
      changes.add(kind + " " + path.toUri().getPath());
      int number = changes.size();
      boolean fails =
          switch (fault) {
            case ONCE -> number == failAt;
            case FOR_GOOD -> number >= failAt;
            case DISK_FULL -> number >= failAt && takesSpace;
          };
      if (fails) {
        throw new IOException(
            fault == Fault.DISK_FULL
                ? "No space left on device"
                : "Change %d, %s of %s, failed as told".formatted(number, kind, path));
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
