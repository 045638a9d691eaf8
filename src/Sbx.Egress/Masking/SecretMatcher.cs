using System.Text;

namespace Sbx.Egress.Masking;

/// <summary>
/// Finds and blots out a fixed set of byte strings. Every search is a vectorised scan, so the cost per byte is small while the set
/// is (a few forms of a few secrets). Immutable, thread-safe.
/// </summary>
internal sealed class SecretMatcher
{
    /// <summary>What stands in place of a byte of a secret; one for one, so that lengths stay true.</summary>
    public const byte Blot = (byte)'*';

    private readonly byte[][] _patterns;

    /// <summary>Creates the matcher.</summary>
    /// <param name="patterns">Byte strings to find, none empty; not copied, so that their owner can zero them.</param>
    public SecretMatcher(IEnumerable<byte[]> patterns)
    {
        _patterns = [.. patterns];
        Longest = _patterns.Length == 0 ? 0 : _patterns.Max(pattern => pattern.Length);
    }

    /// <summary>Length of the longest pattern, in bytes.</summary>
    public int Longest { get; }

    /// <summary>Whether there is nothing to look for.</summary>
    public bool IsEmpty => _patterns.Length == 0;

    /// <summary>Finds every match, overlapping ones too.</summary>
    /// <returns>Ranges in no order, or null for none.</returns>
    public List<(int Start, int End)>? Find(ReadOnlySpan<byte> data)
    {
        List<(int, int)>? found = null;
        foreach (var pattern in _patterns)
        {
            for (var from = 0; from <= data.Length - pattern.Length;)
            {
                var at = data[from..].IndexOf(pattern);
                if (at < 0)
                    break;
                (found ??= []).Add((from + at, from + at + pattern.Length));
                from += at + 1;
            }
        }

        return found;
    }

    /// <summary>Length of the longest end of the data that begins a pattern and may go on in what follows.</summary>
    public int OpenEnd(ReadOnlySpan<byte> data)
    {
        var longest = 0;
        foreach (var pattern in _patterns)
        {
            for (var length = Math.Min(pattern.Length - 1, data.Length); length > longest; length--)
            {
                if (data[^length] == pattern[0] && pattern.AsSpan().StartsWith(data[^length..]))
                {
                    longest = length;
                    break;
                }
            }
        }

        return longest;
    }

    /// <summary>The text with every match blotted out; the same object when there is none. For header values.</summary>
    public string Mask(string text)
    {
        if (IsEmpty || text.Length == 0)
            return text;
        var bytes = Encoding.Latin1.GetBytes(text);
        if (Find(bytes) is not { } found)
            return text;
        foreach (var (start, end) in found)
            bytes.AsSpan(start..end).Fill(Blot);
        return Encoding.Latin1.GetString(bytes);
    }
}
