package linkage.testing;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * A local disk that behaves like an object store, under the scheme {@code store}: a file appears
 * when its writer closes it; renaming is copying, file by file, and then deleting, visible midway;
 * there are no symbolic links.
 */
public final class StoreFileSystem extends RawLocalFileSystem {
  /** The scheme of its paths. */
  public static final String SCHEME = "store";

  private static final URI ROOT = URI.create(SCHEME + ":///");

  /** Makes its paths known to Hadoop, and to the logs of Delta tables as those of a store. */
  public static void register(Configuration hadoop) {
    hadoop.set("fs." + SCHEME + ".impl", StoreFileSystem.class.getName());
    hadoop.set(
        "io.delta.kernel.logStore." + SCHEME + ".impl", "io.delta.storage.S3SingleDriverLogStore");
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public URI getUri() {
    return ROOT;
  }

  @Override
  public boolean supportsSymlinks() {
    return false;
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    if (exists(file) && !overwrite) {
      throw new FileAlreadyExistsException("There is a file " + file);
    }
    File target = pathToFile(file);
    var bytes =
        new ByteArrayOutputStream() {
          private boolean isClosed;

          @Override
          public void close() throws IOException {
            if (!isClosed) {
              isClosed = true;
              put(target, toByteArray());
            }
          }
        };
    return new FSDataOutputStream(bytes, statistics);
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return create(file, overwrite, bufferSize, replication, blockSize, progress);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    if (!exists(from)) {
      return false;
    }
    boolean isInto = exists(to) && getFileStatus(to).isDirectory();
    Path target = isInto ? new Path(to, from.getName()) : to;
    if (exists(target)) {
      return false;
    }
    copy(from, target);
    return delete(from, true);
  }

  private void copy(Path from, Path to) throws IOException {
    if (getFileStatus(from).isDirectory()) {
      mkdirs(to);
      for (FileStatus member : listStatus(from)) {
        copy(member.getPath(), new Path(to, member.getPath().getName()));
      }
    } else {
      put(pathToFile(to), Files.readAllBytes(pathToFile(from).toPath()));
    }
  }

  /** A whole file at once, as a store takes it, with the folders that a store doesn't have. */
  private static void put(File target, byte[] bytes) throws IOException {
    Files.createDirectories(target.toPath().getParent());
    var pending = Files.createTempFile("store", ".pending");
    Files.write(pending, bytes);
    Files.move(
        pending,
        target.toPath(),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
