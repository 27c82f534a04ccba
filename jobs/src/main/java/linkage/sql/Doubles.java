package linkage.sql;

import java.nio.ByteBuffer;

/** Arrays of numbers as a BINARY column holds them: 8 bytes each, the highest first. */
public final class Doubles {
  private Doubles() {}

  /** Packs. */
  public static byte[] pack(double[] numbers) {
    var bytes = ByteBuffer.allocate(numbers.length * Double.BYTES);
    bytes.asDoubleBuffer().put(numbers);
    return bytes.array();
  }

  /** Unpacks; a new array. */
  public static double[] unpack(byte[] bytes) {
    var buffer = ByteBuffer.wrap(bytes).asDoubleBuffer();
    double[] numbers = new double[buffer.remaining()];
    buffer.get(numbers);
    return numbers;
  }
}
