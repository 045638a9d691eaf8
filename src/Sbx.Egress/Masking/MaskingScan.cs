namespace Sbx.Egress.Masking;

/// <summary>
/// Masks a stream piece by piece. Of each piece only the end that could begin a secret is kept for the next one; all else goes on
/// at once, so events are not delayed. What is kept is never handed out unless the stream ends well. Not thread-safe.
/// </summary>
internal sealed class MaskingScan(SecretMatcher matcher)
{
    private readonly byte[] _kept = new byte[Math.Max(0, matcher.Longest - 1)];
    private int _keptLength;
    private int _alreadyFound;

    /// <summary>How many bytes are kept now; the next piece must leave this much room at its start.</summary>
    public int Kept => _keptLength;

    /// <summary>Whether any secret was found so far.</summary>
    public bool HasMasked { get; private set; }

    /// <summary>Masks one piece in place.</summary>
    /// <param name="buffer">Room for <see cref="Kept"/> bytes, followed by the new bytes.</param>
    /// <returns>How many bytes from the start of the buffer may go on.</returns>
    public int Next(Span<byte> buffer)
    {
        _kept.AsSpan(0, _keptLength).CopyTo(buffer);
        var found = matcher.Find(buffer);
        var open = matcher.OpenEnd(buffer);
        var done = buffer.Length - open;
        // Kept as it came: a blot would hide a secret that overlaps another.
        buffer[done..].CopyTo(_kept);
        _keptLength = open;
        BlotOut(buffer[..done], found, done);
        return done;
    }

    /// <summary>Hands out what is kept, after a good end of the stream.</summary>
    /// <param name="buffer">Room for <see cref="Kept"/> bytes.</param>
    public int Finish(Span<byte> buffer)
    {
        var length = _keptLength;
        _kept.AsSpan(0, length).CopyTo(buffer);
        buffer[..Math.Min(length, _alreadyFound)].Fill(SecretMatcher.Blot);
        _keptLength = 0;
        _alreadyFound = 0;
        return length;
    }

    private void BlotOut(Span<byte> done, List<(int Start, int End)>? found, int length)
    {
        var before = Math.Min(_alreadyFound, length);
        done[..before].Fill(SecretMatcher.Blot);
        // A match that reaches into the kept bytes is blotted there when they go out.
        var into = _alreadyFound - before;
        foreach (var (start, end) in found ?? [])
        {
            HasMasked = true;
            if (start < length)
                done[start..Math.Min(end, length)].Fill(SecretMatcher.Blot);
            into = Math.Max(into, end - length);
        }

        _alreadyFound = into;
    }
}
