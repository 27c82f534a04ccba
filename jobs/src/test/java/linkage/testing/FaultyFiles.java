package linkage.testing;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.DelegateToFileSystem;

/**
 * The {@link FaultyFileSystem} as Hadoop's newer interface wants it, which Delta's log asks for.
 */
public final class FaultyFiles extends DelegateToFileSystem {
  public FaultyFiles(URI uri, Configuration hadoop) throws IOException, URISyntaxException {
    super(uri, new FaultyFileSystem(), hadoop, FaultyFileSystem.SCHEME, false);
  }
}
