package linkage.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecodedTest {
  @TempDir Path folder;

  @Test
  void findsATextInWhateverItIsPackedIn() throws IOException {
    Files.writeString(folder.resolve("plain.json"), "{\"a\": \"needle\"}");
    Files.writeString(folder.resolve("other.json"), "{\"a\": \"hay\"}");
    try (var packed = new GZIPOutputStream(Files.newOutputStream(folder.resolve("packed.gz")))) {
      packed.write("hay needle hay".getBytes(StandardCharsets.UTF_8));
    }
    // Rows that a compressed Parquet file holds in no readable place, also not in its statistics.
    SparkTest.session()
        .range(1000)
        .selectExpr(
            "map('k', array(if(id = 500, concat('nee', 'dle'), repeat(cast(id as string), 9)))) as m")
        .coalesce(1)
        .write()
        .parquet(folder.resolve("table").toString());

    assertThat(Decoded.filesHolding(folder, "needle"))
        .extracting(file -> folder.relativize(file).toString().replaceAll("part.*parquet", "part"))
        .containsExactlyInAnyOrder("plain.json", "packed.gz", "table/part");
    assertThat(Decoded.filesHolding(folder, "absent")).isEmpty();
  }
}
