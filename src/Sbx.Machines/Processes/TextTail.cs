using System.Text;

namespace Sbx.Machines.Processes;

/// <summary>The last bytes of a text of any length, in bounded memory. Thread-safe.</summary>
/// <param name="capacity">Bytes kept at most.</param>
internal sealed class TextTail(int capacity)
{
    private readonly byte[] _ring = new byte[capacity];
    private long _written;

    /// <summary>Adds bytes; the oldest make room.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_ring)
        {
            foreach (var b in bytes.Length > capacity ? bytes[^capacity..] : bytes)
                _ring[_written++ % capacity] = b;
        }
    }

    /// <summary>What is kept, oldest first; bytes that are no UTF-8 are replaced.</summary>
    public override string ToString()
    {
        lock (_ring)
        {
            if (_written <= capacity)
                return Encoding.UTF8.GetString(_ring, 0, (int)_written);
            var start = (int)(_written % capacity);
            return Encoding.UTF8.GetString([.. _ring[start..], .. _ring[..start]]);
        }
    }
}
